import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from training.simulate.clock import ABSENT, DAY, Clock, later, weekday_factor


def test_what_lies_after_the_world_is_not_observed():
    clock = Clock(first_day=10, days=2)

    assert_array_equal(
        clock.observed(np.array([10 * DAY, 12 * DAY - 1, 12 * DAY])), [10 * DAY, 12 * DAY - 1, ABSENT]
    )


def test_nothing_follows_from_what_did_not_happen():
    times = later(np.array([5, 5, ABSENT]), np.array([1.0, 1.0, 1.0]), np.array([True, False, True]))

    assert_array_equal(times, [6, ABSENT, ABSENT])


def test_weekends_are_busier_and_a_week_is_average():
    monday = 20_454  # 2026-01-01 was a Thursday: epoch day 20454 is the Thursday
    days = weekday_factor(np.arange(monday, monday + 7), weekend=1.5)

    assert_allclose(days.mean(), 1)
    assert_allclose(days / days[0], [1, 1, 1.5, 1.5, 1, 1, 1])
