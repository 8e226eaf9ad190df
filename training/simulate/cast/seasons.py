"""Demand over the year: a wave and peaks for each category of level 1."""

from datetime import date

import numpy as np

from recsys.arrays import Array, Floats, Ints
from training.simulate.cast.geography import LEVEL1
from training.simulate.depth import Seasons

YEAR = 365.2425
"""Days."""


def season(level1: Ints, days: Ints, seasons: Seasons) -> Floats:
    """Log demand of each category (index into LEVEL1) on the epoch day beside it, around 0 without peaks."""
    if len(days) == 0:
        return np.zeros(0)
    first = days.min()
    table = season_table(np.arange(first, days.max() + 1), seasons)
    return np.asarray(table[level1, days - first])


def season_table(days: Array, seasons: Seasons) -> Floats:
    """(LEVEL1, days): log demand of every category on each epoch day."""
    day = np.asarray(days, dtype=float)
    wave = np.cos(2 * np.pi * (day[None, :] / YEAR - _highest(seasons)[:, None]))
    demand = _by_level1(seasons.amplitude)[:, None] * wave
    for peak in seasons.peaks.values():
        middle = date(1970, peak.month, peak.day).timetuple().tm_yday - 1
        distance = (day - middle + YEAR / 2) % YEAR - YEAR / 2
        demand += _by_level1(peak.boost)[:, None] * np.exp(-0.5 * (distance / peak.width_days) ** 2)[None, :]
    return np.asarray(demand)


def _highest(seasons: Seasons) -> Floats:
    """The part of the year at which each category's wave is highest."""
    return (_by_level1(seasons.high_month) - 1) / 12


def _by_level1(values: dict[str, float]) -> Floats:
    return np.array([values.get(name, 0.0) for name in LEVEL1])
