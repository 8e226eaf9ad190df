"""The count a history makes likely, and how far counts vary by chance."""

import numpy as np
import pyarrow as pa
import pytest

from features.trends.baseline import Baseline, Gamma
from features.trends.counts import Counts
from features.trends.dispersion import Dispersion


def counts(weeks, age, observed=None, window_weeks=1.0) -> Counts:
    weeks = np.asarray(weeks, np.float64)
    observed = np.zeros(len(weeks)) if observed is None else np.asarray(observed, np.float64)
    return Counts(pa.array(range(len(weeks))), observed, weeks, np.asarray(age), window_weeks)


def test_late_weeks_weigh_more_than_early_ones():
    """Half-life of a week: 8, 4, 0 a week weigh 1, 1/2, 1/4; the mean is (8 + 2) / 1.75 = 5.71."""
    many = counts([[8_000, 4_000, 0]] * 3, [21] * 3)

    found = Baseline.of(many, 1.0, 0.1, 1)

    assert found.expected == pytest.approx(10_000 / 1.75, rel=0.03)


def test_an_entity_is_averaged_over_the_days_it_has_been_there():
    """7 days old, 700 in the latest week: 700 a week, not 700 in three."""
    found = Baseline.of(counts([[70_000, 0, 0]] * 3, [7] * 3), 4.0, 0.1, 1)

    assert found.expected == pytest.approx(70_000, rel=0.01)


def test_a_history_of_nothing_much_is_pulled_to_the_others():
    lone = counts([[1, 0, 0, 0]] + [[50, 50, 50, 50]] * 20, [1] + [28] * 20)

    assert 7 < Baseline.of(lone, 4.0, 0.1, 1).expected[0] < 50


def test_longer_histories_tell_more():
    found = Baseline.of(counts([[50, 0, 0, 0], [50, 50, 50, 50]], [7, 28]), 4.0, 0.1, 1)

    assert found.size[1] > found.size[0]
    assert found.information[1] > found.information[0]


def test_poisson_counts_have_no_more_dispersion_than_poisson():
    rng = np.random.default_rng(3)
    every = counts(rng.poisson(rng.gamma(2, 30, (500, 1)), (500, 12)), [84] * 500)

    assert Dispersion.fit(every, 1).of(np.array([10.0, 100.0])) == pytest.approx(1, abs=0.15)


def test_clumps_of_nine_are_nine_times_as_uncertain():
    rng = np.random.default_rng(3)
    every = counts(9 * rng.poisson(rng.gamma(2, 30, (500, 1)), (500, 12)), [84] * 500)

    assert Dispersion.fit(every, 1).of(np.array([90.0, 900.0])) == pytest.approx(9, rel=0.2)


def test_counts_that_go_on_for_weeks_vary_more_over_weeks():
    """Each level lasts four weeks: one week differs from the next seldom, a month from the next a lot."""
    rng = np.random.default_rng(3)
    levels = rng.gamma(4, 25, (400, 3)).repeat(4, axis=1)
    every = counts(rng.poisson(levels), [84] * 400)

    at_100 = [Dispersion.fit(every, stretch).of(np.array([100.0]))[0] for stretch in (1, 4)]

    assert at_100[1] > 2 * at_100[0]


def test_nothing_to_learn_from_is_poisson():
    assert Dispersion.fit(counts([[0, 0, 0]], [0]), 1).of(np.array([5.0])) == 1


def test_the_spread_of_rates_is_found_again():
    rates = np.random.default_rng(2).gamma(2.0, 5.0, 20_000)

    found = Gamma.fit(rates)

    assert found.mean == pytest.approx(10, rel=0.15)
    assert 1 < found.shape < 6


def test_alike_rates_have_a_tight_spread_and_none_a_wide_one():
    assert Gamma.fit(np.full(10, 7.0)).mean == pytest.approx(7, rel=0.05)
    assert Gamma.fit(np.empty(0)) == Gamma(1.0, 1.0)


def test_a_history_of_two_weeks_still_tells_how_counts_vary():
    rng = np.random.default_rng(3)
    weeks = np.zeros((300, 12))
    weeks[:, :2] = 9 * rng.poisson(rng.gamma(2, 30, (300, 1)), (300, 2))

    assert Dispersion.fit(counts(weeks, [15] * 300), 4).of(np.array([300.0])) == pytest.approx(9, rel=0.3)
