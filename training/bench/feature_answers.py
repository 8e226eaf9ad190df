"""Keeping answers, and whether two contenders gave the same: integers exactly, fractions to 1e-9."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from recsys.arrays import Array
from training.bench.feature_peers.asked import ANSWERS, Answers

TOLERANCE = 1e-9
TEXTS = (pa.types.is_dictionary, pa.types.is_large_string, pa.types.is_string_view)


def keep(answers: Answers, as_arrow: Callable[[Any], pa.Table], folder: Path) -> None:
    """Write them, a file each, into a new folder."""
    folder.mkdir(parents=True)
    for name, rows in answers.items():
        pq.write_table(as_arrow(rows), folder / f"{name}.parquet")


def kept(folder: Path) -> dict[str, pa.Table]:
    """The answers in a folder."""
    return {name: pq.read_table(folder / f"{name}.parquet") for name in ANSWERS}


def differences(ours: Mapping[str, pa.Table], theirs: Mapping[str, pa.Table]) -> list[str]:
    """What differs, as `answer.column`, or as the answer whose columns or rows do; [] where all is equal.

    The order of rows does not count. Sums over nothing are NULL to some and 0 to others: integers that are
    NULL count as 0, which is what becomes of them when they are put beside a creator.
    """
    found = []
    for name, key in ANSWERS.items():
        one, other = (_sorted(answers[name], key) for answers in (ours, theirs))
        if set(one.column_names) != set(other.column_names) or len(one) != len(other):
            found.append(name)
            continue
        wrong = (column for column in one.column_names if not _equal(one[column], other[column]))
        found += [f"{name}.{column}" for column in wrong]
    return found


def _sorted(answer: pa.Table, key: Sequence[str]) -> pa.Table:
    plain = [column.cast(pa.string()) if _is_text(column.type) else column for column in answer.itercolumns()]
    return pa.table(plain, answer.column_names).sort_by([(name, "ascending") for name in key])


def _is_text(kind: pa.DataType) -> bool:
    return any(is_kind(kind) for is_kind in TEXTS)


def _equal(ours: pa.ChunkedArray, theirs: pa.ChunkedArray) -> bool:
    if pa.types.is_integer(ours.type):
        return bool(np.array_equal(_integers(ours), _integers(theirs)))
    if pa.types.is_floating(ours.type):
        return bool(np.allclose(_floats(ours), _floats(theirs), rtol=TOLERANCE, atol=0, equal_nan=True))
    return bool(ours.equals(theirs))


def _integers(column: pa.ChunkedArray) -> Array:
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
    return np.asarray(pc.fill_null(column.cast(pa.int64()), 0).to_numpy())


def _floats(column: pa.ChunkedArray) -> Array:
    return np.asarray(column.cast(pa.float64()).to_numpy())
