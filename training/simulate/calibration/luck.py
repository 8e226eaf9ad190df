"""How far the views of one creator's videos lie apart: a log-normal core and a viral tail."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from recsys.arrays import Floats

VIDEOS = 18
"""Full-grown videos of each simulated creator, as many as the real set mostly has."""
CREATORS = 800
SIGMAS = np.arange(0.3, 1.21, 0.05)
SHARES = np.array([0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.13, 0.16, 0.2])
FACTORS = np.array([2, 3, 4, 5, 6, 8, 10, 12, 15])
LEVELS = np.linspace(0.01, 0.99, 99)


@dataclass(frozen=True)
class Luck:
    """The parameters of `Fitted` of the same names."""

    video_sigma: float
    viral_share: float
    viral_factor: float


def fit_luck(relative: Floats, rng: np.random.Generator) -> Luck:
    """The nearest on a grid to `relative`: views of full-grown videos / the median of their creator's.

    Nearest by the greatest gap of cumulative shares, then by the mean gap of log quantiles, because several
    are about equally near.
    """
    real = np.quantile(np.log(relative), LEVELS)
    normal, uniform = rng.normal(size=(CREATORS, VIDEOS)), rng.random((CREATORS, VIDEOS))

    def gaps(luck: Luck) -> tuple[float, float]:
        own = luck.video_sigma * normal + np.log(luck.viral_factor) * (uniform < luck.viral_share)
        own = np.sort((own - np.median(own, axis=1, keepdims=True)).ravel())
        below = np.searchsorted(own, real, side="right") / own.size
        places = (LEVELS * own.size).astype(np.int64)
        return round(float(np.abs(below - LEVELS).max()), 2), float(np.abs(own[places] - real).mean())

    grid = [Luck(*map(float, values)) for values in product(SIGMAS.round(2), SHARES, FACTORS)]
    return min(grid, key=gaps)
