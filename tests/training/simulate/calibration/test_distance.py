import numpy as np
import pytest
from scipy.stats import ks_2samp

from training.simulate.calibration.distance import chance_distance, distance


def test_the_distance_is_the_greatest_gap_between_cumulative_shares():
    one, other = np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0, 3.5, 5.0])

    # At 2: half of the one, none of the other. At 4: all of the one, two thirds of the other.
    assert distance(one, other) == pytest.approx(1 / 2)


@pytest.mark.parametrize(("other", "expected"), [([1.0, 2.0], 0.0), ([5.0, 6.0], 1.0)])
def test_equal_samples_are_0_apart_and_separate_ones_1(other, expected):
    assert distance(np.array([2.0, 1.0]), np.array(other)) == expected


def test_the_distance_is_scipys_also_with_ties():
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 9, 200).astype(float), rng.integers(1, 10, 77).astype(float)

    assert distance(one, other) == pytest.approx(ks_2samp(one, other).statistic)


def test_chance_alone_makes_this_distance_in_half_of_all_pairs():
    rng = np.random.default_rng(0)
    drawn = [distance(rng.random(120), rng.random(400)) for _ in range(800)]

    assert chance_distance(120, 400) == pytest.approx(np.median(drawn), rel=0.05)


def test_tiny_samples_are_at_most_1_apart():
    assert chance_distance(1, 1) == 1.0
