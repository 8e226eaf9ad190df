"""The snapshot's brands, products, and pairs of brand and creator, as NumPy columns."""

from functools import reduce

import ibis
import numpy as np
import pyarrow as pa

from features.arrow import codes, multi_hot, numbers, rows_of, spread
from features.portable import fill_counts
from features.profiles import brands, invitations
from features.sources import Sources
from recsys.arrays import Array, Ints
from recsys.snapshot import Columns
from recsys.vocabulary import CAMPAIGN_TYPES, PRICE_TIERS

PAIR = ["brand_id", "creator_id"]
FEW_CAMPAIGNS = 5.0
FEW_INVITED = 20.0
"""What a brand's own campaigns and invitations have to outweigh before its taste counts in full."""


def brand_columns(sources: Sources) -> Columns:
    """One row per brand, by id."""
    table = sources.known.read(brands.brands(sources.known, sources.profiles).order_by("brand_id"))
    values = {
        "market": codes(table, "market", sources.words.markets),
        "category": codes(table, "category", sources.words.categories),
        "price_tier": codes(table, "price_tier", PRICE_TIERS),
        "store_states": _store_states(sources),
    }
    names = ("n_campaigns", "invited", "accepted", "followers_log_usual", "fee_median")
    values |= {name: numbers(table, name) for name in names}
    ids = numbers(table, "brand_id")
    return Columns(ids, values | _asked_types(sources, ids) | _liked_types(sources, ids))


def _store_states(sources: Sources) -> Array:
    """Per brand, by id, 1 for each state with a store of it (R16), as uint8."""
    rows = sources.known["brands"].select("brand_id", "store_states").order_by("brand_id")
    return multi_hot(sources.known.read(rows), "store_states", sources.words.groups["state"])


def _asked_types(sources: Sources, ids: Ints) -> dict[str, Array]:
    """Per campaign type the share of the brand's campaigns, pulled to that of all brands' (R11)."""
    campaigns = _by_type(sources.known.read(brands.asked_types(sources.known)), "campaigns", ids)
    usual = campaigns.sum(axis=0) / max(campaigns.sum(), 1)
    pulled = (campaigns + FEW_CAMPAIGNS * usual) / (campaigns.sum(axis=1, keepdims=True) + FEW_CAMPAIGNS)
    return {"asked_types": pulled.astype(np.float32)}


def _liked_types(sources: Sources, ids: Ints) -> dict[str, Array]:
    """Per campaign type how much more of it the invited creators make than those shown, pulled to 0."""
    table = sources.known.read(brands.liked_types(sources.known))
    shown, invited = _by_type(table, "shown", ids), _by_type(table, "invited", ids)
    usual = shown / np.maximum(shown.sum(axis=1, keepdims=True), 1)
    number = invited.sum(axis=1, keepdims=True)
    return {"liked_types": ((invited - number * usual) / (number + FEW_INVITED)).astype(np.float32)}


def _by_type(table: pa.Table, amount: str, ids: Ints) -> Array:
    rows, places = rows_of(table, "brand_id", ids), codes(table, "campaign_type", CAMPAIGN_TYPES)
    return spread(rows, places, numbers(table, amount), (len(ids), len(CAMPAIGN_TYPES)))


def product_columns(sources: Sources) -> Columns:
    """One row per product, by id, taken off the shelf or not."""
    table = sources.known.read(brands.products(sources.known).order_by("product_id"))
    values = {
        "market": codes(table, "market", sources.words.markets),
        "category": codes(table, "category", sources.words.categories),
    }
    names = ("brand_id", "price", "price_position", "commission", "available", "videos_28", "creators_28")
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
