import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from training.simulate.cast.charts import EVERYWHERE, STEP_DAYS, Chart, Lives, draw_lives, middles
from training.simulate.clock import DAY, Clock

CLOCK = Clock(first_day=100, days=4 * STEP_DAYS)


@pytest.fixture
def lives():
    """One on the rise, one past its peak, one that stays; all from everywhere but the last."""
    return Lives(
        market=np.array([EVERYWHERE, EVERYWHERE, 0]),
        level1=np.array([EVERYWHERE, EVERYWHERE, 2]),
        peak_day=np.array([130.0, 90.0, np.nan]),
        rise_days=np.array([5.0, 5.0, 5.0]),
        fall_days=np.array([10.0, 20.0, 1.0]),
        size=np.array([0.0, 1.0, 2.0]),
    )


@pytest.fixture
def chart(lives, shipped):
    days = middles(CLOCK)
    return Chart.of(lives, lives.log_use(days), lives.rising(days), shipped([]).trends, CLOCK)


def test_use_rises_and_falls_exponentially_around_the_peak(lives):
    use = lives.log_use(np.array([100.0, 105.0]))

    assert_allclose(use[1] - use[0], [5 / 5, -5 / 20, 0])
    assert_array_equal(lives.rising(np.array([100.0, 131.0])), [[True, False, False], [False, False, False]])


def test_things_are_picked_in_proportion_to_their_use_here_and_now(chart, lives, shipped):
    trends, size = shipped([]).trends, 50_000
    rows = chart.row(np.full(size, (100 + STEP_DAYS) * DAY), np.ones(size, int), np.full(size, 2))
    use = np.exp(lives.log_use(middles(CLOCK))[1]) * [1, 1, trends.elsewhere]

    picked = np.bincount(chart.pick(np.random.default_rng(1), rows), minlength=3) / size

    share = use / use.sum()
    assert (np.abs(picked - share) < 4 * np.sqrt(share * (1 - share) / size)).all()
    assert_allclose(chart.rising_share[rows[0]], share[0])


def test_nothing_outside_the_chart_is_ever_picked(chart):
    rows = np.arange(len(chart.rising_share)).repeat(2_000)

    picked = chart.pick(np.random.default_rng(1), rows)

    assert 0 <= picked.min() <= picked.max() < chart.items


def test_the_spread_of_growth_is_that_of_the_configuration(shipped):
    trends = shipped([]).trends
    rising = np.log(draw_lives(np.random.default_rng(1), 20_000, trends, CLOCK).rise_days)

    assert_allclose(np.median(rising), np.log(trends.rise_days), atol=0.03)
    assert_allclose(rising.std(), trends.growth_sigma, rtol=0.03)
