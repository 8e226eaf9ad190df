from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from features.published.studies import studies
from recsys.published import PUBLISHED

FEED = PUBLISHED["tiktok_vn_2025"]
POSTED = datetime.fromisoformat("2024-02-01T00:00")


@pytest.fixture
def rows():
    days = (date(2024, 2, 10), date(2024, 3, 1))
    counts = {"views": 100, "likes": 5, "comments": 1, "shares": 1}
    return {
        "creators": [{"creator_id": 1}],
        "creator_daily": [{"creator_id": 1, "day": day, "followers": 500} for day in days],
        "videos": [{"video_id": 1, "creator_id": 1, "posted_at": POSTED}],
        "video_daily": [{"video_id": 1, "day": day, **counts} for day in days],
    }


def test_a_set_that_has_everything_has_every_study(set_of, rows):
    assert [study.name for study in studies(set_of("2024-03-02", rows), FEED)] == [
        "creators", "growth", "growth_by_tier", "again",
    ]  # fmt: skip


def test_posting_is_looked_at_only_where_no_video_of_a_creator_is_missing(set_of, rows):
    then = set_of("2024-03-02", rows)
    (feed, *_), (whole, *_) = studies(then, FEED), studies(then, replace(FEED, consecutive=True))

    assert set(whole.measures) - set(feed.measures) == {
        "days_since_post", "gap_days", "gap_variation", "weeks_posted_share",
    }  # fmt: skip


def test_what_a_set_lacks_leaves_out_the_studies_that_need_it(set_of, rows):
    counts = [{name: row[name] for name in row if name != "shares"} for row in rows["video_daily"]]
    then = set_of("2024-03-02", rows | {"video_daily": counts})

    assert [study.name for study in studies(then, FEED)] == ["growth", "growth_by_tier"]


def test_a_study_without_rows_is_left_out(set_of, rows):
    once = {name: found[:1] for name, found in rows.items()}

    assert [study.name for study in studies(set_of("2024-03-02", once), FEED)] == ["creators"]


def test_who_grows_fastest_twice_is_found_again(set_of):
    # Creator n gains n × 1,000 followers in every step: the order is the same both times.
    daily = [
        {"creator_id": creator, "day": date(2022, 9, 30) + timedelta(days=30 * step),
         "followers": 100_000 + step * creator * 1_000}
        for creator in range(8) for step in (0, 1, 2)
    ]  # fmt: skip

    growth = next(studies(set_of("2023-01-01", {"creator_daily": daily}), FEED))

    assert growth.facts == {
        "creators in several months": 8,
        "steps with a step after": 8,
        "rank correlation of growth with the step after": pytest.approx(1),
        "share of the fastest quarter in the fastest quarter again": 1,
    }


def test_videos_measured_again_are_grouped_by_their_age(set_of, rows):
    *_, again = studies(set_of("2024-03-02", rows), FEED)

    assert again.of_row.tolist() == ["8 to 14 days"]
