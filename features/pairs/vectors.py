"""Arithmetic on shares by group: vectors of shape (rows, width), a brief's with one row."""

import numpy as np

from recsys.arrays import Array
from recsys.ratio import ratio


def overlap(shares: Array, target: Array) -> Array:
    """Σ min(share, target) / Σ target over the groups, 1 where all is met; NaN without shares or target."""
    return ratio(np.minimum(shares, target).sum(axis=-1), target.sum(axis=-1))


def covered(shares: Array, wanted: Array) -> Array:
    """Sum of the shares of the wanted groups; NaN without shares, or where nothing is wanted."""
    some = wanted.sum(axis=-1) > 0
    return np.where(some, (shares * wanted).sum(axis=-1), np.nan)


def at(values: Array, chosen: Array) -> Array:
    """The value of the one group in which `chosen` is 1; NaN where that value is missing, or no group is."""
    one = chosen > 0
    return np.where(one.any(axis=-1), np.where(one, values, 0).sum(axis=-1), np.nan)


def log_ratio(value: Array, to: Array) -> Array:
    """ln(value / to); NaN where either is not above 0."""
    return np.log(ratio(np.where(value > 0, value, np.nan), to))


def mean_of_present(*columns: Array) -> Array:
    """Mean of the values that are not NaN, row by row; NaN where all are."""
    stacked = np.stack(np.broadcast_arrays(*columns))
    present = ~np.isnan(stacked)
    return ratio(np.where(present, stacked, 0).sum(axis=0), present.sum(axis=0))


def lowest_of_present(*columns: Array) -> Array:
    """Lowest of the values that are not NaN, row by row; NaN where all are."""
    stacked = np.stack(np.broadcast_arrays(*columns))
    lowest = np.where(np.isnan(stacked), np.inf, stacked).min(axis=0)
    return np.where(np.isinf(lowest), np.nan, lowest)
