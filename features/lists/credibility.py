"""How strongly a rate of small counts is pulled to its peers' mean, fitted by moments (R11).

Bühlmann and Straub, "Glaubwürdigkeit für Schadensätze" (1970): with variance `within` of one unit of the
whole and variance `between` creators, the best linear estimate of a rate weighs the mean as much as
within / between units of the whole.
"""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array
from recsys.ranking_lists import Prior

WEAKEST = 1.0
"""Least strength: one unit of the whole."""
STRONGEST = 1_000.0
"""Greatest strength, in means of a creator's whole: where creators differ by chance alone."""
FEWEST = 30
"""Fewest repeated observations that are a history."""


@dataclass(frozen=True)
class Fit:
    """What was fitted for a measure in a market."""

    mean: float | None
    """What rates are pulled to; None: to the pooled rate of the peers of the day."""
    strength: float
    """Units of the whole that the mean weighs; 0 for measures that are not pulled."""
    noise: float
    """Variance of one unit of the whole over a power of the rate; NaN where it is unknown."""


def significant(value: float) -> float:
    """To ten digits: sums of many floats may end differently on another processor."""
    return float(f"{value:.10g}")


def prior_of(fit: Fit) -> Prior:
    """The fit as lists keep it."""
    return Prior(mean=fit.mean, strength=fit.strength, noise=None if np.isnan(fit.noise) else fit.noise)


def fit_of(prior: Prior) -> Fit:
    """A fit that was kept."""
    return Fit(prior.mean, prior.strength, np.nan if prior.noise is None else prior.noise)


@dataclass(frozen=True)
class Moments:
    """Sums over each creator's observations, one value a creator."""

    n: Array
    part: Array
    whole: Array
    square: Array
    """Sum of part² / whole."""

    @property
    def mean(self) -> float | None:
        """Part over whole of all creators; None without any whole."""
        whole = int(self.whole.sum())
        return float(self.part.sum() / whole) if whole else None

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(
            self.n + other.n,
            self.part + other.part,
            self.whole + other.whole,
            self.square + other.square,
        )


def fit_rate(moments: Moments, power: int) -> Fit | None:
    """Mean, strength and noise of a rate; None where there are too few repeated observations to tell."""
    there = moments.whole > 0
    if there.sum() < FEWEST or (moments.n[there] - 1).sum() < FEWEST:
        return None
    part, whole = moments.part[there].astype(np.float64), moments.whole[there].astype(np.float64)
    own = part**2 / whole
    within = max((moments.square[there] - own).sum() / (moments.n[there] - 1).sum(), 0.0)
    spread = own.sum() - part.sum() ** 2 / whole.sum() - (len(whole) - 1) * within
    between = spread / (whole.sum() - (whole**2).sum() / whole.sum())
    strongest = STRONGEST * whole.mean()
    strength = strongest if between <= within / strongest else within / between
    return Fit(moments.mean, significant(max(strength, WEAKEST)), noise_of(moments, power))


def noise_of(moments: Moments, power: int) -> float:
    """Variance of one unit of the whole over the rate to a power, each creator's own; NaN where unknown.

    Creators count by their observations, not by their size: the largest would decide the variance of all.
    """
    there = (moments.part > 0) & (moments.n > 1)
    n, part, whole = moments.n[there], moments.part[there].astype(np.float64), moments.whole[there]
    if (n - 1).sum() < FEWEST:
        return np.nan
    own = (moments.square[there] - part**2 / whole) / (part / whole) ** power
    return significant(max(own.sum() / (n - 1).sum(), 0.0))
