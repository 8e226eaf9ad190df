"""Looking one code a row up in vectors, one a row."""

import numpy as np

from recsys.arrays import Array


def at_code(values: Array, codes: Array) -> Array:
    """(rows,): of each row of `values` (rows, width) the one at its code; NaN for an unknown code, -1."""
    if not values.shape[1]:
        return np.full(len(values), np.nan)
    found = values[np.arange(len(values)), np.maximum(codes, 0)]
    return np.where(codes >= 0, found, np.nan)
