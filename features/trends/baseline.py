"""The count that an entity's own history makes likely, and how well it is known."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from features.trends.counts import WEEK, Counts
from features.trends.dispersion import Dispersion
from recsys.arrays import Floats

LEAST_KNOWN = 0.1
BEST_KNOWN = 10.0
"""Limits of the shape of the gamma distribution of rates among entities."""


@dataclass(frozen=True)
class Gamma:
    """How rates are spread among entities: a gamma distribution with this mean and shape."""

    mean: float
    shape: float

    @classmethod
    def fit(cls, rates: Floats) -> Self:
        """From the median and the upper tail of the logarithms, which a few giants do not move.

        Mean and shape are 1 without rates.
        """
        positive = rates[rates > 0]
        if not len(positive):
            return cls(1.0, 1.0)
        middle, high = np.quantile(np.log(positive), [0.5, 0.95])
        spread = max(((high - middle) / 1.645) ** 2, 1e-6)
        # Variance of the logarithm of a gamma variable is 1/shape + 1/(2 shape²), nearly.
        shape = float(np.clip((1 + np.sqrt(1 + 2 * spread)) / (2 * spread), LEAST_KNOWN, BEST_KNOWN))
        # Its median is mean × exp(-1 / (3 shape)), nearly.
        return cls(float(np.exp(middle + 1 / (3 * shape))), shape)


@dataclass(frozen=True)
class Baseline:
    """Entity by entity, before what became of the slice."""

    expected: Floats
    """Count in the window if the history goes on; for newcomers their mean."""
    dispersion: Floats
    """Variance over mean of the window's count beyond growth, at least 1."""
    size: Floats
    """Quasi-counts that the expected count rests on (see `expected.Quasi`)."""

    @property
    def information(self) -> Floats:
        """One over the variance of ln(observed / expected)."""
        return np.asarray(1 / (self.dispersion / np.maximum(self.expected, 1e-9) + 1 / self.size))

    @classmethod
    def of(cls, counts: Counts, half_life: float, level_error: float, stretch: int) -> Self:
        """From the weeks of the history, the older the lighter; for `stretch` see `Dispersion.fit`."""
        rates, rested = _weekly(counts, half_life)
        new = counts.age == 0
        newcomers, others = Gamma.fit(counts.observed[new]), Gamma.fit(rates[~new])
        usual = np.where(new, newcomers.mean / counts.window_weeks, rates)
        dispersion = Dispersion.fit(counts, stretch).of(usual)
        # Few counts say little of an entity's rate: it is pulled to the others'.
        quasi = rested / dispersion
        pulled = (quasi + others.shape) / (quasi / np.maximum(rates, 1e-12) + others.shape / others.mean)
        size = 1 / (1 / (quasi + others.shape) + level_error**2)
        return cls(
            expected=np.where(new, newcomers.mean, pulled * counts.window_weeks),
            dispersion=dispersion,
            size=np.where(new, newcomers.shape, size),
        )


def _weekly(counts: Counts, half_life: float) -> tuple[Floats, Floats]:
    """Each entity's counts a week since its first, weighted by recency; and the counts that they rest on."""
    past = np.arange(counts.weeks.shape[1])
    weight = 0.5 ** (past / half_life)
    alive = np.clip(counts.age[:, None] / WEEK - past, 0, 1)
    total = counts.weeks @ weight
    rates = total / np.maximum(alive @ weight, 1 / WEEK)
    return rates, total**2 / np.maximum(counts.weeks @ weight**2, 1e-12)
