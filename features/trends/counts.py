"""The counts of a slice: a window of days, and the weeks before it, of every entity."""

from dataclasses import dataclass
from typing import Self

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.portable import exact_sum, level_1
from recsys.arrays import Floats, Ints

WEEK = 7
YEAR = 364
"""Days between a window and its like a year before: whole weeks, so that weekdays match."""
WINDOW = 0
"""The block that holds the window; week n before it is block n."""


@dataclass(frozen=True)
class Slice:
    """What trends are compared within; None stands for all."""

    market: str | None = None
    category: str | None = None
    """Level 1, or level 1 and level 2 joined by a slash."""

    def of(self, series: ibis.Table) -> ibis.Table:
        """The rows of a series that are in the slice."""
        rows = series
        if self.market is not None:
            rows = rows.filter(rows.market == self.market)
        if self.category is not None:
            of_row = rows.category if "/" in self.category else level_1(rows.category)
            rows = rows.filter(of_row == self.category)
        return rows


@dataclass(frozen=True)
class Window:
    """`days` days from `start` (days since 1970), and `weeks` whole weeks of history before them."""

    start: int
    days: int
    weeks: int

    @property
    def end(self) -> int:
        """The day after the last one."""
        return self.start + self.days

    @property
    def since(self) -> int:
        """The first day of the history."""
        return self.start - WEEK * self.weeks

    def year_before(self) -> "Window":
        """The same days of the week a year before."""
        return Window(self.start - YEAR, self.days, self.weeks)

    def holds(self, day: ibis.Value) -> ibis.Value:
        """Whether a day is in the window or its history."""
        return (day >= self.since) & (day < self.end)


@dataclass(frozen=True)
class Counts:
    """What a window and its history hold, entity by entity."""

    entities: pa.Array
    """(entities,), ascending."""
    observed: Floats
    """(entities,) counts of the window."""
    weeks: Floats
    """(entities, weeks) counts of the weeks before it, the latest first."""
    age: Ints
    """(entities,) days from the first count to the window; 0 where there is none before it."""
    window_weeks: float
    """Weeks that the window is worth: its days, weighted by what the slice counts on such weekdays."""

    def __len__(self) -> int:
        return len(self.entities)

    @classmethod
    def of(cls, blocks: pa.Table, entities: pa.Array, window: Window, window_weeks: float) -> Self:
        """From the rows of `by_block`."""
        places = pc.index_in(blocks["entity"].combine_chunks(), value_set=entities)
        rows = places.to_numpy(zero_copy_only=False)
        wide = np.zeros((len(entities), 1 + window.weeks))
        wide[rows, blocks["block"].to_numpy()] = blocks["count"].to_numpy()
        first = np.full(len(entities), window.start, np.int64)
        np.minimum.at(first, rows, blocks["first"].to_numpy())
        return cls(entities, wide[:, WINDOW], wide[:, 1:], window.start - first, window_weeks)


def by_block(series: ibis.Table, window: Window) -> ibis.Table:
    """Per entity and block (the window is 0, the week before it 1, …): `count`, and the `first` day of it."""
    rows = series.filter(window.holds(series.day))
    week = ((window.start - 1 - rows.day) / WEEK).floor().cast("int64") + 1
    rows = rows.mutate(block=(rows.day >= window.start).ifelse(WINDOW, week).cast("int64"))
    count = rows["count"]
    total = exact_sum(count) if count.type().is_floating() else count.sum()
    return rows.group_by("entity", "block").aggregate(count=total, first=rows.day.min())


def by_day(series: ibis.Table, window: Window) -> ibis.Table:
    """Per day of the history: what the slice counts in all."""
    rows = series.filter((series.day >= window.since) & (series.day < window.start))
    return rows.group_by("day").aggregate(count=exact_sum(rows["count"]))


def weeks_of(days: Ints, counts: Floats, window: Window) -> float:
    """How many weeks a window is worth that is not made of whole weeks; `days` and `counts` are `by_day`'s.

    A weekday's share of a week is its share of the history, which holds every weekday equally often.
    """
    share = np.bincount(days % WEEK, counts, WEEK)
    share = share / share.sum() if share.sum() > 0 else np.full(WEEK, 1 / WEEK)
    return float(share[np.arange(window.start, window.end) % WEEK].sum())
