"""Creators in the order of a number: sorted once, then a page is found without sorting."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.arrays import Array, Floats, Ints


@dataclass(frozen=True)
class SortOrder:
    """All creators of a snapshot in one order; 8 bytes each."""

    rows: Array
    """int32 (creators,): the row at each place."""
    places: Array
    """int32 (creators,): the place of each row."""

    @classmethod
    def of(cls, values: Floats, descending: bool) -> Self:
        """By value; equal values keep the order of rows, which is that of ids, and NaN comes last."""
        rows = np.argsort(-values if descending else values, kind="stable").astype(np.int32)
        places = np.empty_like(rows)
        places[rows] = np.arange(len(rows), dtype=np.int32)
        return cls(rows, places)

    def page(self, rows: Ints, after: int | None, count: int) -> tuple[Ints, int]:
        """The first `count` of these rows in this order, behind the row `after` (None: from the start).

        With them, how many of the rows stand before the first of them.
        """
        places, end = self.places[rows], len(self.rows)
        before = 0
        if after is not None:
            gone = places <= self.places[after]
            before = int(np.count_nonzero(gone))
            places = np.where(gone, end, places)
        if count < len(places):
            places = np.partition(places, count)[:count]
        places = np.sort(places)
        return self.rows[places[places < end]].astype(np.int64), before
