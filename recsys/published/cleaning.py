"""Leaving rows out for a reason, and counting them."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recsys.arrays import Flags
from recsys.published.published_set import Cleaned


class Cleaning:
    """The rows of a file that are still there, and what was left out of it or mended, in order."""

    def __init__(self, file: str, rows: pa.Table) -> None:
        self.file = file
        self.rows = rows
        self.cleaned: list[Cleaned] = []

    def keep(self, good: pc.Expression, reason: str) -> None:
        """Leave out, for `reason`, every row of which `good` is false or NULL."""
        self._replace(self.rows.filter(good), reason)

    def one_of_each(self, key: Sequence[str], best: Sequence[str], reason: str) -> None:
        """Leave out, for `reason`, what `best_of_each` leaves out."""
        self._replace(best_of_each(self.rows, key, best), reason)

    def mended(self, rows: int, reason: str) -> None:
        """Note that `rows` rows were changed for `reason`, and stayed."""
        self.cleaned.append(Cleaned(self.file, reason, rows))

    def _replace(self, rows: pa.Table, reason: str) -> None:
        self.mended(len(self.rows) - len(rows), reason)
        self.rows = rows.combine_chunks()


def best_of_each(rows: pa.Table, key: Sequence[str], best: Sequence[str] = ()) -> pa.Table:
    """Of the rows of each `key` the one with the greatest `best`, else the first; in their order.

    `best` are columns, compared one after the other.
    """
    order = [(name, "ascending") for name in key] + [(name, "descending") for name in best]
    ranked = rows.append_column("place", pa.array(np.arange(len(rows))))
    ranked = ranked.sort_by([*order, ("place", "ascending")])
    kept = ranked["place"].to_numpy()[starts(ranked, key)]
    return rows.take(pa.array(np.sort(kept)))


def starts(rows: pa.Table, key: Sequence[str]) -> Flags:
    """Bool (rows,): whether a row's `key` is another than that of the row before; NULLs are all different.

    The rows are sorted by the key.
    """
    new = np.zeros(len(rows), bool)
    new[:1] = True
    for name in key:
        column = rows[name].combine_chunks()
        differs = pc.fill_null(pc.not_equal(column[1:], column[:-1]), True)
        new[1:] |= differs.to_numpy(zero_copy_only=False)
    return new
