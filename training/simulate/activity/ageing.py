"""How videos age: ordinary ones are over in days, viral ones live for weeks.

Views by the age of t days grow as ((1 + t)^a - 1) / a (log(1 + t) for a = 0), with an exponent a of each
video's own. A video is over once a day would bring less than `content.least_share` of a usual video's views.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from training.simulate.activity.block import Block
from training.simulate.config import Content, SimulateConfig
from training.simulate.draws import spread
from training.simulate.fitted import Fitted

NEARLY_LOG = 1e-6
"""Exponents nearer to 0 are taken as 0."""


@dataclass(frozen=True)
class Ageing:
    """Every way to age: one row per exponent, those of ordinary videos first and then viral ones."""

    shares: Floats
    """(ways, life_days): the share of a video's views on each day of its life; each row adds up to 1."""
    days: Ints
    """(ways,): how many days the video is watched at all."""
    ordinary: int
    """How many of the rows are for ordinary videos; within either part all rows are equally frequent."""

    @classmethod
    def of(cls, config: SimulateConfig) -> Self:
        """The ways to age of a world."""
        fitted, content = config.fitted, config.content
        ordinary = daily_shares(np.array(fitted.ageing), content)
        viral = daily_shares(np.array(fitted.ageing_of_viral), content, fitted.viral_factor)
        shares = np.concatenate([ordinary, viral])
        return cls(shares, (shares > 0).sum(axis=1), len(ordinary))

    def draw(self, rng: np.random.Generator, viral: Flags) -> Ints:
        """The row of each video."""
        most = np.where(viral, len(self.shares) - self.ordinary, self.ordinary)
        return np.where(viral, self.ordinary, 0) + (rng.random(len(viral)) * most).astype(np.int64)

    def within(self, days: int) -> tuple[float, float]:
        """The mean share of views on the first `days` days: of ordinary videos, and of viral ones."""
        early = self.shares[:, :days].sum(axis=1)
        return float(early[: self.ordinary].mean()), float(early[self.ordinary :].mean())


def daily_shares(exponents: Array, content: Content, factor: float = 1.0) -> Floats:
    """(exponents, life_days): the share of a video's views on each day of its life; each row adds up to 1.

    `factor` is how many times as many views as usual the videos get: those with more are over later.
    """
    age = np.arange(1.0, content.life_days + 2)
    power = np.where(np.abs(exponents) < NEARLY_LOG, NEARLY_LOG, exponents)[:, None]
    day = np.diff((age**power - 1) / power, axis=1)
    day = day / day.sum(axis=1, keepdims=True)
    day = np.where((day >= content.least_share / factor) | (np.arange(content.life_days) == 0), day, 0.0)
    return np.asarray(day / day.sum(axis=1, keepdims=True))


def goes_viral(block: Block, size: int) -> Flags:
    """Which of the block's `size` videos go viral; the same each time it is asked for."""
    return np.asarray(block.rng("viral").random(size) < block.config.fitted.viral_share)


def luck(block: Block, size: int) -> Floats:
    """How much further than usual each of the block's `size` videos spreads, the viral ones included.

    Ordinary luck has mean 1. The same each time it is asked for.
    """
    fitted = block.config.fitted
    viral = np.where(goes_viral(block, size), fitted.viral_factor, 1.0)
    return np.asarray(viral * spread(block.rng("views"), fitted.video_sigma, size))


def early_share(config: SimulateConfig) -> float:
    """Share of a video's views that falls within `policy.result_days`, as a mean over all views: exact."""
    ordinary, viral = Ageing.of(config).within(config.policy.result_days)
    of_viral = viral_views(config.fitted) / mean_luck(config.fitted)
    return ordinary + (viral - ordinary) * of_viral


def viral_views(fitted: Fitted) -> float:
    """Views of the videos that go viral, relative to those all had if none did."""
    return fitted.viral_share * fitted.viral_factor


def mean_luck(fitted: Fitted) -> float:
    """The mean of `luck`."""
    return 1 - fitted.viral_share + viral_views(fitted)
