"""Rank correlation: whether two numbers of the same things order them alike."""

import numpy as np

from recsys.arrays import Floats


def rank_correlation(first: Floats, second: Floats) -> float:
    """Spearman's rho of the pairs (n,) where neither side is NaN, -1 to 1 (Spearman 1904).

    It is Pearson's correlation of `mid_ranks`. NaN where one side is all alike, or there are no pairs.
    """
    there = ~(np.isnan(first) | np.isnan(second))
    one, other = (mid_ranks(values[there]) - (there.sum() + 1) / 2 for values in (first, second))
    spread = np.sqrt((one**2).sum() * (other**2).sum())
    return float((one * other).sum() / spread) if spread > 0 else float("nan")


def mid_ranks(values: Floats) -> Floats:
    """Each value's rank, the smallest 1; equal values share the mean of their ranks."""
    _, places, sizes = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(sizes) - (sizes - 1) / 2)[places], np.float64)
