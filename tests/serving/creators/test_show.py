"""Profiles (R14 to R17): every number by hand, and what is not known said so."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from recsys.errors import RequestError
from recsys.policy import read_policies
from recsys.snapshot import HISTORY_DAYS
from serving.creators.engine import CreatorEngine
from serving.creators.profiling import LAST_VIDEOS, shape_of

NAN = float("nan")
STATES = np.array([[0.3, 0.0, 0.25], [NAN, NAN, NAN]], np.float32)


@pytest.fixture(scope="module")
def show(make_snapshot):
    """Shows the first of two creators with the columns that a test sets, or the creator it names."""

    def shown(creator_id=100, days=None, **columns):
        engine = CreatorEngine(make_snapshot(2, days=days, **columns))
        return lambda **asked: engine.show(creator_id, **asked)

    return shown


def test_means_are_totals_over_the_videos_there_are(show):
    profile = show(latest_videos=[4, 0], latest_counts=[[1_000, 60, 20, 20], [0, 0, 0, 0]])()

    latest = profile.latest
    assert (latest.of, latest.videos, latest.at_most) == ("the last 30 videos", 4, 30)
    assert latest.total.model_dump() == {"views": 1_000, "likes": 60, "comments": 20, "shares": 20}
    assert latest.mean.model_dump() == {"views": 250, "likes": 15, "comments": 5, "shares": 5}
    assert latest.engagement_rate == 0.1


def test_every_policy_looks_back_on_as_many_videos_as_a_profile_says():
    folder = Path(__file__).parents[3] / "configs" / "policies"

    assert {policy.last_videos for policy in read_policies(folder).policies} == {LAST_VIDEOS}


def test_without_videos_there_is_no_mean_and_no_rate(show):
    profile = show(recent_videos=[0, 1], recent_counts=[[0, 0, 0, 0], [1, 1, 1, 1]])()

    assert profile.recent.at_most is None
    assert (profile.recent.videos, profile.recent.mean, profile.recent.engagement_rate) == (0, None, None)


def test_sponsored_and_organic_videos_stand_side_by_side(show):
    profile = show(
        sponsored_videos=[1, 0], sponsored_counts=[[100, 1, 1, 0]] * 2,
        organic_videos=[2, 0], organic_counts=[[400, 20, 0, 0]] * 2,
    )()  # fmt: skip

    assert (profile.sponsored.mean.views, profile.sponsored.engagement_rate) == (100, 0.02)
    assert (profile.organic.mean.views, profile.organic.engagement_rate) == (200, 0.05)


def test_potential_reach_is_followers_times_the_active_share(show):
    reach = show(followers=[1e6, 1], active_share=[0.55, 1])().reach

    assert (reach.followers, reach.active_share, reach.potential_reach) == (1_000_000, 0.55, 550_000)


def test_the_reach_of_an_audience_whose_activity_was_not_measured_is_unknown(show):
    assert show(followers=[1e6, 1], active_share=[NAN, 1])().reach.potential_reach is None


@pytest.mark.parametrize(
    ("rose", "best", "shape"),
    [
        (1.0, 0.5, "spike"),
        (0.1, 1.0, "spike"),
        (0.75, 0.24, "steady"),
        (0.74, 0.24, "uneven"),
        (0.9, 0.25, "uneven"),
        (0.0, None, None),
        (None, None, None),
    ],
)
def test_growth_is_steady_uneven_or_a_spike(rose, best, shape):
    assert shape_of(rose, best) == shape


def test_a_withheld_gmv_is_a_range_and_so_is_the_gpm_made_of_it(show):
    selling = show(
        gmv_low_28=[1_000, 0], gmv_high_28=[3_000, 0], withheld_days_28=[28, 0], currency=[1, 1],
        views_28=[400, 1], live_views_28=[100, 1],
    )().selling  # fmt: skip

    assert selling.gmv.model_dump() == {"low": 1_000, "high": 3_000, "withheld": True, "currency": "USD"}
    assert (selling.gpm.low, selling.gpm.high, selling.gpm.withheld) == (2_000, 6_000, True)


def test_the_audience_is_listed_by_share_without_groups_that_have_none(show):
    audience = show(
        audience_state=STATES, audience_gender=[[0.5, 0.5], [1, 0]], audience_age=np.full((2, 3), NAN)
    )().audience

    assert [(group.value, group.share) for group in audience["state"]] == [("US-CA", 0.3), ("US-TX", 0.25)]
    assert [group.value for group in audience["gender"]] == ["female", "male"]
    assert "age" not in audience
    assert "activity" not in audience


def test_a_brands_stores_cover_the_share_of_the_audience_in_their_states(show):
    coverage = show(audience_state=STATES)(brand_id=7).coverage

    assert (coverage.states, coverage.share) == (("US-CA", "US-TX"), 0.55)
    assert [(group.value, group.share) for group in coverage.covered] == [("US-CA", 0.3), ("US-TX", 0.25)]


def test_named_states_are_covered_as_far_as_the_audience_is_there(show):
    coverage = show(audience_state=STATES)(states=("US-NY", "US-CA", "US-CA")).coverage

    assert (coverage.states, coverage.share) == (("US-CA", "US-NY"), 0.3)
    assert [group.value for group in coverage.covered] == ["US-CA"]


def test_a_brand_without_stores_and_an_audience_that_was_not_measured_have_no_coverage(show):
    assert show(audience_state=STATES)(brand_id=8).coverage.share is None
    assert show(110, audience_state=STATES)(brand_id=7).coverage.share is None


def test_without_a_brand_or_states_nothing_is_said_of_coverage(show):
    assert show()().coverage is None


def test_history_ends_yesterday_and_knows_what_did_not_exist(show):
    days = {name: np.full((2, HISTORY_DAYS), -1, np.int32) for name in ("followers", "views", "engagements")}
    for name, values in {"followers": (7, 8), "views": (0, 50), "engagements": (0, 5)}.items():
        days[name][0, -2:] = values

    history = show(days=days)().history

    assert (history.first_day, history.last_day) == (date(2024, 1, 1), date(2024, 3, 30))
    assert (history.last_day - history.first_day).days == HISTORY_DAYS - 1
    assert history.followers == (None,) * 88 + (7, 8)
    assert history.views == (None,) * 88 + (0, 50)
    assert history.engagement_rate == (None,) * 89 + (0.1,)


def test_a_snapshot_without_history_says_so(show):
    profile = show()()

    assert profile.history is None
    assert profile.degraded == ("unwritten was built without daily history",)


def test_everything_about_a_random_creator_is_json(creators_snapshot):
    engine = CreatorEngine.open(creators_snapshot.path)

    for creator_id in creators_snapshot.creators.ids[:20]:
        profile = engine.show(int(creator_id), brand_id=7)
        assert "NaN" not in profile.model_dump_json()
        assert profile.degraded == ()


@pytest.mark.parametrize(
    ("asked", "match"),
    [
        (
            {"creator_id": 5},
            r"unknown creator 5: unwritten .* has 2 creators, with ids 100 to 110, near it 100",
        ),
        ({"creator_id": 10**6}, "near it 110"),
        (
            {"creator_id": 100, "brand_id": 3},
            "unknown brand 3: unwritten .* has 2 brands, with ids 7 to 8, near it 7",
        ),
        ({"creator_id": 100, "states": ("US-CX",)}, "unknown state 'US-CX'; near matches .*US-CA"),
        (
            {"creator_id": 100, "brand_id": 7, "states": ("US-CA",)},
            "expected a brand or states, found both: 7",
        ),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(make_snapshot, asked, match):
    with pytest.raises(RequestError, match=match):
        CreatorEngine(make_snapshot(2)).show(**asked)


def test_an_empty_snapshot_knows_nobody(make_snapshot):
    with pytest.raises(RequestError, match=r"has 0 creators$"):
        CreatorEngine(make_snapshot(0)).show(1)
