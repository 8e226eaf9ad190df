"""The snapshot's brands, products, and pairs of brand and creator, as NumPy columns."""

from functools import reduce

import ibis
import numpy as np

from features.arrow import codes, numbers, rows_of
from features.portable import fill_counts
from features.profiles import brands, invitations
from features.sources import Sources
from recsys.arrays import Array, Ints
from recsys.snapshot import Columns
from recsys.vocabulary import PRICE_TIERS

PAIR = ["brand_id", "creator_id"]


def brand_columns(sources: Sources) -> Columns:
    """One row per brand, by id."""
    table = sources.known.read(brands.brands(sources.known, sources.profiles).order_by("brand_id"))
    values = {
        "market": codes(table, "market", sources.words.markets),
        "category": codes(table, "category", sources.words.categories),
        "price_tier": codes(table, "price_tier", PRICE_TIERS),
    }
    names = ("n_campaigns", "invited", "accepted", "followers_log_usual", "fee_median")
    return Columns(numbers(table, "brand_id"), values | {name: numbers(table, name) for name in names})


def product_columns(sources: Sources) -> Columns:
    """One row per product, by id, taken off the shelf or not."""
    table = sources.known.read(brands.products(sources.known).order_by("product_id"))
    values = {
        "market": codes(table, "market", sources.words.markets),
        "category": codes(table, "category", sources.words.categories),
    }
    names = ("brand_id", "price", "commission", "available", "videos_28", "creators_28")
    return Columns(numbers(table, "product_id"), values | {name: numbers(table, name) for name in names})


def pair_columns(sources: Sources, brand_ids: Ints, creator_ids: Ints) -> Columns:
    """One row per brand and creator with anything between them, by pair key."""
    table = sources.known.read(_pairs(sources))
    owners, creators = rows_of(table, "brand_id", brand_ids), rows_of(table, "creator_id", creator_ids)
    keys = owners * len(creator_ids) + creators
    order = np.argsort(keys, kind="stable")
    order = order[(owners[order] >= 0) & (creators[order] >= 0)]
    names = [name for name in table.column_names if name not in PAIR]
    return Columns(keys[order], {name: _compact(numbers(table, name)[order]) for name in names})


def _pairs(sources: Sources) -> ibis.Table:
    known = sources.known
    parts = [
        invitations.history(known),
        brands.messages_between(known),
        brands.samples_between(sources.samples),
        brands.posts_between(known),
        brands.showcased(known),
    ]
    met = ibis.union(*(part.select(PAIR) for part in parts), distinct=True)
    return fill_counts(reduce(_beside, parts, met))


def _beside(pairs: ibis.Table, part: ibis.Table) -> ibis.Table:
    return pairs.left_join(part, PAIR).drop("brand_id_right", "creator_id_right")


def _compact(values: Array) -> Array:
    """32 bits are enough between one brand and one creator."""
    return values.astype(np.float32 if values.dtype.kind == "f" else np.int32)
