"""Numbers of creators (R13 to R17): worked by hand, in the units people count in."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from features.catalogue import CREATOR_FEATURES, FEATURES
from features.creator_numbers import NUMBERS, engagement
from recsys.snapshot import Columns

NAN = float("nan")


def creators(**columns):
    arrays = {name: np.array(values) for name, values in columns.items()}
    return Columns(np.arange(len(next(iter(arrays.values())))), arrays)


def test_a_million_followers_of_whom_55_per_cent_are_active_are_a_reach_of_550_000():
    reach = NUMBERS["potential_reach"].of(creators(followers=[1e6, 1e6], active_share=[0.55, NAN]))

    assert_allclose(reach, [550_000, NAN])


def test_engagement_is_likes_comments_and_shares_over_views():
    counts = creators(latest_counts=[[1_000, 50, 20, 10], [0, 3, 0, 0]])

    assert_allclose(NUMBERS["engagement_rate"].of(counts), [0.08, NAN])
    assert float(engagement(np.array([200, 1, 1, 2]))) == 0.02


def test_recent_means_rest_on_the_videos_posted_lately():
    recent = creators(recent_counts=[[900, 9, 0, 0], [0, 0, 0, 0]], recent_videos=[3, 0])

    assert_allclose(NUMBERS["recent_mean_views"].of(recent), [300, NAN])


def test_gpm_lies_between_the_bounds_of_gmv_over_views_of_videos_and_livestreams():
    sold = creators(
        gmv_low_28=[400, 5],
        gmv_high_28=[600, 5],
        views_28=[1_500, 0],
        live_views_28=[500, 0],
        days_28=[28, 1],
    )

    assert_allclose(NUMBERS["gpm_low"].of(sold), [200, NAN])
    assert_allclose(NUMBERS["gpm_high"].of(sold), [300, NAN])


def test_gmv_before_the_first_day_is_unknown_and_not_0():
    sold = creators(gmv_low_28=[0, 0], gmv_high_28=[0, 0], days_28=[0, 2])

    assert_allclose(NUMBERS["gmv_low"].of(sold), [NAN, 0])
    assert_allclose(NUMBERS["gmv_high"].of(sold), [NAN, 0])


def test_growth_is_shown_as_a_share_and_read_from_the_features():
    profile = np.zeros((2, len(CREATOR_FEATURES)), np.float32)
    profile[:, list(CREATOR_FEATURES).index("followers_growth_28")] = [np.log(1.5), NAN]

    assert_allclose(NUMBERS["followers_growth"].of(creators(profile=profile)), [0.5, NAN], rtol=1e-6)


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_has_a_meaning_and_a_value_for_each_creator_of_a_snapshot(snapshot, name):
    values = NUMBERS[name].of(snapshot.creators)

    assert NUMBERS[name].meaning.endswith(".")
    assert (values.shape, values.dtype) == ((len(snapshot.creators),), np.float64)
    assert np.isfinite(values).any()
    assert_array_equal(NUMBERS[name].of(snapshot.creators, np.array([3, 1])), values[[3, 1]])


@pytest.mark.parametrize("name", NUMBERS)
def test_shares_of_a_whole_lie_between_0_and_1(snapshot, name):
    if NUMBERS[name].unit != "share" or "growth of" in NUMBERS[name].meaning.lower():
        return
    values = NUMBERS[name].of(snapshot.creators)

    assert np.nanmin(values) >= 0
    assert np.nanmax(values) <= (1 if "rate" not in name else np.inf)


def test_numbers_of_profiles_are_no_features_of_models():
    assert len(FEATURES) == 128
    assert NUMBERS.keys() & FEATURES.keys() == {
        "engagement_rate",
        "growth_days_share",
        "best_day_share",
        "response_rate",
        "fulfilment_rate",
    }
