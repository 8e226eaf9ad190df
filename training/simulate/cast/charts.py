"""Sounds and hashtags: each has a life of its own, and creators use what is hot where they are."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from training.frame import Frame
from training.simulate.cast.geography import LEVEL1, MARKETS, of_markets
from training.simulate.clock import DAY, Clock
from training.simulate.depth import Trends
from training.simulate.draws import choose

STEP_DAYS = 4
"""Days for which a chart stands."""
EVERYWHERE = -1
"""Stands for an origin in all categories, or in all markets."""
EVERGREEN_USE = 0.3
"""Use of what neither rises nor falls, relative to the peak of something else of its size."""
LEAST = -30.0
"""Log use below which something is as good as forgotten."""


@dataclass(frozen=True)
class Lives(Frame):
    """One row per sound or hashtag: when it peaks, and how it rises and falls."""

    market: Ints
    level1: Ints
    """Category of origin, index into LEVEL1; EVERYWHERE for general use."""
    peak_day: Floats
    """Epoch day; NaN for an evergreen."""
    rise_days: Floats
    fall_days: Floats
    """Days of e-fold growth before the peak and of e-fold decay after it."""
    size: Floats
    """Log use at the peak."""

    def log_use(self, days: Floats) -> Floats:
        """(days, rows): log use on each epoch day."""
        before = self.peak_day - days[:, None]
        change = np.where(before > 0, before / self.rise_days, -before / self.fall_days)
        usual = np.where(np.isnan(self.peak_day), np.log(EVERGREEN_USE), -change)
        return np.maximum(self.size + usual, LEAST)

    def rising(self, days: Floats) -> Flags:
        """(days, rows): whether it is on the rise."""
        return np.asarray(self.peak_day > days[:, None])


def draw_lives(rng: np.random.Generator, size: int, trends: Trends, clock: Clock) -> Lives:
    """Sounds or hashtags that peak somewhere between a month before the world and a month after it."""
    level1 = rng.integers(EVERYWHERE, len(LEVEL1), size)
    peak = clock.first_day + rng.uniform(-30, clock.days + 30, size)
    return Lives(
        market=choose(rng, np.tile(of_markets("weight"), (size, 1))),
        level1=level1,
        peak_day=np.where(rng.random(size) < trends.evergreen, np.nan, peak),
        rise_days=trends.rise_days * np.exp(rng.normal(0, trends.growth_sigma, size)),
        fall_days=trends.fall_days * np.exp(rng.normal(0, trends.growth_sigma, size)),
        size=rng.normal(0, trends.size_sigma, size),
    )


@dataclass(frozen=True)
class Chart:
    """What is used how much, by stretch of time, market and category of level 1 (together: a row)."""

    edges: Floats
    """(rows × items,): row number + cumulated share of the items in the row; ascending."""
    rising: Flags
    """(steps, items)."""
    rising_share: Floats
    """(rows,): P(what is picked is on the rise)."""
    first_day: int

    @classmethod
    def of(cls, lives: Lives, log_use: Floats, rising: Flags, trends: Trends, clock: Clock) -> Self:
        """The chart of these sounds or hashtags; `log_use` and `rising` are (steps, items)."""
        here = (lives.market == np.arange(len(MARKETS))[:, None]) | (lives.market == EVERYWHERE)
        kin = (lives.level1 == np.arange(len(LEVEL1))[:, None]) | (lives.level1 == EVERYWHERE)
        liking = np.where(here, 1, trends.elsewhere)[:, None, :] * np.where(kin, 1, trends.elsewhere)[None]
        use = np.exp(log_use)[:, None, None, :] * liking
        share = (use / use.sum(axis=-1, keepdims=True)).reshape(-1, len(lives))
        edges = np.cumsum(share, axis=1)
        edges[:, -1] = 1.0
        flags = np.repeat(rising, len(MARKETS) * len(LEVEL1), axis=0)
        rows = np.arange(len(share))[:, None]
        return cls((rows + edges).ravel(), rising, (share * flags).sum(axis=1), clock.first_day)

    @property
    def items(self) -> int:
        """How many sounds or hashtags there are."""
        return int(self.rising.shape[1])

    def row(self, times: Ints, market: Ints, level1: Ints) -> Ints:
        """The row of the chart for videos posted at these times, in these markets and categories."""
        return (self._step(times) * len(MARKETS) + market) * len(LEVEL1) + level1

    def pick(self, rng: np.random.Generator, rows: Ints) -> Ints:
        """One item for each row, in proportion to its use there."""
        found = np.searchsorted(self.edges, rows + rng.random(len(rows)), side="right")
        return np.asarray(np.minimum(found - rows * self.items, self.items - 1))

    def is_rising(self, item: Ints, times: Ints) -> Flags:
        """Whether each item is on the rise at the time beside it."""
        return np.asarray(self.rising[self._step(times), item])

    def _step(self, times: Ints) -> Ints:
        return np.asarray((times // DAY - self.first_day) // STEP_DAYS)


def middles(clock: Clock) -> Floats:
    """The middle of each stretch of time, in epoch days."""
    return np.asarray(clock.first_day + STEP_DAYS * (np.arange(-(-clock.days // STEP_DAYS)) + 0.5))
