"""Intervals around off-policy estimates: bootstrap-t over clusters.

Rewards with a heavy tail make an estimate and its standard error rise together, so that an interval of equal
arms misses what lies above. The bootstrap-t (Efron 1982, Hall 1992) measures that on the log itself; of the
intervals tried it covered best (docs/off-policy.md).
"""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Floats, Ints
from recsys.evaluation import RESAMPLES
from recsys.off_policy.estimators import Terms

AT_ONCE = 100
"""Resamples drawn together, which bounds memory."""
ROUNDING = 1e-12
"""A standard error this small beside its estimate is none."""


@dataclass(frozen=True)
class Sums:
    """What a bootstrap over clusters needs to know of each."""

    of_cluster: Floats
    """(clusters, 4): Σ of ones, share, baseline and weighted."""
    outer: Floats
    """(clusters, 16): their products with each other."""

    def estimate(self, counts: Array) -> tuple[Floats, Floats]:
        """(resamples,) each: the estimate and its linearised standard error.

        `counts` is (resamples, clusters): how often each cluster was drawn.
        """
        rows, share, baseline, weighted = (counts @ self.of_cluster).T
        with np.errstate(invalid="ignore", divide="ignore"):
            mean, ratio = baseline / rows, weighted / share
            slopes = np.stack([-mean / rows, -ratio / share, 1 / rows, 1 / share], axis=1)
        products = (counts @ self.outer).reshape(-1, 4, 4)
        variance = np.einsum("ri,rij,rj->r", slopes, products, slopes)
        return mean + ratio, np.sqrt(np.maximum(variance, 0))


def sums(terms: Terms, clusters: Ints) -> Sums:
    """The sums of each cluster, sorted: a log's interval must not depend on the order of its rows."""
    columns = (np.ones(len(clusters)), terms.share, terms.baseline, terms.weighted)
    of_cluster: Floats = np.column_stack([np.bincount(clusters, column) for column in columns])
    of_cluster = of_cluster[np.lexsort(of_cluster.T)]
    outer: Floats = (of_cluster[:, :, None] * of_cluster[:, None, :]).reshape(-1, 16)
    return Sums(of_cluster, outer)


def bootstrap_t(terms: Terms, clusters: Ints, seed: int, level: float) -> tuple[float, float]:
    """The interval's ends; not finite where too little varies to tell (no two rewards differ, say)."""
    of_clusters = sums(terms, clusters)
    count = len(of_clusters.of_cluster)
    value, error = (float(found[0]) for found in of_clusters.estimate(np.ones((1, count))))
    if not error > ROUNDING * abs(value):
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    away = []
    for _ in range(RESAMPLES // AT_ONCE):
        values, errors = of_clusters.estimate(_draw(rng, count))
        with np.errstate(invalid="ignore", divide="ignore"):
            away.append((values - value) / errors)
    with np.errstate(invalid="ignore"):
        low, high = np.quantile(np.concatenate(away), [(1 - level) / 2, (1 + level) / 2])
    return float(value - high * error), float(value - low * error)


def _draw(rng: np.random.Generator, count: int) -> Floats:
    """(resamples, clusters): how often each cluster is drawn."""
    places = rng.integers(0, count, (AT_ONCE, count)) + np.arange(AT_ONCE)[:, None] * count
    return np.bincount(places.ravel(), minlength=AT_ONCE * count).reshape(AT_ONCE, count).astype(np.float64)
