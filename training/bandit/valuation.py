"""What each of two logged policies is worth, estimated from the other's log and seen in its own."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.preprocessing import OneHotEncoder

from recsys.arrays import Array, Floats
from recsys.evaluation import RESAMPLES, Interval, percentile_interval
from recsys.off_policy import ESTIMATORS, LoggedActions, Overlap, Predicted, Refusal, estimate, overlap
from training.bandit.log import POSITIONS, BanditLog, features
from training.cross_fit import cross_fitted, folds_of
from training.rewards import ChanceModel

FOLDS = 5
PENALTY = 10.0
"""Of the reward model: with some 50 clicks it must hardly believe what single items seem to do."""
PolicyOf = Callable[[Array], Floats]
"""From how often each row of the policy's own log counts to (items, positions): P(item | position)."""


@dataclass(frozen=True)
class Valuation:
    """An estimate of a policy's click rate beside the rate in its own log."""

    interval: Interval
    relative_error: Interval
    """Of the estimate to the rate in its own log: 0 is right."""


@dataclass(frozen=True)
class Valued:
    """A policy valued from another one's log; by estimator, or refused with the reason."""

    own: Interval
    """The click rate in the policy's own log."""
    overlap: Overlap
    estimates: dict[str, Valuation | str]


def frequencies(played: BanditLog, items: int, counts: Array) -> Floats:
    """(items, positions): how often each item was shown at each position; each column adds up to 1.

    The mean of the logged propensities by item and position would be too large: a policy that learns shows an
    item more often while its probability is high. What was shown estimates the week's mean policy unbiasedly.
    """
    cells = np.bincount(played.item * POSITIONS + played.position, counts, minlength=items * POSITIONS)
    shown = cells.reshape(items, POSITIONS)
    return np.asarray(shown / shown.sum(axis=0))


def expected_clicks(log: BanditLog, items: int, seed: int) -> Floats:
    """(rows, items): P(click) of every item in each row's place, by a model that did not see the row."""
    fold = folds_of(np.arange(len(log)), FOLDS, seed)

    def model() -> ChanceModel:
        return ChanceModel(PENALTY, OneHotEncoder(handle_unknown="ignore"))

    return cross_fitted(model, features(log, items), log.item, log.click, fold)


def value(log: BanditLog, own: BanditLog, items: int, policy_of: PolicyOf, seed: int) -> Valued:
    """The policy that logged `own`, valued from `log`, with 95 % percentile intervals.

    Both logs are resampled together, so that the intervals hold what is uncertain about the policy itself,
    where it is known from its log alone.
    """
    expected = expected_clicks(log, items, seed)
    once = np.ones(len(own))
    logged = logged_actions(log, expected, policy_of(once))
    resampled = _resampled(log, own, expected, policy_of, seed)
    rates = np.array([rate for rate, _ in resampled])
    rate = float(own.click.mean())
    estimates: dict[str, Valuation | str] = {}
    for name, estimator in ESTIMATORS.items():
        answer = estimate(logged, estimator, seed)
        if isinstance(answer, Refusal):
            estimates[name] = answer.reason
            continue
        found, values = answer.interval.mean, np.array([of_all[name] for _, of_all in resampled])
        estimates[name] = Valuation(
            percentile_interval(found, values, len(log)),
            percentile_interval(found / rate - 1, values / rates - 1, len(log)),
        )
    return Valued(percentile_interval(rate, rates, len(own)), overlap(logged), estimates)


def logged_actions(log: BanditLog, expected: Floats, policy: Floats) -> LoggedActions:
    """The log as seen by a policy of (items, positions)."""
    return LoggedActions(
        reward=log.click,
        propensity=log.propensity,
        target=policy[log.item, log.position],
        predicted=Predicted.of(expected, log.item, policy.T[log.position]),
    )


def _resampled(
    log: BanditLog, own: BanditLog, expected: Floats, policy_of: PolicyOf, seed: int
) -> list[tuple[float, dict[str, float]]]:
    """For each resample of both logs: the policy's own click rate, and its value by each estimator."""
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(RESAMPLES):
        counts, counts_own = _draw(rng, len(log)), _draw(rng, len(own))
        logged = logged_actions(log, expected, policy_of(counts_own))
        values = {name: estimator(logged).value_of(counts) for name, estimator in ESTIMATORS.items()}
        drawn.append((float(counts_own @ own.click / counts_own.sum()), values))
    return drawn


def _draw(rng: np.random.Generator, rows: int) -> Array:
    return np.bincount(rng.integers(0, rows, rows), minlength=rows)
