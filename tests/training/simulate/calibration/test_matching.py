import numpy as np
import pytest

from training.simulate.calibration.matching import as_quantiles, moved, quantiles

LEVELS = np.linspace(0, 1, 21)


def test_the_ends_are_read_off_a_little_inside():
    values = np.linspace(0, 1, 1001)

    assert quantiles(values, np.array([0.0, 0.5, 1.0])) == pytest.approx([0.005, 0.5, 0.995])


def test_causes_move_by_the_gap_of_what_is_seen_of_them():
    simulated, real = np.linspace(3, 4, 101), np.linspace(0, 9, 101)

    causes = moved(np.array([3.0, 5.0]), simulated, real, np.array([0.1, 0.9]), 0.5)

    assert causes == pytest.approx([3 + (0.9 - 3.1) / 2, 5 + (8.1 - 3.9) / 2])


def test_no_cause_goes_beyond_what_is_really_seen():
    causes = moved(np.array([0.0, 9.0]), np.full(9, 3.0), np.full(9, 5.0), np.array([0.0, 1.0]), 1.0)

    assert causes.tolist() == [5.0, 5.0]


def test_quantiles_stay_in_order():
    simulated, real = np.array([0.0, 9.0]), np.array([4.0, 4.0])

    assert np.all(np.diff(moved(np.array([0.0, 1.0]), simulated, real, np.array([0.0, 1.0]), 1.0)) >= 0)


def test_repeated_moves_take_the_noise_out_of_the_cause():
    rng = np.random.default_rng(0)
    real = rng.normal(2, 1, 20_000) + rng.normal(0, 0.8, 20_000)
    causes = np.zeros(len(LEVELS))
    for _ in range(15):
        drawn = np.interp(rng.random(20_000), LEVELS, causes)
        causes = moved(causes, drawn + rng.normal(0, 0.8, 20_000), real, LEVELS, 0.7)

    spread = np.interp([0.25, 0.5, 0.75], LEVELS, causes)
    assert spread == pytest.approx([2 - 0.674, 2, 2 + 0.674], abs=0.12)


def test_quantiles_are_kept_with_four_decimals():
    assert as_quantiles(np.array([0.123456, 1])) == (0.1235, 1.0)
