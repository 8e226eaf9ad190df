"""Reading a slice's counts, and what the same days of a year before say of the season."""

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.known import Known
from features.portable import exact_sum
from features.trends.counts import WEEK, Counts, Window, by_block, by_day, weeks_of
from features.trends.expected import ExpectedConfig, growth_of
from recsys.arrays import Floats

OLD_ENOUGH_DAYS = 28
"""An entity younger than this a year ago has no season of its own."""


def read_counts(known: Known, series: ibis.Table, window: Window) -> Counts:
    """The counts of every entity of a series with a count in the window or its history."""
    blocks = known.read(by_block(series, window))
    return Counts.of(blocks, _distinct(blocks), window, _weeks(known, series, window))


def season_of(
    known: Known, series: ibis.Table, window: Window, entities: pa.Array, config: ExpectedConfig
) -> Floats:
    """Per entity: growth in the same days a year before, shrunk like any growth.

    1 where the history of those days is not complete, and for entities that were too young then.
    """
    before = window.year_before()
    factors = np.ones(len(entities))
    blocks = known.read(by_block(series, before))
    if not len(blocks) or blocks["first"].to_numpy().min() >= before.since + WEEK:
        return factors
    counts = Counts.of(blocks, _distinct(blocks), before, window.days / WEEK)
    places = pc.index_in(counts.entities, value_set=entities).fill_null(-1).to_numpy(zero_copy_only=False)
    told = (places >= 0) & (counts.age >= OLD_ENOUGH_DAYS)
    factors[places[told]] = growth_of(counts, config).median[told]
    return factors


def read_daily(known: Known, series: ibis.Table, window: Window, entities: pa.Array) -> Floats:
    """(entities, days): the counts of the history and the window, day by day, of a few entities."""
    rows = series.filter(series.entity.isin(entities.to_pylist()) & window.holds(series.day))
    days = known.read(rows.group_by("entity", "day").aggregate(count=exact_sum(rows["count"])))
    wide = np.zeros((len(entities), window.end - window.since))
    places = pc.index_in(days["entity"].combine_chunks(), value_set=entities).to_numpy(zero_copy_only=False)
    wide[places, days["day"].to_numpy() - window.since] = days["count"].to_numpy()
    return wide


def _distinct(blocks: pa.Table) -> pa.Array:
    found = pc.unique(blocks["entity"].combine_chunks())
    return found.take(pc.sort_indices(found))


def _weeks(known: Known, series: ibis.Table, window: Window) -> float:
    if window.days % WEEK == 0:
        return window.days / WEEK
    days = known.read(by_day(series, window))
    return weeks_of(days["day"].to_numpy(), days["count"].to_numpy(), window)
