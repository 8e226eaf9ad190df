"""A snapshot of as many creators as asked for, made from a real one by a smoothed bootstrap.

Every creator is a mixture of two real ones of the same market and category (Silverman and Young 1987 smooth a
bootstrap so that its draws are no copies): numbers, shares and features are between theirs, nearer to the
first one's; words and flags are the first one's.
"""

from dataclasses import replace

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from recsys.errors import ConfigError
from recsys.snapshot import NOTHING, Columns, Snapshot
from recsys.vocabulary import tier_of

FIRST_ID = 1_000_000
FARTHEST = 0.5
"""Largest weight of the second creator."""
BLOCK = 1 << 17
"""Rows mixed at once, which bounds the memory it takes."""
COUNTED = np.dtype(np.int64)
"""Columns of this type are counts, and sums of money; other integers are codes of words."""


def grown(snapshot: Snapshot, creators: int, brands: int, seed: int) -> Snapshot:
    """That many creators and brands with what matching reads of them, in memory; the same for the same seed.

    A brand, its products and how many creators it has a history with are those of a real brand. Raises
    ConfigError for a snapshot without creators or without brands.
    """
    if not len(snapshot.creators) or not len(snapshot.brands):
        raise ConfigError(f"{snapshot.name}: expected creators and brands to draw from, found none")
    rng = np.random.default_rng(seed)
    one = rng.integers(0, len(snapshot.creators), creators)
    other = _peers(snapshot.creators, one, rng)
    weight = rng.uniform(0, FARTHEST, creators)
    of_brand = np.arange(brands) % len(snapshot.brands)
    return replace(
        snapshot,
        creators=_mixed(snapshot.creators, one, other, weight),
        brands=_drawn(snapshot.brands, of_brand),
        products=_products(snapshot, of_brand),
        pairs=_pairs(snapshot, one, of_brand, rng),
        videos=NOTHING,
        product_events=NOTHING,
        video_events=NOTHING,
        creator_days=_mixed(snapshot.creator_days, one, other, weight),
        path=None,
    )


def _peers(creators: Columns, one: Ints, rng: np.random.Generator) -> Ints:
    """For each creator another one of the same market and category; themselves where they are alone."""
    groups = creators["market"] * (int(creators["category"].max()) + 1) + creators["category"]
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], groups[one], "left")
    sizes = np.searchsorted(groups[order], groups[one], "right") - starts
    own = np.argsort(order)[one] - starts
    farther = 1 + (rng.random(len(one)) * (sizes - 1)).astype(np.int64)
    return np.asarray(order[starts + (own + farther) % sizes])


def _mixed(real: Columns, one: Ints, other: Ints, weight: Floats) -> Columns:
    if not len(real):
        return NOTHING
    values = {name: _mix(column, one, other, weight) for name, column in real.values.items()}
    if "tier" in values:
        values["tier"] = tier_of(values["followers"]).astype(real["tier"].dtype)
    return Columns(FIRST_ID + np.arange(len(one)), values)


def _mix(column: Array, one: Ints, other: Ints, weight: Floats) -> Array:
    if column.dtype.kind != "f" and column.dtype != COUNTED:
        return np.asarray(column[one])
    told = _tells_yes_or_no(column)
    mixed = np.empty((len(one), *column.shape[1:]), column.dtype)
    for start in range(0, len(one), BLOCK):
        rows = slice(start, start + BLOCK)
        near, far = column[one[rows]], column[other[rows]]
        share = weight[rows].reshape(-1, *[1] * (column.ndim - 1)).astype(np.float32)
        between = near + share * (far - near)
        between = np.where(told | np.isnan(between), near, between)
        mixed[rows] = np.rint(between) if column.dtype == COUNTED else between
    return mixed


def _tells_yes_or_no(column: Array) -> Flags:
    """Per feature of a matrix whether it is a flag, 0 or 1; never of a column of numbers."""
    if column.ndim == 1 or column.dtype == COUNTED:
        return np.zeros(column.shape[1:], np.bool_)
    return np.asarray(((column == 0) | (column == 1) | np.isnan(column)).all(axis=0))


def _drawn(real: Columns, rows: Ints) -> Columns:
    values = {name: column[rows] for name, column in real.values.items()}
    return Columns(FIRST_ID + np.arange(len(rows)), values)


def _products(snapshot: Snapshot, of_brand: Ints) -> Columns:
    rows_of, _ = snapshot.brands.rows_of(snapshot.products["brand_id"])
    rows = [np.flatnonzero(rows_of == brand) for brand in range(len(snapshot.brands))]
    chosen = [rows[brand] for brand in of_brand]
    products = _drawn(snapshot.products, np.concatenate(chosen))
    ids = FIRST_ID + np.repeat(np.arange(len(of_brand)), [len(each) for each in chosen])
    return Columns(products.ids, {**products.values, "brand_id": ids})


def _pairs(snapshot: Snapshot, one: Ints, of_brand: Ints, rng: np.random.Generator) -> Columns:
    """Each brand's history with drawn mixtures of the creators with whom the real brand has one."""
    creators = len(snapshot.creators)
    brand, creator = snapshot.pairs.ids // creators, snapshot.pairs.ids % creators
    order = np.argsort(one, kind="stable")
    counts = np.bincount(one, minlength=creators)
    starts = np.cumsum(counts) - counts
    keys, rows = [], []
    for place, real in enumerate(of_brand):
        own = np.flatnonzero(brand == real)
        own = own[counts[creator[own]] > 0]
        drawn = (rng.random(len(own)) * counts[creator[own]]).astype(np.int64)
        keys.append(place * len(one) + order[starts[creator[own]] + drawn])
        rows.append(own)
    ids, row = np.concatenate(keys), np.concatenate(rows)
    by_id = np.argsort(ids, kind="stable")
    values = {name: column[row[by_id]] for name, column in snapshot.pairs.values.items()}
    return Columns(ids[by_id], values)
