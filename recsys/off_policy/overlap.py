"""How much of the target policy the log shows: whether an estimate can be trusted at all."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from recsys.off_policy.logged import LoggedActions

ROUNDING = 1e-9
ERRORS_OFF = 4.0
"""Standard errors by which the mean weight may miss 1: by chance it does so once in 16,000 logs."""


@dataclass(frozen=True)
class Overlap:
    """How the weights of a log are spread."""

    rows: int
    clusters: int
    effective_size: float
    """(Σ w)² / Σ w² (Kong 1992): as many rows of the target's own log would say about as much."""
    largest_weight: float
    mean_weight: float
    """1 in expectation where the log can show whatever the target policy does; below 1 where it cannot."""
    mean_weight_error: float
    """Standard error of the mean weight, by cluster."""

    @property
    def supported(self) -> bool:
        """Whether the mean weight is as near to 1 as chance allows."""
        return abs(self.mean_weight - 1) <= ERRORS_OFF * self.mean_weight_error + ROUNDING


def overlap(logged: LoggedActions) -> Overlap:
    """The spread of the log's weights."""
    weights, clusters = logged.weights, logged.clusters
    squares, count = float(weights @ weights), int(clusters.max()) + 1
    mean = float(weights.mean())
    away = np.bincount(clusters, weights - mean)
    return Overlap(
        rows=len(logged),
        clusters=count,
        effective_size=float(weights.sum()) ** 2 / squares if squares else 0.0,
        largest_weight=float(weights.max()),
        mean_weight=mean,
        mean_weight_error=sqrt(float(away @ away) * count / max(count - 1, 1)) / len(logged),
    )
