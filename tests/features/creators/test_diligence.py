"""Numbers worked by hand: posts and their regularity (R5)."""

from datetime import datetime, timedelta
from math import isnan, log

import pytest

AS_OF = datetime.fromisoformat("2024-06-01")


def posted(*days_ago, links=()):
    return [
        {"video_id": number, "posted_at": AS_OF - timedelta(days=ago), "product_ids": list(links)}
        for number, ago in enumerate(days_ago)
    ]


def test_clockwork_has_no_variation_and_posts_in_every_week(features_of):
    features = features_of({"videos": posted(*range(1, 91, 7))}, AS_OF)

    assert features["posting_gap_variation"] == pytest.approx(0, abs=1e-6)
    assert features["weeks_posted_share"] == pytest.approx(1)
    assert features["days_since_post_log"] == pytest.approx(log(2))


def test_gaps_of_1_and_3_days_vary_by_half(features_of):
    features = features_of({"videos": posted(1, 2, 5)}, AS_OF)

    assert features["posting_gap_variation"] == pytest.approx(0.5)
    assert isnan(features_of({"videos": posted(1, 2)}, AS_OF)["posting_gap_variation"])


def test_links_count_up_to_five_in_each_post(features_of):
    single = {"video_id": 9, "posted_at": AS_OF - timedelta(days=4), "product_ids": [1]}
    videos = [*posted(3, links=range(1, 12)), single]
    features = features_of({"videos": videos}, AS_OF)

    assert features["links_per_post"] == pytest.approx(3)
    assert features["shoppable_posts_log"] == features["shoppable_videos_log"] == pytest.approx(log(3))


def test_a_video_28_days_ago_is_in_the_window_and_an_earlier_one_is_not(features_of):
    features = features_of({"videos": posted(28, 28.01, 90.01)}, AS_OF)

    assert features["posts_28_log"] == pytest.approx(log(2))
    assert features["posts_90_log"] == pytest.approx(log(3))
