"""Parquet files of which a few rows are read at a time: ranking lists, their inputs and their ledger."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from recsys.arrays import Ints

ROW_GROUP = 1 << 13
"""Rows that are decoded together, which is what a page of a few rows costs."""


def parquet_writer(tables: Callable[[], Iterator[pa.Table]]) -> Callable[[Path], None]:
    """Writes tables of one schema below each other, one at a time; equal tables give equal bytes."""

    def write(path: Path) -> None:
        made = tables()
        first = next(made)
        with pq.ParquetWriter(path, first.schema, compression="zstd") as writer:
            for rows in chain([first], made):
                writer.write_table(rows, row_group_size=ROW_GROUP)

    return write


@dataclass(frozen=True)
class ParquetRows:
    """A file whose footer was read once; memory-mapped, so any number of threads may read it at once."""

    source: pa.MemoryMappedFile
    footer: pq.FileMetaData
    ends: Ints
    """(row groups,): the row behind the last one of each."""
    bounds: Ints
    """(row groups, 2): the least and the greatest key in each."""
    key: str

    @classmethod
    def open(cls, path: Path, key: str = "creator_id") -> Self:
        """Read the footer; `key` is a column of integers. Raises pyarrow.ArrowInvalid for no such file."""
        source = pa.memory_map(str(path))
        footer = pq.read_metadata(source)
        groups = [footer.row_group(place) for place in range(footer.num_row_groups)]
        column = footer.schema.to_arrow_schema().get_field_index(key)
        bounds = np.array([_bounds(group.column(column).statistics) for group in groups], np.int64)
        return cls(
            source, footer, np.cumsum([group.num_rows for group in groups], dtype=np.int64), bounds, key
        )

    def __len__(self) -> int:
        return int(self.footer.num_rows)

    def slice(self, start: int, count: int, columns: Sequence[str] | None = None) -> pa.Table:
        """At most `count` rows from row `start` on; every column unless some are named."""
        if count < 1 or start >= len(self):
            return self._read([], columns)
        first, last = np.searchsorted(self.ends, [start, min(start + count, len(self)) - 1], "right")
        before = self.ends[first - 1] if first else 0
        return self._read(range(first, last + 1), columns).slice(start - before, count)

    def words(self, *names: str) -> pa.Table:
        """Whole columns of text, as dictionaries: for few different words."""
        with pq.ParquetFile(self.source, metadata=self.footer, read_dictionary=list(names)) as file:
            return file.read(list(names), use_threads=False).unify_dictionaries().combine_chunks()

    def of(self, key: int) -> pa.Table:
        """The rows with this key; only row groups that may hold it are read."""
        low, high = self.bounds.T
        rows = self._read(np.flatnonzero((low <= key) & (key <= high)), None)
        return rows.filter(pa.array(rows[self.key].to_numpy() == key))

    def _read(self, groups: Sequence[int] | Ints, columns: Sequence[str] | None) -> pa.Table:
        # One reader a call: readers are not for several threads, the map and the footer are.
        with pq.ParquetFile(self.source, metadata=self.footer) as file:
            return file.read_row_groups([int(group) for group in groups], columns, use_threads=False)


def _bounds(facts: pq.Statistics | None) -> tuple[int, int]:
    """Least and greatest value; those of any integer where the file does not say."""
    if facts is None or not facts.has_min_max:
        return np.iinfo(np.int64).min, np.iinfo(np.int64).max
    return facts.min, facts.max
