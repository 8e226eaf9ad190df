"""How videos age: the exponents behind views that were seen once or twice in a video's life."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from recsys.arrays import Array, Floats, Ints
from training.simulate.activity.ageing import daily_shares
from training.simulate.config import Content

EXPONENTS = np.linspace(-4, 1, 51)
KINDS = 20
"""Exponents in the configuration, equally frequent."""
ORDINARY_SPREAD = 0.3
"""Standard deviation of ordinary videos' exponents: assumed, because nothing shows it."""
SMOOTHNESS = 0.05
CERTAIN = 1e3
"""Weight of the shares adding up to 1."""
NORMAL_DECILES = np.array([-1.645, -1.036, -0.674, -0.385, -0.126, 0.126, 0.385, 0.674, 1.036, 1.645])


@dataclass(frozen=True)
class Crawls:
    """Videos seen twice: views, age in days, days until they were seen again, and their age group."""

    now: Floats
    later: Floats
    age: Ints
    gap: Ints
    group: Array


def as_shown(views: Array) -> Floats:
    """Views as the app shows them: in hundreds below a million, in tenths of a million from there."""
    unit = np.where(views >= 1e6, 1e5, 1e2)
    return np.asarray(np.round(views / unit) * unit)


def fit_viral(crawls: Crawls, content: Content, factor: float) -> Floats:
    """(KINDS,): exponents such that what was seen twice grew as it did, in each age group alike.

    `factor` is how many times as many views as usual these videos get.

    The shares of a grid of exponents are found by least squares on the cumulative shares of the growth
    factors in each group: non-negative, adding up to 1, and smooth.
    """
    views = np.cumsum(daily_shares(EXPONENTS, content, factor), axis=1)
    last = content.life_days - 1
    growth = views[:, np.minimum(crawls.age + crawls.gap, last)] / views[:, np.minimum(crawls.age, last)]
    simulated, real = as_shown(crawls.now * growth) / crawls.now, crawls.later / crawls.now
    parts = [_shares_below(simulated[:, rows], real[rows]) for rows in _rows_by_group(crawls.group)]
    smooth = SMOOTHNESS * np.diff(np.eye(len(EXPONENTS)), n=2, axis=0)
    whole = np.full((1, len(EXPONENTS)), CERTAIN)
    left = np.vstack([*(part[0] for part in parts), whole, smooth])
    right = np.concatenate([*(part[1] for part in parts), [CERTAIN], np.zeros(len(smooth))])
    weights, _ = nnls(left, right)
    levels = (np.arange(KINDS) + 0.5) / KINDS
    return np.asarray(np.interp(levels, np.cumsum(weights) - weights / 2, EXPONENTS))


def _rows_by_group(group: Array) -> list[Ints]:
    return [np.flatnonzero(group == value) for value in np.unique(group)]


def _shares_below(simulated: Floats, real: Floats) -> tuple[Floats, Floats]:
    """Left and right side of the least squares of one group: shares below each real growth factor."""
    points = np.unique(real)
    below = (simulated[:, :, None] <= points).mean(axis=1)
    scale = 1 / np.sqrt(len(points))
    return below.T * scale, (real[:, None] <= points).mean(axis=0) * scale


def fit_ordinary(by_age: Floats, later: int, content: Content) -> Floats:
    """Exponents of ordinary videos around the one whose views by age, on a log scale, are nearest.

    `by_age` holds the views that videos typically have 1, 2, … whole days after they were posted, relative to
    those they have `later` days after. A whole number of days may end on either of two calendar days.
    """
    fine = np.linspace(EXPONENTS[0], EXPONENTS[-1], 501)
    whole = np.cumsum(daily_shares(fine, content), axis=1)
    at_age = (whole[:, :-1] + whole[:, 1:]) / 2
    views = at_age[:, 1 : 1 + len(by_age)] / at_age[:, [later]]
    middle = fine[np.square(np.log(views) - np.log(by_age)).sum(axis=1).argmin()]
    return np.asarray(middle + ORDINARY_SPREAD * NORMAL_DECILES)
