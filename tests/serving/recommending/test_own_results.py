"""A creator's own totals, trends and videos (R33)."""

from dataclasses import replace

import numpy as np
import pytest

from recsys.errors import RequestError
from recsys.snapshot import Columns
from serving.recommending.creator_view import CreatorView
from serving.recommending.own_results import SORTS, own_totals, own_videos, video_results

COUNTED = {
    "gmv_low": (300, 200), "gmv_high": (300, 200), "orders": (6, 0), "views": (50, 100), "gained": (5, 4),
    "posts": (2, 2),
}  # fmt: skip


def view_of(snapshot, **counted):
    """A creator with these counts of 28 days and of the 28 days before."""
    columns = {}
    for name, (now, before) in (COUNTED | counted).items():
        columns |= {f"{name}_28": np.array([now]), f"{name}_before_28": np.array([before])}
    return CreatorView(replace(snapshot, creators=Columns(np.array([7]), columns)), 0, "gmv", {})


@pytest.fixture(scope="session")
def maker(snapshot):
    """A view of whoever has most videos on show."""
    videos = snapshot.videos
    row = int(np.bincount(videos["creator"][videos["available"] > 0]).argmax())
    return CreatorView(snapshot, row, "gmv", {})


def test_totals_are_told_with_the_change_against_the_28_days_before(snapshot):
    totals = own_totals(view_of(snapshot))

    assert {total.measure: (total.now.exact, total.before.exact) for total in totals} == {
        "gmv": (300, 200), "units": (6, 0), "views": (50, 100), "followers gained": (5, 4), "videos": (2, 2),
    }  # fmt: skip
    changes = {total.measure: total.change for total in totals}
    assert changes == {
        "gmv": 0.5, "units": None, "views": -0.5, "followers gained": 0.25, "videos": 0,
    }  # fmt: skip


def test_a_withheld_gmv_stays_a_range_without_a_change(snapshot):
    gmv = own_totals(view_of(snapshot, gmv_high=(900, 200)))[0]

    assert (gmv.now.low, gmv.now.high, gmv.now.exact, gmv.change) == (300, 900, None, None)
    assert str(gmv.now) == "300 to 900"


@pytest.mark.parametrize("sort", SORTS)
def test_own_videos_stand_in_the_order_asked_for(maker, snapshot, sort):
    found = own_videos(maker, sort)

    keys = {
        "recency": lambda video: video.age_days,
        "revenue": lambda video: -video.results.gmv,
        "views": lambda video: -video.results.views,
        "units": lambda video: -video.results.units,
    }
    assert len(found) == len(maker.videos) > 3
    assert [video.video_id for video in found] == [
        video.video_id for video in sorted(found, key=lambda video: (keys[sort](video), video.age_days))
    ]
    assert {video.video_id for video in found} == set(snapshot.videos.ids[maker.videos].tolist())


def test_another_order_is_refused(maker):
    with pytest.raises(RequestError, match="unknown order 'likes' of own videos, expected one of recency"):
        own_videos(maker, "likes")


def test_a_videos_rates_are_over_its_views(snapshot):
    video = {name: np.array([0, 0]) for name in snapshot.videos.values}
    counts = {"views": 2000, "likes": 90, "comments": 6, "shares": 4, "completions": 500, "gmv": 3000}
    for name, count in (counts | {"orders": 3, "followers_gained": 10}).items():
        video[name] = np.array([0, count])
    two = replace(snapshot, videos=Columns(np.array([1, 2]), video))

    nothing, results = video_results(two, 0), video_results(two, 1)

    assert (results.engagement_rate, results.completion, results.gpm) == (0.05, 0.25, 1500)
    assert (results.followers_per_1000_views, results.units) == (5, 3)
    assert nothing.engagement_rate is nothing.completion is nothing.gpm is None
    assert nothing.followers_per_1000_views is None
