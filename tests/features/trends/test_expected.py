"""Growth over an expected count: by hand, its invariants, and its coverage."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.trends.counts import Counts
from features.trends.expected import ExpectedConfig, Growth, growth_of
from features.trends.posterior import NORMALS, Quasi, fit_prior, posterior

CONFIG = ExpectedConfig()
WEEKS = CONFIG.weeks
OLD = 7 * WEEKS


def counts(observed, weekly, age=OLD, window_weeks=4.0) -> Counts:
    """Entities with as many weeks of `weekly` counts, and `observed` in the window."""
    observed = np.asarray(observed, np.float64)
    weeks = np.broadcast_to(np.asarray(weekly, np.float64)[:, None], (len(observed), WEEKS)).copy()
    ages = np.broadcast_to(age, len(observed)).copy()
    weeks[ages[:, None] <= 7 * np.arange(WEEKS)] = 0
    return Counts(pa.array(range(len(observed))), observed, weeks, ages, window_weeks)


def stationary(seed: int, size: int = 400) -> Counts:
    """Entities whose counts are Poisson with a rate that never changes."""
    rng = np.random.default_rng(seed)
    rates = rng.gamma(2.0, 20.0, size)
    weeks = rng.poisson(rates[:, None], (size, WEEKS)).astype(np.float64)
    age = np.where(weeks.any(axis=1), OLD, 0)
    return Counts(pa.array(range(size)), rng.poisson(4 * rates).astype(np.float64), weeks, age, 4.0)


def test_a_doubled_level_among_steady_ones_grows_by_about_2():
    found = growth_of(counts([800] + [400] * 40, [100] * 41), CONFIG)

    assert found.expected[0] == pytest.approx(400, rel=0.03)
    assert found.median[0] == pytest.approx(2, rel=0.15)
    assert found.low[0] > 1.5
    assert found.median[1:] == pytest.approx(1, rel=0.03)


def test_a_halved_level_is_a_decline():
    found = growth_of(counts([200] + [400] * 40, [100] * 41), CONFIG)

    assert found.high[0] < 0.8


def test_what_the_whole_slice_did_is_no_trend():
    found = growth_of(counts([800] * 41, [100] * 41), CONFIG)

    assert found.expected == pytest.approx(800, rel=0.03)
    assert found.median == pytest.approx(1, rel=0.03)


def test_those_of_an_age_are_compared_with_each_other():
    """Young entities fade to a quarter, as videos do; old ones go on."""
    young, old = counts([100] * 30, [100] * 30, age=14), counts([400] * 30, [100] * 30)
    both = Counts(
        pa.array(range(60)),
        np.append(young.observed, old.observed),
        np.concatenate([young.weeks, old.weeks]),
        np.append(young.age, old.age),
        4.0,
    )

    found = growth_of(both, CONFIG)

    assert found.median == pytest.approx(1, rel=0.05)
    assert found.expected[0] == pytest.approx(100, rel=0.1)
    assert found.expected[-1] == pytest.approx(400, rel=0.1)


def test_the_time_of_year_is_expected():
    """Twice the usual every December, as last year: no trend. Without a season it is one."""
    every = counts([800] + [400] * 40, [100] * 41)
    season = np.array([2.0] + [1.0] * 40)

    assert growth_of(every, CONFIG, season=season).median[0] == pytest.approx(1, rel=0.05)
    assert growth_of(every, CONFIG).median[0] > 1.7


def test_few_counts_are_shrunk_more_than_many():
    few, many = (growth_of(counts([3 * n] + [4 * n] * 40 + [4 * n] * 20, [n] * 61), CONFIG) for n in (2, 200))

    assert abs(np.log(few.median[0])) < abs(np.log(many.median[0]))
    assert few.high[0] - few.low[0] > many.high[0] - many.low[0]


def test_a_newcomer_is_compared_with_newcomers_and_widely():
    observed = [400] * 40 + [10] * 38 + [12, 900]
    age = np.array([OLD] * 40 + [0] * 40)
    found = growth_of(counts(observed, [100] * 80, age), CONFIG)

    assert found.new.tolist() == [False] * 40 + [True] * 40
    assert found.expected[-1] < 50
    assert found.low[-1] > 1
    assert found.low[-2] < 1 < found.high[-2]


def test_a_slice_without_entities_has_no_growth():
    assert len(growth_of(counts([], []), CONFIG)) == 0


def test_a_slice_of_one_entity_is_as_it_is_expected():
    assert growth_of(counts([800], [100]), CONFIG).median == pytest.approx([1], rel=0.1)


@pytest.mark.parametrize("seed", range(3))
def test_without_trends_few_are_called_rising_or_falling(seed):
    found = growth_of(stationary(seed), CONFIG)

    assert (found.low > 1).mean() <= 0.05
    assert (found.high < 1).mean() <= 0.05


def test_the_interval_holds_the_true_growth_as_often_as_it_says():
    rng = np.random.default_rng(5)
    every = stationary(5, 2_000)
    true = np.exp(rng.normal(0, 0.5, 2_000))
    grown = Counts(
        every.entities, rng.poisson(every.observed * true).astype(float), every.weeks, every.age, 4.0
    )

    found = growth_of(grown, CONFIG)
    # Growth is relative to the typical one, whose ln is 0.
    held = (found.low <= true) & (true <= found.high)

    assert 0.86 <= held.mean() <= 0.97


def test_the_order_of_entities_does_not_matter():
    every = stationary(7, 60)
    order = np.random.default_rng(0).permutation(60)
    shuffled = Counts(every.entities, every.observed[order], every.weeks[order], every.age[order], 4.0)

    forward, backward = growth_of(every, CONFIG), growth_of(shuffled, CONFIG)

    for name in ("expected", "median", "low", "high"):
        np.testing.assert_allclose(getattr(forward, name)[order], getattr(backward, name), rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    observed=st.floats(0, 1e6),
    more=st.floats(0, 1e6),
    expected=st.floats(1e-3, 1e6),
    size=st.floats(0.1, 100),
    weights=st.lists(st.floats(0.01, 1), min_size=len(NORMALS), max_size=len(NORMALS)),
)
def test_more_observed_never_lowers_growth(observed, more, expected, size, weights):
    prior = np.array(weights) / np.sum(weights) @ NORMALS
    pair = Quasi(np.array([observed, observed + more]), np.full(2, expected), np.full(2, size))

    for values in posterior(pair, prior, 0.9):
        assert values[0] <= values[1] * (1 + 1e-9)


def test_the_interval_holds_the_median_of_large_counts():
    quasi = Quasi(np.array([300.0]), np.array([100.0]), np.array([1e6]))
    median, low, high = posterior(quasi, np.ones(NORMALS.shape[1]) / NORMALS.shape[1], 0.9)

    # A flat prior in ln growth gives a gamma posterior: 300/100, and 1.645 of 1/sqrt(300) on either side.
    assert median[0] == pytest.approx(2.9967, rel=1e-3)
    assert low[0] == pytest.approx(3 * np.exp(-1.645 / np.sqrt(300)), rel=0.005)
    assert high[0] == pytest.approx(3 * np.exp(1.645 / np.sqrt(300)), rel=0.005)


def test_a_prior_of_steady_entities_is_narrower_than_one_of_moving_ones():
    rng = np.random.default_rng(1)
    steady = Quasi(rng.poisson(100, 200).astype(float), np.full(200, 100.0), np.full(200, 1e3))
    moving = Quasi(
        rng.poisson(100 * np.exp(rng.normal(0, 1, 200))).astype(float), steady.expected, steady.size
    )

    assert fit_prior(steady).max() > 2 * fit_prior(moving).max()


def test_growth_counts_its_entities():
    nothing = np.empty(0)

    assert len(Growth(nothing, nothing, nothing, nothing, np.empty(0, bool))) == 0
