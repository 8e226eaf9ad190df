"""Creators with a history with a brand: what the factors, which are of strangers, do not tell of them."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Features, Ints
from recsys.snapshot import Columns, Snapshot


@dataclass(frozen=True)
class Met:
    """Some creators of a market who have a history with a brand."""

    places: Ints
    """Their places in the market, rising."""
    factors: Features
    """(creators, history factors); those of strangers are 0."""


def history(snapshot: Snapshot, brand: int) -> tuple[Ints, Columns]:
    """Rows of the creators who have a history with the brand of a row, rising, and what it is."""
    pairs = snapshot.pairs
    first, last = snapshot.pair_keys(brand, np.array([0, len(snapshot.creators)]))
    own = pairs.take(slice(*np.searchsorted(pairs.ids, [first, last])))
    return own.ids - first, own


def history_factors(pairs: Columns) -> Features:
    """(pairs, columns + 1): 1, and ln(1 + value) of every column, 0 where it is missing."""
    values = [np.log1p(np.nan_to_num(np.maximum(pairs[name], 0))) for name in sorted(pairs.values)]
    return np.stack([np.ones(len(pairs)), *values], axis=1).astype(np.float32)
