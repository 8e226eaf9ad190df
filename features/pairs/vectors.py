"""Arithmetic on shares by group: vectors of shape (rows, width), a brief's with one row.

Online there are few rows and many features, so each call of NumPy counts: reductions are asked for directly,
which halves what `.sum()` costs on 100 rows.
"""

import numpy as np

from recsys.arrays import Array
from recsys.ratio import ratio


def overlap(shares: Array, target: Array) -> Array:
    """Σ min(share, target) / Σ target over the groups, 1 where all is met; NaN without shares or target."""
    if not np.count_nonzero(target):
        return _missing(shares)
    return np.asarray(np.add.reduce(np.minimum(shares, target), axis=-1) / np.add.reduce(target, axis=-1))


def covered(shares: Array, wanted: Array) -> Array:
    """Sum of the shares of the wanted groups; NaN without shares, or where nothing is wanted."""
    if not np.count_nonzero(wanted):
        return _missing(shares)
    return np.asarray(np.add.reduce(shares * wanted, axis=-1))


def at(values: Array, chosen: Array) -> Array:
    """The value of the one group in which `chosen` is 1; NaN where that value is missing, or no group is."""
    if not np.count_nonzero(chosen):
        return _missing(values)
    return np.asarray(values[:, chosen.argmax()])


def _missing(values: Array) -> Array:
    return np.full(len(values), np.nan, values.dtype)


def log_ratio(value: Array, to: Array) -> Array:
    """ln(value / to); NaN where either is not above 0."""
    return np.log(ratio(np.where(value > 0, value, np.nan), to))


def mean_of_present(*columns: Array) -> Array:
    """Mean of the values that are not NaN, row by row; NaN where all are."""
    stacked = np.array(columns)
    missing = np.isnan(stacked)
    stacked[missing] = 0
    return ratio(np.add.reduce(stacked), len(columns) - np.add.reduce(missing, dtype=np.int64))


def lowest_of_present(*columns: Array) -> Array:
    """Lowest of the values that are not NaN, row by row; NaN where all are."""
    return np.asarray(np.fmin.reduce(np.array(columns)))
