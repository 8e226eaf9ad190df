"""A brief as columns: encoded with the snapshot's vocabularies, refused where it names what they lack."""

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np

from features.portable import level_1_of
from recsys.arrays import Array, Ints
from recsys.brief import Brief
from recsys.errors import RequestError
from recsys.known_ids import known_row, known_rows
from recsys.snapshot import Snapshot
from recsys.vocabulary import CAMPAIGN_TYPES, DIMENSIONS, OBJECTIVES, Dimension

Columns = dict[str, Array]


def brief_columns(brief: Brief, snapshot: Snapshot) -> Columns:
    """The `brief_` columns of pair features: numbers of shape (1,), vectors over a vocabulary of (1, width).

    Raises UnknownIdError for a product or brand that the snapshot does not have, and RequestError for a
    market, category or audience group that it does not know, with the nearest it does know.
    """
    products, brand = product_rows(brief, snapshot), brand_row(brief, snapshot)
    return (
        _asked(brief, snapshot, products)
        | _categories(brief, snapshot, products, brand)
        | _audience(brief, snapshot)
    )


def brand_row(brief: Brief, snapshot: Snapshot) -> int:
    """Row of the brief's brand in the snapshot; raises UnknownIdError if it is not there."""
    return known_row(snapshot, "brand", brief.brand_id)


def _asked(brief: Brief, snapshot: Snapshot, products: Ints) -> Columns:
    offered = snapshot.products
    return {
        "brief_country": _one(place(brief.market, snapshot.facts.countries, "market")),
        "brief_price": _one(_median(offered["price"][products])),
        "brief_price_position": _one(_mean(offered["price_position"][products])),
        "brief_commission": _one(_mean(offered["commission"][products])),
        "brief_budget_each": _one(brief.budget / brief.creators_wanted),
        "brief_objective": _flags(len(OBJECTIVES), [OBJECTIVES.index(brief.objective)]),
        "brief_campaign_type": _flags(len(CAMPAIGN_TYPES), [CAMPAIGN_TYPES.index(brief.campaign_type)]),
    }


def _categories(brief: Brief, snapshot: Snapshot, products: Ints, brand: int) -> Columns:
    known = snapshot.facts.categories
    own = place(brief.category, known, "category")
    level_1 = level_1_of(brief.category)
    industry = [code for code, name in enumerate(known) if level_1_of(name) == level_1]
    return {
        "brief_category_code": _one(own),
        "brief_category": _flags(len(known), [own]),
        "brief_industry": _flags(len(known), industry),
        "brief_product_categories": _flags(len(known), snapshot.products["category"][products]),
        "brief_brand_category": _flags(len(known), snapshot.brands["category"][brand : brand + 1]),
    }


def _audience(brief: Brief, snapshot: Snapshot) -> Columns:
    words = snapshot.facts.vocabularies
    targets = {
        f"brief_target_{dimension}": _shares(brief.target.get(dimension, {}), dimension, words[dimension])
        for dimension in DIMENSIONS
    }
    stores = [place(state, words["state"], "state") for state in brief.store_states]
    market = [code for code, name in enumerate(words["country"]) if name == brief.market]
    return targets | {
        "brief_store_states": _flags(len(words["state"]), stores),
        "brief_market_country": _flags(len(words["country"]), market),
    }


def product_rows(brief: Brief, snapshot: Snapshot) -> Ints:
    """Rows of the brief's products in the snapshot; raises UnknownIdError for one that is not there."""
    return known_rows(snapshot, "product", brief.product_ids)


def place(word: str, known: Sequence[str], what: str) -> int:
    """The place of a word in a vocabulary; raises RequestError with near matches if it is not there."""
    if word in known:
        return known.index(word)
    near = get_close_matches(word, known, n=3, cutoff=0.4) or list(known[:3])
    raise RequestError(f"unknown {what} {word!r}; near matches among {len(known)} known: {', '.join(near)}")


def _shares(target: dict[str, float], dimension: Dimension, known: Sequence[str]) -> Array:
    shares = np.zeros((1, len(known)), np.float32)
    for word, share in target.items():
        shares[0, place(word, known, dimension)] = share
    return shares


def _flags(width: int, places: Sequence[int] | Array) -> Array:
    flags = np.zeros((1, width), np.float32)
    flags[0, np.asarray(places, np.int64)] = 1
    return flags


def _mean(values: Array) -> float:
    """What `np.mean` gives, at a tenth of its cost for a few values."""
    return float(np.add.reduce(values) / len(values))


def _median(values: Array) -> float:
    """What `np.median` gives, likewise."""
    ordered = np.sort(values)
    return float((ordered[(len(values) - 1) // 2] + ordered[len(values) // 2]) / 2)


def _one(value: float) -> Array:
    return np.array([value], np.float64)
