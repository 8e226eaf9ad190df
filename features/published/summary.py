"""Rows about creators or videos, summed up by group: quantiles instead of thousands of rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from recsys.arrays import Array, Floats
from recsys.vocabulary import TIERS, follower_tier

QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
UNKNOWN = "unknown"
TIER_GROUPS = (*TIERS, UNKNOWN)


@dataclass(frozen=True)
class Study:
    """Rows of one kind, the group of each, and the columns that are summed up by group."""

    name: str
    title: str
    rows: pa.Table
    of_row: Array
    """(rows,) the group's name."""
    groups: Sequence[str]
    measures: Sequence[str]
    facts: Mapping[str, float | int] = field(default_factory=dict)
    """Numbers about all rows."""

    def by_group(self) -> Iterator[dict[str, object]]:
        """Of each group that has rows: its name, its number of rows, and each measure summed up."""
        for group in self.groups:
            inside = self.of_row == group
            if inside.any():
                summed = {name: _summed(self.rows[name], inside) for name in self.measures}
                yield {"group": group, "rows": int(inside.sum()), **summed}


def _summed(column: pa.ChunkedArray, inside: Array) -> dict[str, float | int]:
    """Quantiles of numbers, the share of flags; of values that are there, `n` of them."""
    values = numbers(column)[inside]
    values = values[~np.isnan(values)]
    if not len(values):
        return {"n": 0}
    if pa.types.is_boolean(column.type):
        return {"n": len(values), "share": float(values.mean())}
    return {"n": len(values)} | {name: float(np.quantile(values, share)) for name, share in QUANTILES.items()}


def numbers(column: pa.ChunkedArray) -> Floats:
    """A column of numbers or flags as float64; NULL becomes NaN."""
    return np.asarray(column.cast(pa.float64()).to_numpy(), np.float64)


def tiers_of(followers: pa.ChunkedArray) -> Array:
    """The tier (R21) of each follower count; `unknown` where there is none."""
    counts = numbers(followers)
    return np.where(np.isnan(counts), UNKNOWN, follower_tier(counts))
