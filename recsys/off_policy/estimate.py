"""An estimate with its interval, or a refusal that says why there can be none."""

from dataclasses import dataclass

import numpy as np

from recsys.evaluation import Interval
from recsys.off_policy.bootstrap import bootstrap_t
from recsys.off_policy.estimators import Estimator
from recsys.off_policy.logged import LoggedActions
from recsys.off_policy.overlap import Overlap, overlap

FEWEST = 300.0
"""Effective sample size below which estimates are refused; docs/off-policy.md shows why."""
FEWEST_CLUSTERS = 20
"""A bootstrap over fewer clusters knows too little of how they differ."""


@dataclass(frozen=True)
class Estimate:
    """What the target policy would earn for each action, in the reward's unit, with a 95 % interval."""

    interval: Interval
    """`mean` is the estimate, `count` the rows it is made of."""
    overlap: Overlap


@dataclass(frozen=True)
class Refusal:
    """Why the log cannot tell: what was expected, and what was found."""

    reason: str
    overlap: Overlap


def estimate(
    logged: LoggedActions, estimator: Estimator, seed: int, fewest: float = FEWEST
) -> Estimate | Refusal:
    """The target policy's mean reward for each action, or why this log cannot tell it.

    Refuses where the effective sample size is below `fewest`, where there are fewer than FEWEST_CLUSTERS
    clusters, where the mean weight shows that the target policy does what the log never does, and where too
    little varies for an interval. The same log and seed give the same answer, in whatever order the rows are.
    """
    found = overlap(logged)
    reason = _refused(found, fewest)
    if reason:
        return Refusal(reason, found)
    terms = estimator(logged)
    low, high = bootstrap_t(terms, logged.clusters, seed, level=0.95)
    if not np.isfinite([low, high]).all():
        return Refusal("too few rewards differ for an interval: expected at least 4 that do", found)
    return Estimate(Interval(terms.value, low, high, len(logged)), found)


def _refused(found: Overlap, fewest: float) -> str | None:
    if found.effective_size < fewest:
        return (
            f"expected an effective sample size of at least {fewest:g}, "
            f"found {found.effective_size:.1f} in {found.rows} rows"
        )
    if found.clusters < FEWEST_CLUSTERS:
        return f"expected at least {FEWEST_CLUSTERS} clusters, found {found.clusters}"
    if not found.supported:
        return (
            f"expected a mean weight of 1, found {found.mean_weight:.3f} ± {found.mean_weight_error:.3f}: "
            "the target policy takes actions that the log does not hold, or propensities are wrong"
        )
    return None
