"""Estimators of a policy's value from another policy's log.

Each is Σ baseline / rows + Σ weighted / Σ share, so that one bootstrap serves them all.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Floats
from recsys.errors import ConfigError
from recsys.off_policy.logged import LoggedActions


@dataclass(frozen=True)
class Terms:
    """The parts of an estimate, (rows,) each."""

    baseline: Floats
    weighted: Floats
    share: Floats

    @property
    def value(self) -> float:
        """The estimate; NaN for shares that add up to 0."""
        return self.value_of(np.ones(len(self.share)))

    def value_of(self, counts: Array) -> float:
        """The estimate if row `i` had been logged `counts[i]` times: what a bootstrap asks for."""
        with np.errstate(invalid="ignore", divide="ignore"):
            corrected = np.divide(counts @ self.weighted, counts @ self.share)
        return float(counts @ self.baseline / counts.sum() + corrected)


Estimator = Callable[[LoggedActions], Terms]


def ips(logged: LoggedActions) -> Terms:
    """Inverse propensity scores, Σ w·r / rows: unbiased, of high variance (Horvitz and Thompson 1952)."""
    rows = len(logged)
    return Terms(np.zeros(rows), logged.weights * logged.reward, np.ones(rows))


def snips(logged: LoggedActions) -> Terms:
    """Self-normalised, Σ w·r / Σ w: consistent, and within the range of the rewards.

    Swaminathan and Joachims 2015, The self-normalized estimator for counterfactual learning.
    """
    return Terms(np.zeros(len(logged)), logged.weights * logged.reward, logged.weights)


def doubly_robust(logged: LoggedActions) -> Terms:
    """Σ (v + w·(r - q)) / rows: unbiased however wrong the model is, and more precise the better it is.

    Dudík, Langford and Li 2011, Doubly robust policy evaluation and learning. Raises ConfigError if the
    logged actions come without predictions.
    """
    predicted = logged.predicted
    if predicted is None:
        raise ConfigError("doubly_robust needs predictions beside the logged actions, found none")
    residual = logged.reward - predicted.logged
    return Terms(predicted.target, logged.weights * residual, np.ones(len(logged)))


ESTIMATORS: dict[str, Estimator] = {
    estimator.__name__: estimator for estimator in (ips, snips, doubly_robust)
}
