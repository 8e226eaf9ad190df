"""The estimators: numbers worked by hand, their limits, and whether they are right on average."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from recsys.errors import ConfigError
from recsys.off_policy import ESTIMATORS, LoggedActions, Predicted, doubly_robust, ips, snips

THREE = LoggedActions(
    reward=np.array([1.0, 0.0, 2.0]),
    propensity=np.array([0.5, 0.25, 0.5]),
    target=np.array([0.25, 0.5, 0.75]),
    predicted=Predicted(logged=np.array([0.5, 0.5, 1.0]), target=np.array([0.6, 0.4, 1.2])),
)
"""Weights .5, 2, 1.5."""


def test_inverse_propensities_by_hand():
    assert ips(THREE).value == pytest.approx((0.5 * 1 + 2 * 0 + 1.5 * 2) / 3)


def test_self_normalised_by_hand():
    assert snips(THREE).value == pytest.approx((0.5 * 1 + 2 * 0 + 1.5 * 2) / (0.5 + 2 + 1.5))


def test_doubly_robust_by_hand():
    corrected = (0.6 + 0.5 * 0.5) + (0.4 + 2 * -0.5) + (1.2 + 1.5 * 1.0)

    assert doubly_robust(THREE).value == pytest.approx(corrected / 3)


def test_doubly_robust_needs_predictions():
    with pytest.raises(ConfigError, match="doubly_robust needs predictions"):
        doubly_robust(LoggedActions(THREE.reward, THREE.propensity, THREE.target))


@pytest.mark.parametrize("estimator", [ips, snips])
def test_the_policy_that_logged_is_worth_its_mean_reward_exactly(estimator):
    same = LoggedActions(THREE.reward, THREE.propensity, THREE.propensity)

    assert estimator(same).value == 1.0


def test_a_model_that_says_nothing_leaves_inverse_propensities():
    nothing = Predicted(np.zeros(3), np.zeros(3))
    logged = LoggedActions(THREE.reward, THREE.propensity, THREE.target, predicted=nothing)

    assert doubly_robust(logged).value == ips(logged).value


def test_a_model_that_is_right_leaves_nothing_to_weigh():
    perfect = Predicted(logged=THREE.reward, target=np.array([0.6, 0.4, 1.2]))
    terms = doubly_robust(LoggedActions(THREE.reward, THREE.propensity, THREE.target, predicted=perfect))

    assert_array_equal(terms.weighted, 0)
    assert terms.value == pytest.approx((0.6 + 0.4 + 1.2) / 3)


def test_self_normalised_has_no_value_where_the_target_takes_nothing_that_was_logged():
    assert np.isnan(snips(LoggedActions(THREE.reward, THREE.propensity, np.zeros(3))).value)


def test_counting_a_row_twice_is_logging_it_twice():
    twice = np.array([0, 1, 1, 2])
    repeated = LoggedActions(THREE.reward[twice], THREE.propensity[twice], THREE.target[twice])

    assert snips(THREE).value_of(np.array([1, 2, 1])) == pytest.approx(snips(repeated).value)


@pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS)
@given(seed=st.integers(0, 1000))
def test_the_order_of_rows_counts_for_nothing(estimator, seed):
    order = np.random.default_rng(seed).permutation(3)
    predicted = Predicted(THREE.predicted.logged[order], THREE.predicted.target[order])
    shuffled = LoggedActions(
        THREE.reward[order], THREE.propensity[order], THREE.target[order], predicted=predicted
    )

    assert estimator(shuffled).value == pytest.approx(estimator(THREE).value, rel=1e-12)


@given(seed=st.integers(0, 1000))
def test_self_normalised_stays_within_the_rewards(seed):
    rng = np.random.default_rng(seed)
    reward = rng.normal(size=8)

    value = snips(LoggedActions(reward, rng.uniform(0.01, 1, 8), rng.uniform(0.01, 1, 8))).value

    assert reward.min() - 1e-9 <= value <= reward.max() + 1e-9


@pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS)
@pytest.mark.parametrize("model", ["wrong", "right"])
def test_estimates_are_right_on_average(estimator, model, contexts):
    predictions = contexts.mean if model == "right" else 0.9 - contexts.mean
    rng = np.random.default_rng(1)

    values = np.array([estimator(contexts.log(rng, predictions)).value for _ in range(600)])

    error = values.std() / np.sqrt(len(values))
    # Self-normalisation is biased by about 1 / rows.
    assert abs(values.mean() - contexts.value) < 3.5 * error + (1e-3 if estimator is snips else 0)


def test_a_right_model_makes_estimates_more_precise(contexts):
    rng = np.random.default_rng(2)
    logs = [contexts.log(rng, contexts.mean) for _ in range(200)]

    spreads = [np.std([estimator(log).value for log in logs]) for estimator in (doubly_robust, ips)]

    assert spreads[0] < 0.8 * spreads[1]
    assert_allclose([np.mean([doubly_robust(log).value for log in logs])], [contexts.value], atol=0.01)
