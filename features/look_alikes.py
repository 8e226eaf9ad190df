"""Look-alikes (R22): how alike two creators are in content, audience, sales and size.

Pure functions of the snapshot's columns: one creator's row against many. Every part is 0 to 1, 1 for two
creators who are just the same, and NaN where one of them was never measured.
"""

from collections.abc import Callable
from typing import Annotated, TypeAlias

import numpy as np
from pydantic import Field

from features.creator_numbers import NUMBERS
from features.portable import level_1_of
from recsys.arrays import Array, Floats, Ints
from recsys.config import Config
from recsys.ratio import ratio
from recsys.snapshot import Snapshot
from recsys.vocabulary import TIERS, Dimension

PEOPLE: tuple[Dimension, ...] = ("country", "state", "gender", "age", "device")
"""Dimensions of the audience that are compared, all alike; activity says how many, not who."""
GMV_BASE, GPM_BASE = 10_000.0, 100.0
"""Minor units added to both sides of a ratio, so that next to nothing and nothing are alike."""
Weight: TypeAlias = Annotated[float, Field(ge=0, le=1_000)]


class LookAlikeWeights(Config):
    """What counts how much when creators are compared; only ratios between the weights matter."""

    content: Weight = 0.4
    audience: Weight = 0.3
    sales: Weight = 0.2
    tier: Weight = 0.1
    halving_factor: float = Field(default=3.0, gt=1, le=1e6)
    """Selling this many times as much halves `sales`."""
    least_measured: float = Field(default=0.5, gt=0, le=1)
    """Creators compared on less than this share of the weights are no look-alikes."""

    def of(self, part: str) -> float:
        """The weight of a part."""
        return float(getattr(self, part))


def parts(snapshot: Snapshot, row: int, rows: Ints, weights: LookAlikeWeights) -> dict[str, Floats]:
    """Each part of how alike the creator at `row` is to those at `rows`, float64 (rows,)."""
    return {name: part(snapshot, row, rows, weights) for name, part in LOOK_ALIKE_PARTS.items()}


def score(parts: dict[str, Floats], weights: LookAlikeWeights) -> Floats:
    """The weighted mean of the measured parts, 0 to 1; NaN where less than `least_measured` was.

    A part that was not measured is left out, and the weights of the others are scaled up to 1.
    """
    by_part = np.array([weights.of(name) for name in parts])
    found = np.stack(list(parts.values()))
    measured = np.where(np.isnan(found), 0, by_part[:, None]).sum(axis=0)
    enough = measured >= weights.least_measured * by_part.sum()
    return np.where(enough, weighted_mean(found, by_part), np.nan)


def score_above(floor: float, snapshot: Snapshot, row: int, rows: Ints, weights: LookAlikeWeights) -> Floats:
    """`score` of the creators at `rows`, and -inf for who surely scores less than `floor`.

    Exact: nothing is left out that could reach it. `FIRST` says most of how alike two creators are; who could
    not reach the floor even were all other parts 1, and has enough measured without them, is left there.
    """
    first = {name: LOOK_ALIKE_PARTS[name](snapshot, row, rows, weights) for name in FIRST}
    others = [name for name in LOOK_ALIKE_PARTS if name not in FIRST]
    at_best = weighted_mean(
        np.stack([*first.values(), *[np.ones(len(rows))] * len(others)]),
        np.array([weights.of(name) for name in (*FIRST, *others)]),
    )
    measured = sum(np.where(np.isnan(values), 0, weights.of(name)) for name, values in first.items())
    enough = measured >= weights.least_measured * sum(weights.of(name) for name in LOOK_ALIKE_PARTS)
    open_ = np.flatnonzero(~(enough & (at_best < floor - ROUNDING)))
    rest = {name: LOOK_ALIKE_PARTS[name](snapshot, row, rows[open_], weights) for name in others}
    every = {name: first[name][open_] if name in FIRST else rest[name] for name in LOOK_ALIKE_PARTS}
    found = np.full(len(rows), -np.inf)
    found[open_] = score(every, weights)
    return found


def weighted_mean(values: Floats, weights: Floats) -> Floats:
    """Mean over the first axis of what is not NaN, by weights renormalised; NaN where everything is."""
    known = ~np.isnan(values)
    total = (known * weights[:, None]).sum(axis=0)
    amount = (np.where(known, values, 0) * weights[:, None]).sum(axis=0)
    return ratio(amount, total)


def overlap(own: Array, others: Array) -> Floats:
    """Σ min / the larger Σ of two distributions, (width,) against (rows, width); NaN where both are empty."""
    there = np.flatnonzero(own > 0)
    common = np.minimum(others[:, there], own[there]).sum(axis=1, dtype=np.float64)
    # Sums go over all groups: a NaN anywhere makes the row unmeasured.
    whole = np.maximum(others.sum(axis=1, dtype=np.float64), own.sum(dtype=np.float64))
    return ratio(common, whole)


def _content(snapshot: Snapshot, row: int, rows: Ints, weights: LookAlikeWeights) -> Floats:
    """Overlap of what they post about (level 2, and level 1 for kinship) and of the types of posts."""
    types = snapshot.creators["type_mix"]
    (own,), others = _topics(snapshot, np.array([row])), _topics(snapshot, rows)
    broad = [_by_level_1(shares, snapshot.facts.categories) for shares in (own, others)]
    parts = [overlap(own, others), overlap(*broad), overlap(types[row], types[rows])]
    return weighted_mean(np.stack(parts), np.ones(len(parts)))


def _topics(snapshot: Snapshot, rows: Ints) -> Array:
    """Shares of 90 days' videos by category; without videos the main category is all of it."""
    mix, category = snapshot.creators["category_mix"][rows], snapshot.creators["category"][rows]
    silent = np.flatnonzero(np.isnan(mix).any(axis=1) & (category >= 0))
    mix[silent] = 0
    mix[silent, category[silent]] = 1
    return mix


def _by_level_1(mix: Array, categories: tuple[str, ...]) -> Array:
    """Shares of level-2 categories (…, categories) added up by level 1."""
    level_1 = np.array([level_1_of(category) for category in categories])
    sums = [mix[..., level_1 == name].sum(axis=-1) for name in dict.fromkeys(level_1.tolist())]
    return np.stack(sums, axis=-1) if sums else mix


def _audience(snapshot: Snapshot, row: int, rows: Ints, weights: LookAlikeWeights) -> Floats:
    """Mean overlap over the dimensions that were measured of both."""
    columns = [snapshot.creators[f"audience_{dimension}"] for dimension in PEOPLE]
    overlaps = np.stack([overlap(column[row], column[rows]) for column in columns])
    return weighted_mean(overlaps, np.ones(len(columns)))


def _sales(snapshot: Snapshot, row: int, rows: Ints, weights: LookAlikeWeights) -> Floats:
    """How near GMV and GPM of 28 days are in logs; ranges that overlap may be equal, and count so (R17)."""
    closeness = [
        _closeness(snapshot, row, rows, measure, base, weights.halving_factor)
        for measure, base in (("gmv", GMV_BASE), ("gpm", GPM_BASE))
    ]
    return weighted_mean(np.stack(closeness), np.ones(len(closeness)))


def _closeness(snapshot: Snapshot, row: int, rows: Ints, measure: str, base: float, factor: float) -> Floats:
    """½ for every `factor` between two ranges, 1 where they overlap; NaN between two currencies."""
    currency = snapshot.creators["currency"]
    one = np.array([row])
    low, high = NUMBERS[f"{measure}_low"], NUMBERS[f"{measure}_high"]
    own_low, own_high = (np.log(each.of(snapshot.creators, one) + base) for each in (low, high))
    other_low, other_high = (np.log(each.of(snapshot.creators, rows) + base) for each in (low, high))
    gap = np.maximum(np.maximum(other_low - own_high, own_low - other_high), 0)
    return np.where(currency[rows] == currency[row], np.exp2(-gap / np.log(factor)), np.nan)


def _tier(snapshot: Snapshot, row: int, rows: Ints, weights: LookAlikeWeights) -> Floats:
    """1 in the same follower tier (R21), less by a quarter for each tier between them."""
    tiers, known = snapshot.creators["tier"], ~np.isnan(snapshot.creators["followers"][rows])
    apart = np.abs(tiers[rows].astype(np.float64) - float(tiers[row])) / (len(TIERS) - 1)
    measured = known & ~np.isnan(snapshot.creators["followers"][row])
    return np.where(measured, 1 - apart, np.nan)


Part: TypeAlias = Callable[[Snapshot, int, Ints, LookAlikeWeights], Floats]
LOOK_ALIKE_PARTS: dict[str, Part] = {
    "content": _content,
    "audience": _audience,
    "sales": _sales,
    "tier": _tier,
}
FIRST = ("content", "tier")
"""Parts that are looked at before the others."""
ROUNDING = 1e-9
"""More than the order of adding up can change a score."""
