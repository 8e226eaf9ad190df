import numpy as np
import pytest

from training.feed.earlier import Signals, earlier, expected, signals


def test_a_rate_is_shrunk_to_the_mean_so_far(feed):
    shown = feed.impressions
    values = shown.outcomes["long_view"].astype(float)
    told = Signals({"long_rate": values}, {})
    end = np.array([shown.time_ms[-1] + 1])

    columns = earlier("video", feed, told, (shown.video, np.array([3])), end, weight=10)

    of_video = values[shown.video == 3]
    overall = (values.sum() + 50) / (len(values) + 100)
    assert columns["video_shown"] == [len(of_video)]
    assert columns["video_long_views"] == [of_video.sum()]
    assert columns["video_long_rate"] == pytest.approx(
        [(of_video.sum() + 10 * overall) / (len(of_video) + 10)], abs=1e-5
    )


def test_a_lift_is_what_the_tab_does_not_explain(feed):
    shown = feed.impressions
    only_in_tab_0 = (shown.tab == 0).astype(float)

    explained = expected(only_in_tab_0, shown)

    assert explained[0] == pytest.approx(0.5)
    late = np.arange(len(shown)) > 1000
    assert explained[late & (shown.tab == 0)].min() > 0.8
    assert explained[late & (shown.tab == 1)].max() < 0.2


def test_nothing_watched_is_nothing_and_twice_is_the_most(feed):
    share = signals(feed).rates["watched_share"]

    assert share.min() >= 0
    assert share.max() <= 2
    assert np.isfinite(share).all()
