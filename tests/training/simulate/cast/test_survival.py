import numpy as np
from numpy.testing import assert_allclose

from training.simulate.cast.survival import draw_leaving, leaves, weekly_hazard
from training.simulate.clock import DAY, Clock

CLOCK = Clock(first_day=20_000, days=120)
SIZE = 40_000


def test_the_hazard_halves_at_half_earnings_and_is_higher_for_newcomers(shipped):
    survival = shipped([]).survival
    old = weekly_hazard(np.array([0, survival.half_earnings]), np.zeros(2, bool), survival)
    new = weekly_hazard(np.zeros(1), np.ones(1, bool), survival)

    assert_allclose(old, [survival.weekly_hazard, survival.weekly_hazard / 2])
    assert_allclose(new, survival.weekly_hazard * survival.newcomer_factor)


def test_as_many_leave_in_a_week_as_the_hazard_says(shipped):
    survival = shipped([]).survival
    left = leaves(np.random.default_rng(1), np.zeros(SIZE), np.zeros(SIZE, bool), survival)

    assert abs(left.mean() - survival.weekly_hazard) < 4 * np.sqrt(survival.weekly_hazard / SIZE)


def test_drawn_up_front_as_many_have_left_after_some_weeks_as_week_by_week(shipped):
    survival = shipped(["survival.newcomer_days=28"]).survival
    new = np.repeat([True, False], SIZE // 2)
    created = np.where(new, CLOCK.start + 7 * DAY, CLOCK.start - 900 * DAY)
    settled, young = (weekly_hazard(np.zeros(1), np.array([flag]), survival)[0] for flag in (False, True))

    left = draw_leaving(np.random.default_rng(1), created, np.zeros(SIZE), survival, CLOCK)
    gone = left < np.where(new, created, CLOCK.start) + 56 * DAY

    expected = [1 - (1 - young) ** 4 * (1 - settled) ** 4, 1 - (1 - settled) ** 8]
    error = 4 * np.sqrt(0.25 / (SIZE // 2))
    assert_allclose([gone[new].mean(), gone[~new].mean()], expected, atol=error)
    assert (left >= created).all()


def test_without_a_hazard_nobody_leaves(shipped):
    never = shipped(["survival.weekly_hazard=0"]).survival
    left = draw_leaving(np.random.default_rng(1), np.full(9, CLOCK.start), np.zeros(9), never, CLOCK)

    assert (left > CLOCK.end).all()
