"""How much counts vary by chance: from how they changed between neighbouring stretches of the history."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from features.trends.counts import WEEK, Counts
from recsys.arrays import Floats

GROUPS = 8
"""Groups of entities by size through which the law is drawn."""
STRETCHES = 3
"""The history holds at least so many stretches that are compared."""


@dataclass(frozen=True)
class Dispersion:
    """Taylor's power law (1961): counts with mean m vary by `factor` × m ** (1 + `power`), at least by m."""

    factor: float
    power: float

    @classmethod
    def fit(cls, counts: Counts, stretch: int) -> Self:
        """From the differences between neighbouring stretches of weeks, which leave slow changes out.

        Counts that go on for weeks once they have begun (a video's views) need stretches as long as the
        window; for counts that are independent from week to week (posts) one week is enough. Stretches are
        shorter where few entities have a history of several.
        """
        for length, number in _cuts(counts.weeks.shape[1], stretch):
            there = (counts.age >= WEEK * length * number) & (counts.weeks.sum(axis=1) > 0)
            if there.sum() >= GROUPS:
                break
        sums = counts.weeks[there, : length * number].reshape(-1, number, length).sum(axis=2)
        variances = (np.diff(sums, axis=1) ** 2).mean(axis=1) / 2
        return cls(*_power_law(sums.mean(axis=1) / length, variances / length))

    def of(self, means: Floats) -> Floats:
        """Variance over mean of counts with these means a week; at least 1, which is Poisson's."""
        return np.maximum(1.0, self.factor * np.maximum(means, 1.0) ** self.power)


def _cuts(weeks: int, stretch: int) -> list[tuple[int, int]]:
    """Length of a stretch in weeks and how many of them are compared, the best first."""
    longest = max(1, min(stretch, weeks // STRETCHES))
    long = [(length, max(STRETCHES, weeks // length // 2)) for length in range(longest, 1, -1)]
    return [*long, *((1, number) for number in range(max(2, weeks // 2), 1, -1))]


def _power_law(means: Floats, variances: Floats) -> tuple[float, float]:
    """Factor and power of variance / mean over mean, through the means of equal groups by size."""
    large = means >= 1
    if large.sum() < GROUPS:
        total = means.sum()
        return (float(max(1.0, variances.sum() / total)) if total > 0 else 1.0), 0.0
    order = np.argsort(means[large], kind="stable")
    parts = np.array_split(order, GROUPS)
    mean = np.array([means[large][part].mean() for part in parts])
    ratio = np.array([max(variances[large][part].mean(), 1e-9) for part in parts]) / mean
    if mean[-1] < 2 * mean[0]:
        return float(max(1.0, ratio.mean())), 0.0
    slope = np.polyfit(np.log(mean), np.log(ratio), 1)[0]
    power = float(np.clip(slope, 0.0, 1.0))
    return float(np.exp((np.log(ratio) - power * np.log(mean)).mean())), power
