"""How far two samples are apart: Kolmogorov and Smirnov's distance, and what chance alone makes of it."""

import math

import numpy as np

from recsys.arrays import Floats

KOLMOGOROV_MEDIAN = 0.82757
"""Median of Kolmogorov's distribution: of the scaled distance of two large samples of one distribution."""


def distance(one: Floats, other: Floats) -> float:
    """The greatest difference between two samples' cumulative shares, 0 to 1; neither may be empty."""
    points = np.concatenate([one, other])
    below = [np.searchsorted(np.sort(sample), points, side="right") / len(sample) for sample in (one, other)]
    return float(np.abs(below[0] - below[1]).max())


def chance_distance(one: int, other: int) -> float:
    """The median distance of two samples of these sizes that come from one distribution, about."""
    return min(1.0, KOLMOGOROV_MEDIAN * math.sqrt((one + other) / (one * other)))
