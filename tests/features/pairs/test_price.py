"""Numbers worked by hand: prices, commission and budget."""

from math import log

import numpy as np
import pytest

from features.pairs.price import (
    budget_distance,
    budget_to_expected_fee,
    budget_to_fee,
    commission_to_usual,
    price_distance,
    price_in_range,
    price_position_distance,
    price_position_gap,
    price_to_usual,
)

NONE = np.nan


def test_a_price_is_compared_with_the_usual_one():
    ratio = price_to_usual(np.array([2_000.0]), np.array([1_000.0, 4_000.0, NONE]))

    np.testing.assert_allclose(ratio, [log(2), -log(2), NONE])
    np.testing.assert_allclose(price_distance(ratio), [log(2), log(2), NONE])


def test_the_usual_range_includes_its_ends():
    low, high = np.array([1_000.0, 2_001.0, NONE]), np.array([2_000.0, 3_000.0, NONE])

    np.testing.assert_array_equal(price_in_range(np.array([2_000.0]), low, high), [1, 0, NONE])


def test_a_budget_without_a_usual_fee_is_compared_with_nothing():
    np.testing.assert_allclose(
        budget_to_fee(np.array([600.0]), np.array([300.0, 0.0, NONE])), [log(2), NONE, NONE]
    )
    assert np.isnan(budget_to_fee(np.array([0.0]), np.array([300.0]))).all()


def test_commission_is_a_difference():
    assert commission_to_usual(np.array([0.2]), np.array([0.15])) == pytest.approx(0.05)


def test_a_position_is_compared_with_that_of_chosen_products():
    gap = price_position_gap(np.array([0.25]), np.array([0.75, -0.25, NONE]))

    np.testing.assert_allclose(gap, [-0.5, 0.5, NONE])
    np.testing.assert_allclose(price_position_distance(gap), [0.5, 0.5, NONE])


def test_too_small_and_too_large_a_budget_are_as_far_from_the_expected_fee():
    ratio = budget_to_expected_fee(np.array([600.0]), np.array([300.0, 1_200.0, NONE]))

    np.testing.assert_allclose(ratio, [log(2), -log(2), NONE])
    np.testing.assert_allclose(budget_distance(ratio), [log(2), log(2), NONE])
