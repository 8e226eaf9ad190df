"""Creators in the order of a number: a page is found without sorting them all, and without anything kept."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Floats, Ints


@dataclass(frozen=True)
class Last:
    """Where the page before ended."""

    value: float
    """NaN where it was not known."""
    row: int


def page_of(
    values: Floats, rows: Ints, descending: bool, count: int, after: Last | None = None
) -> tuple[Ints, int]:
    """The first `count` of these rows by their values, behind `after`; and how many stand before the first.

    Rows rise; equal values keep the order of rows, which is that of ids, and NaN comes last.
    """
    keys, before = _rising(values, descending), 0
    left = np.arange(len(rows))
    if after is not None:
        last = _rising(np.array([after.value]), descending)[0]
        left = np.flatnonzero((keys > last) | ((keys == last) & (rows > after.row)))
        before = len(rows) - len(left)
    first = left[_first(keys[left], count)]
    return rows[first[np.argsort(keys[first], kind="stable")]], before


def _rising(values: Floats, descending: bool) -> Floats:
    """The values so that the first is the lowest."""
    signed = -values if descending else values
    return np.where(np.isnan(signed), np.inf, signed)


def _first(keys: Floats, count: int) -> Array:
    """Places of the `count` lowest keys, of equal ones those that come first; in no order."""
    if count >= len(keys):
        return np.arange(len(keys))
    last = np.partition(keys, count - 1)[count - 1]
    lower = np.flatnonzero(keys < last)
    return np.append(lower, np.flatnonzero(keys == last)[: count - len(lower)])
