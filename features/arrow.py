"""From query results to the snapshot's NumPy columns."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from recsys.arrays import Array, Features, Ints
from recsys.ratio import ratio

UNKNOWN = -1


def numbers(table: pa.Table, name: str) -> Array:
    """A numeric column; NULL becomes NaN, which only float columns may hold."""
    return np.ascontiguousarray(table[name].to_numpy())


def codes(table: pa.Table, name: str, words: Sequence[str]) -> Array:
    """Place of each text in the vocabulary as int32, -1 where it is NULL or not in it."""
    # Not `pyarrow.compute.index_in`: serving reads this module, and that import is a tenth of its start.
    given = table[name].combine_chunks().dictionary_encode()
    known = {word: place for place, word in enumerate(words)}
    places = [known.get(word, UNKNOWN) for word in given.dictionary.to_pylist()]
    found = given.indices.fill_null(len(places)).to_numpy(zero_copy_only=False)
    return np.asarray(np.array([*places, UNKNOWN], np.int32)[found])


def multi_hot(table: pa.Table, name: str, words: Sequence[str]) -> Array:
    """A column of lists of texts as uint8 (rows, words): 1 where the list holds the word."""
    lists = table[name].combine_chunks()
    wide = np.zeros((len(table), len(words)), np.uint8)
    places = codes(pa.table({name: lists.flatten()}), name, words)
    rows = lists.value_parent_indices().to_numpy()
    wide[rows[places >= 0], places[places >= 0]] = 1
    return wide


def rows_of(table: pa.Table, name: str, ids: Ints) -> Ints:
    """Place of each id among the sorted `ids`, -1 where it is not there."""
    wanted = table[name].to_numpy()
    if not len(ids):
        return np.full(len(wanted), UNKNOWN, np.int64)
    places = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[places] == wanted, places, UNKNOWN).astype(np.int64)


def spread(rows: Ints, places: Array, values: Array, shape: tuple[int, int]) -> Array:
    """Float64 of `shape` with each value at its row and place, 0 elsewhere; unknown places are left out."""
    wide = np.zeros(shape, np.float64)
    there = (rows >= 0) & (places >= 0)
    wide[rows[there], places[there]] = values[there]
    return wide


def shares(amounts: Array) -> Features:
    """Each row's amounts over their sum as float32; NaN where the sum is 0."""
    totals = amounts.sum(axis=1, keepdims=True)
    return ratio(amounts, totals).astype(np.float32)


def matrix(table: pa.Table, names: Sequence[str]) -> Features:
    """The named columns as one float32 matrix; NULL becomes NaN."""
    filled = np.empty((len(table), len(names)), np.float32)
    for place, name in enumerate(names):
        filled[:, place] = numbers(table, name)
    return filled


def beside(table: pa.Table, part: pa.Table, key: str) -> pa.Table:
    """The table with the part's columns beside it, matched by the key, by which the table is sorted.

    Where the part has no row, integers are 0 (counts and sums: none), others NULL (measurements).
    """
    order = np.argsort(part[key].to_numpy(), kind="stable")
    places = rows_of(table, key, part[key].to_numpy()[order])
    chosen = pa.array(np.where(places < 0, 0, order[places] if len(order) else 0), mask=places < 0)
    for name in part.column_names:
        if name != key:
            column = part[name].take(chosen)
            table = table.append_column(
                name, column.fill_null(0) if pa.types.is_integer(column.type) else column
            )
    return table
