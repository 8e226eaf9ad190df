import numpy as np
import pytest
from numpy.testing import assert_allclose

from recsys.off_policy import Terms
from recsys.off_policy.bootstrap import bootstrap_t, sums


def mean_of(values):
    """The terms of a plain mean."""
    return Terms(np.zeros(len(values)), values, np.ones(len(values)))


def test_the_error_of_a_mean_is_the_usual_one():
    values = np.array([1.0, 4, 2, 9])

    estimate, error = sums(mean_of(values), np.arange(4)).estimate(np.ones((1, 4)))

    assert estimate[0] == 4
    assert error[0] == pytest.approx(values.std() / 2)


def test_the_error_of_a_ratio_is_linearised():
    weights, reward = np.array([1.0, 3, 2, 2]), np.array([1.0, 0, 2, 1])
    terms = Terms(np.zeros(4), weights * reward, weights)

    ratio, error = sums(terms, np.arange(4)).estimate(np.ones((1, 4)))

    assert ratio[0] == pytest.approx(7 / 8)
    assert error[0] == pytest.approx(np.sqrt(((weights * (reward - 7 / 8)) ** 2).sum()) / 8)


def test_a_sum_of_both_kinds_has_the_error_of_both():
    rng = np.random.default_rng(1)
    terms = Terms(rng.normal(size=50), rng.normal(size=50), np.ones(50))

    value, error = sums(terms, np.arange(50)).estimate(np.ones((1, 50)))

    both = terms.baseline + terms.weighted
    assert_allclose([value[0], error[0]], [both.mean(), both.std() / np.sqrt(50)])


def test_rows_of_a_cluster_count_once():
    values = np.random.default_rng(2).normal(size=30)
    repeated = mean_of(np.repeat(values, 4))

    clustered = bootstrap_t(repeated, np.repeat(np.arange(30), 4), seed=1, level=0.95)

    assert_allclose(clustered, bootstrap_t(mean_of(values), np.arange(30), seed=1, level=0.95))


def test_a_long_upper_tail_makes_the_upper_arm_longer():
    values = np.random.default_rng(3).lognormal(0, 1.5, 200)

    low, high = bootstrap_t(mean_of(values), np.arange(200), seed=1, level=0.95)

    assert high - values.mean() > 1.3 * (values.mean() - low)


def test_a_symmetric_mean_gets_the_interval_of_the_t_distribution():
    values = np.random.default_rng(4).normal(size=300)

    low, high = bootstrap_t(mean_of(values), np.arange(300), seed=1, level=0.95)

    assert (high - low) / 2 == pytest.approx(1.97 * values.std() / np.sqrt(300), rel=0.1)


def test_rewards_that_do_not_differ_have_no_interval():
    assert np.isnan(bootstrap_t(mean_of(np.ones(50)), np.arange(50), seed=1, level=0.95)).all()


def test_two_rewards_in_fifty_have_no_upper_end():
    values = np.zeros(50)
    values[:2] = 1

    assert not np.isfinite(bootstrap_t(mean_of(values), np.arange(50), seed=1, level=0.95)[1])


def test_intervals_of_skewed_rewards_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(5)
    held = 0
    for seed in range(200):
        low, high = bootstrap_t(mean_of(rng.exponential(size=60)), np.arange(60), seed, level=0.95)
        held += low <= 1 <= high

    assert 0.91 <= held / 200 <= 0.99
