"""The line that makes expected results honest."""

import lightgbm
import numpy as np
import pytest

from training.expected import FEWEST, log_line, on_line


@pytest.fixture
def booster():
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(400, 3)).astype(np.float32)
    values = np.exp(rows[:, 0] + rng.normal(size=400))
    settings = {"objective": "tweedie", "verbosity": -1, "num_threads": 1}
    return lightgbm.train(settings, lightgbm.Dataset(rows, values), 5)


def test_a_known_line_is_found():
    raw = np.random.default_rng(1).normal(3, 1, 4_000).astype(np.float32)
    results = np.exp(1.5 * raw.astype(np.float64) - 2)

    slope, offset = log_line(raw, results, power=1.5)

    assert slope == pytest.approx(1.5, abs=0.01)
    assert offset == pytest.approx(-2, abs=0.05)


def test_results_twice_as_large_as_expected_move_the_offset_by_ln_2():
    raw = np.random.default_rng(2).normal(0, 1, 20_000).astype(np.float32)
    noise = np.random.default_rng(4).gamma(2, 1, 20_000)

    _, offset = log_line(raw, np.exp(raw.astype(np.float64)) * noise, power=1.5)

    assert offset == pytest.approx(np.log(2), abs=0.05)


def test_with_poisson_s_deviance_expected_results_add_up_to_what_came():
    rng = np.random.default_rng(5)
    raw = rng.normal(0, 1, 500).astype(np.float32)
    results = np.exp(0.5 * raw) * rng.gamma(0.5, 100, 500)

    slope, offset = log_line(raw, results, power=1)

    assert slope != 1
    assert np.exp(slope * raw + offset).sum() == pytest.approx(results.sum(), rel=1e-3)


@pytest.mark.parametrize(
    ("raw", "results"),
    [
        (np.arange(FEWEST - 1), np.ones(FEWEST - 1)),
        (np.arange(100), np.zeros(100)),
        (np.zeros(100), np.ones(100)),
        (np.arange(100), np.exp(-np.arange(100.0) / 10)),
    ],
    ids=["few rows", "no results", "one score", "higher scores brought less"],
)
def test_where_nothing_can_be_learnt_scores_stay(raw, results):
    assert log_line(raw.astype(np.float32), results, power=1.5) == (1.0, 0.0)


def test_the_booster_is_moved_onto_the_line(booster):
    rows = np.random.default_rng(6).normal(size=(200, 3)).astype(np.float32)

    moved = on_line(booster, slope=1.25, offset=-0.5)

    expected = 1.25 * booster.predict(rows, raw_score=True) - 0.5
    np.testing.assert_allclose(moved.predict(rows, raw_score=True), expected, atol=1e-12)
