"""Numbers worked by hand: overlap with a target (R13, R15, R16)."""

import numpy as np
import pytest

from features.pairs.audience import (
    audience_fit,
    audience_weakest_fit,
    fitting_reach_log,
    gender_overlap,
    market_audience_share,
    people_fit,
    store_coverage,
)

AUDIENCE = np.array([[0.7, 0.3], [0.2, 0.8], [np.nan, np.nan]])


def test_overlap_is_the_part_of_the_target_that_the_audience_covers():
    np.testing.assert_allclose(gender_overlap(AUDIENCE, np.array([[0.5, 0.5]])), [0.8, 0.7, np.nan])


def test_a_target_of_sixty_percent_women_is_met_by_seventy():
    np.testing.assert_allclose(gender_overlap(AUDIENCE, np.array([[0.6, 0.0]])), [1, 1 / 3, np.nan])


def test_without_a_target_there_is_no_overlap():
    assert np.isnan(gender_overlap(AUDIENCE, np.zeros((1, 2)))).all()


def test_fit_is_the_mean_over_targeted_dimensions_and_the_weakest_their_lowest():
    none = np.array([np.nan, np.nan])
    overlaps = (np.array([1.0, np.nan]), none, np.array([0.5, np.nan]), np.array([0.6, np.nan]), none)

    np.testing.assert_allclose(audience_fit(*overlaps), [0.7, np.nan])
    np.testing.assert_allclose(audience_weakest_fit(*overlaps), [0.5, np.nan])


def test_people_fit_leaves_the_states_to_the_stores():
    none = np.array([np.nan, np.nan])

    np.testing.assert_allclose(
        people_fit(np.array([1.0, np.nan]), np.array([0.5, 0.4]), none, none), [0.75, 0.4]
    )


def test_coverage_adds_up_the_states_with_a_store():
    states = np.array([[0.2, 0.5, 0.1], [np.nan] * 3])

    np.testing.assert_allclose(store_coverage(states, np.array([[1, 0, 1]])), [0.3, np.nan])
    assert np.isnan(store_coverage(states, np.zeros((1, 3)))).all()


def test_the_market_is_one_of_the_countries():
    countries = np.array([[0.25, 0.75], [np.nan] * 2])

    assert market_audience_share(countries, np.array([[0, 1]]))[0] == 0.75
    assert np.isnan(market_audience_share(countries, np.array([[0, 1]]))[1])
    assert np.isnan(market_audience_share(countries, np.zeros((1, 2)))).all()


def test_reach_is_followers_times_active_share_times_fit():
    followers, active = np.array([1e6, 1e6, np.nan]), np.array([0.55, 0.55, 0.5])

    reach = np.expm1(fitting_reach_log(followers, active, np.array([0.5, np.nan, 1.0])))

    assert reach[:2] == pytest.approx([275_000, 550_000])
    assert np.isnan(reach[2])
