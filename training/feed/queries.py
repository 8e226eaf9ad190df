"""What is ranked: a user's impressions of one day, as they stood before the first of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Grades, GroupSizes, Ints
from recsys.errors import TableError
from training.feed.reading import Feed, Impressions, Outcome


@dataclass(frozen=True)
class Asked:
    """The rows of all queries: ordered by day, user and time, so that a query's rows stand together."""

    shown: Impressions
    as_of: Ints
    """Moment each row is ranked at: the query's first impression. Nothing at or after it is known."""
    group_sizes: GroupSizes
    positions: Ints
    """1-based place in the log's order within the query."""

    @property
    def query_dates(self) -> Ints:
        """The log's day of each query."""
        starts = np.cumsum(self.group_sizes) - self.group_sizes
        return np.asarray(self.shown.date[starts])


def ask(feed: Feed) -> Asked:
    """All queries that start after the last moment any history knows; the few before it are left out."""
    asked = as_queries(feed.impressions)
    kept = asked.as_of > feed.history_end_ms
    if not kept.any():
        raise TableError(f"no impression is later than the histories, which end at {feed.history_end_ms} ms")
    return as_queries(asked.shown.take(kept))


def as_queries(impressions: Impressions) -> Asked:
    """Every user's impressions of each day as a query."""
    rows = impressions.take(np.lexsort((impressions.time_ms, impressions.user, impressions.date)))
    first = np.ones(len(rows), np.bool_)
    first[1:] = (rows.user[1:] != rows.user[:-1]) | (rows.date[1:] != rows.date[:-1])
    starts = np.flatnonzero(first)
    sizes = np.diff(np.append(starts, len(rows)))
    return Asked(
        shown=rows,
        as_of=np.repeat(rows.time_ms[starts], sizes),
        group_sizes=sizes,
        positions=np.arange(len(rows)) - np.repeat(starts, sizes) + 1,
    )


def grade(shown: Impressions, grades: Mapping[Outcome, int]) -> Grades:
    """The highest grade among the outcomes of each impression, 0 for none."""
    values = np.zeros(len(shown), np.int32)
    for outcome, value in grades.items():
        np.maximum(values, np.where(shown.outcomes[outcome], value, 0), out=values, casting="unsafe")
    return values


def both_kinds(positive: Flags, group_sizes: GroupSizes) -> Flags:
    """Queries that have a positive and a negative row: the others have nothing to order."""
    positives = np.add.reduceat(positive.astype(np.int64), np.cumsum(group_sizes) - group_sizes)
    return (positives > 0) & (positives < group_sizes)
