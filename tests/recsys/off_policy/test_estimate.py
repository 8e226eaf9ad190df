"""Estimates with intervals, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.off_policy import (
    ESTIMATORS,
    Estimate,
    LoggedActions,
    Refusal,
    doubly_robust,
    estimate,
    ips,
    snips,
)
from recsys.off_policy.estimate import FEWEST


def log_with(effective_size, rows=1000, seed=1):
    """A log whose effective sample size is the one given, with weights of mean 1."""
    rng = np.random.default_rng(seed)
    spread = np.sqrt(rows / effective_size - 1)
    weights = np.where(np.arange(rows) % 2, 1 + spread, 1 - spread) if spread <= 1 else None
    if weights is None:
        share = effective_size / rows
        weights = np.where(np.arange(rows) < share * rows, 1 / share, 0.0)
    return LoggedActions(rng.normal(5, 1, rows), np.full(rows, 0.01), weights / 100)


def test_an_estimate_states_its_interval_and_overlap(contexts):
    answer = estimate(contexts.log(np.random.default_rng(1), contexts.mean), snips, seed=1, fewest=50)

    assert isinstance(answer, Estimate)
    assert answer.interval.low < answer.interval.mean < answer.interval.high
    assert answer.interval.count == answer.overlap.rows == 400
    assert answer.overlap.effective_size < 400


@pytest.mark.parametrize("estimator", [ips, snips])
def test_the_policy_that_logged_gets_its_mean_reward(estimator):
    reward = np.random.default_rng(2).normal(size=500)
    answer = estimate(LoggedActions(reward, np.full(500, 0.2), np.full(500, 0.2)), estimator, seed=1)

    assert answer.interval.mean == pytest.approx(reward.mean(), rel=1e-12)


def test_too_small_an_effective_size_is_refused_at_the_stated_number():
    assert isinstance(estimate(log_with(FEWEST + 5), snips, seed=1), Estimate)

    refused = estimate(log_with(FEWEST - 5), snips, seed=1)
    assert isinstance(refused, Refusal)
    assert refused.reason == "expected an effective sample size of at least 300, found 295.0 in 1000 rows"


def test_the_smallest_effective_size_can_be_chosen():
    assert isinstance(estimate(log_with(60), snips, seed=1, fewest=50), Estimate)


def test_a_policy_that_does_what_the_log_never_does_is_refused():
    rng = np.random.default_rng(3)
    halved = LoggedActions(rng.normal(size=900), np.full(900, 0.5), rng.uniform(0.1, 0.3, 900))

    refused = estimate(halved, snips, seed=1)

    assert isinstance(refused, Refusal)
    assert "expected a mean weight of 1, found 0.4" in refused.reason


def test_too_few_clusters_are_refused():
    logged = LoggedActions(
        np.random.default_rng(4).normal(size=600), np.full(600, 0.5), np.full(600, 0.5), np.arange(600) % 7
    )

    assert estimate(logged, snips, seed=1).reason == "expected at least 20 clusters, found 7"


def test_rewards_too_few_for_an_interval_are_refused():
    reward = np.zeros(800)
    reward[:2] = 1

    refused = estimate(LoggedActions(reward, np.full(800, 0.5), np.full(800, 0.5)), snips, seed=1)

    assert "too few rewards differ" in refused.reason


@pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_answer_does_not_depend_on_the_order_of_rows(estimator, contexts, seed):
    logged = contexts.log(np.random.default_rng(6), contexts.mean)
    order = np.random.default_rng(seed).permutation(len(logged))
    columns = {name: getattr(logged, name)[order] for name in ("reward", "propensity", "target")}
    predicted = type(logged.predicted)(logged.predicted.logged[order], logged.predicted.target[order])

    one, other = (
        estimate(each, estimator, seed=1, fewest=50).interval
        for each in (logged, LoggedActions(**columns, predicted=predicted))
    )

    assert (one.mean, one.low, one.high) == pytest.approx((other.mean, other.low, other.high), rel=1e-9)


@pytest.mark.parametrize("estimator", [snips, doubly_robust])
def test_intervals_hold_the_truth_as_often_as_they_say(estimator, contexts):
    rng = np.random.default_rng(7)
    held = 0
    for seed in range(150):
        interval = estimate(contexts.log(rng, 0.5 * contexts.mean), estimator, seed, fewest=50).interval
        held += interval.low <= contexts.value <= interval.high

    assert held / 150 >= 0.9
