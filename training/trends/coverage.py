"""How often the interval of growth is right: what one half of the videos says of the other half.

Nobody knows an entity's true growth, but videos dealt at random into two halves have the same. So what the
first half says of growth, with its uncertainty, foretells the second half's counts; how often these fall into
the interval that is foretold is the coverage of both.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import ibis
import numpy as np

from features.known import Known, known
from features.trends.counts import Counts, Slice
from features.trends.expected import compare
from features.trends.kinds import Measure
from features.trends.posterior import GRID, Quasi, fit_prior, posterior_weights
from features.trends.reading import read_counts
from features.trends.trends import TrendsConfig, stretch_of, window_of
from recsys.arrays import Flags, Floats, Ints
from recsys.policy import Policies
from recsys.tables import Tables

DRAWS = 400
"""Counts that are foretold for each entity."""


@dataclass(frozen=True)
class Coverage:
    """Shares of `entities` entities whose count in the other half was in, below and above its interval."""

    entities: int
    covered: float | None
    """None without entities, as the other two."""
    below: float | None
    above: float | None


def coverage(
    tables: Tables, at: datetime, policies: Policies, measure: Measure, within: Slice, config: TrendsConfig
) -> Coverage:
    """Of entities that both halves have had before the window, and of which half a floor is expected."""
    everything = known(tables, at, policies)
    first, second = (_counts(_half(everything, half), measure, within, config) for half in (0, 1))
    stretch = stretch_of(measure, config.window)
    said, expected = compare(first, config.expected, stretch)
    happened, _ = compare(second, config.expected, stretch)
    rows, others = _in_both(first, second, expected >= measure.floor / 2)
    if not len(rows):
        return Coverage(0, None, None, None)
    prior = fit_prior(said.of(first.age > 0))
    shares = foretold(said.of(rows), prior, happened.of(others), seed=7)
    tail = (1 - config.expected.level) / 2
    below, above = float((shares < tail).mean()), float((shares > 1 - tail).mean())
    return Coverage(len(rows), 1 - below - above, below, above)


def _half(everything: Known, half: int) -> Known:
    """Every other video, by an order that has nothing to do with when it was posted."""
    videos = everything["videos"]
    dealt = ((videos.video_id % 1_000_003) * 7_919 / 13).floor().cast("int64") % 2
    return replace(everything, tables={**everything.tables, "videos": videos.filter(dealt == half)})


def _counts(half: Known, measure: Measure, within: Slice, config: TrendsConfig) -> Counts:
    series: ibis.Table = within.of(measure.daily(half))
    return read_counts(half, series, window_of(half, config))


def _in_both(first: Counts, second: Counts, large: Flags) -> tuple[Ints, Ints]:
    """Rows of the entities in both halves."""
    names, others_names = (np.array(each.entities.to_pylist()) for each in (first, second))
    _, rows, others = np.intersect1d(names, others_names, return_indices=True)
    chosen = (first.age[rows] > 0) & (second.age[others] > 0) & large[rows]
    return rows[chosen], others[chosen]


def foretold(said: Quasi, prior: Floats, happened: Quasi, seed: int) -> Floats:
    """(entities,) share of the counts foretold from one half that are below those of the other half.

    Ties count half. Foretold counts are negative binomial, around a growth drawn from the posterior.
    """
    rng = np.random.default_rng(seed)
    below = np.cumsum(posterior_weights(said, prior), axis=1)
    drawn = [np.searchsorted(each, rng.random(DRAWS)).clip(max=len(GRID) - 1) for each in below]
    growth = np.exp(GRID[np.array(drawn).reshape(len(below), DRAWS)])
    size = happened.size[:, None]
    rates = rng.gamma(size, 1 / size, growth.shape) * growth * happened.expected[:, None]
    counts, observed = rng.poisson(rates), np.round(happened.observed)[:, None]
    return np.asarray(((counts < observed).mean(axis=1) + (counts <= observed).mean(axis=1)) / 2)
