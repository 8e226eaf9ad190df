"""What the made tables share: how many of what there are, when, and how to draw it."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from pydantic import Field

from recsys.arrays import Array, Floats, Ints
from recsys.config import Config
from training.simulate.clock import ABSENT, DAY, Clock
from training.simulate.columns import Values

Columns = dict[str, Values]
EPOCH = date(1970, 1, 1)
CATEGORIES = np.array(
    [
        f"{first}/{second}"
        for first in ("beauty", "fashion", "food", "home", "tech")
        for second in ("basics", "care", "gifts", "trends")
    ]
)
MARKETS = np.array(["US", "GB"])
CURRENCIES = np.array(["USD", "GBP"])
SHARE_OF_US = 0.8


class MadeTables(Config):
    """Size of the marketplace; everything else grows with it."""

    creators: int = Field(default=100_000, ge=100)
    days: int = Field(default=90, ge=14)
    last_day: date = date(2026, 7, 19)
    """A Sunday: the last ISO week is whole."""
    seed: int = 1
    block: int = Field(default=5_000, ge=1)
    """Creators made at a time: what the memory of making them grows with."""

    @property
    def clock(self) -> Clock:
        """The days."""
        first = self.last_day - timedelta(days=self.days - 1)
        return Clock((first - EPOCH).days, self.days)

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return -(-self.creators // self.block)

    @property
    def brands(self) -> int:
        """One to 200 creators."""
        return max(5, self.creators // 200)


@dataclass(frozen=True)
class People:
    """A block's creators, in order of id."""

    ids: Ints
    created: Ints
    """Seconds since 1970."""
    market: Ints
    category: Ints
    sells: Array
    size: Floats
    """How large each one is, of median 1."""

    @classmethod
    def of_block(cls, config: MadeTables, number: int, rng: np.random.Generator) -> "People":
        """The creators of this number's block: every fifth came within the days, a tenth sells."""
        first = number * config.block
        ids = np.arange(first, min(first + config.block, config.creators), dtype=np.int64)
        clock, count = config.clock, len(ids)
        within = clock.start + rng.integers(0, (config.days - 1) * DAY, count)
        before = clock.start - 1 - rng.integers(0, 1000 * DAY, count)
        return cls(
            ids=ids,
            created=np.where(ids % 5 == 4, within, before),
            market=(rng.random(count) >= SHARE_OF_US).astype(np.int64),
            category=skewed(rng, len(CATEGORIES), count),
            sells=rng.random(count) < 0.1,
            size=rng.lognormal(0.0, 1.5, count),
        )

    def each(self, counts: Ints) -> Ints:
        """The row of each of `counts` things of each creator."""
        return np.repeat(np.arange(len(self.ids)), counts)


def skewed(rng: np.random.Generator, words: int, count: int) -> Ints:
    """Places among `words`, the first far more often than the last."""
    return (words * rng.random(count) ** 2).astype(np.int64)


def running(counts: Ints) -> Ints:
    """0, 1, 2 … within each of the groups of these sizes."""
    starts = np.cumsum(counts) - counts
    return np.arange(counts.sum()) - np.repeat(starts, counts)


def some(rng: np.random.Generator, values: Ints, share: float) -> Ints:
    """The values with only a share of them there, the others ABSENT."""
    return np.where(rng.random(len(values)) < share, values, ABSENT)
