"""A brief as columns: encoded with the snapshot's vocabularies, refused where it names what they lack."""

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np

from features.portable import level_1_of
from recsys.arrays import Array, Ints
from recsys.brief import Brief
from recsys.errors import RequestError
from recsys.snapshot import Columns as Part
from recsys.snapshot import Snapshot
from recsys.vocabulary import CAMPAIGN_TYPES, DIMENSIONS, OBJECTIVES, Dimension

Columns = dict[str, Array]


def brief_columns(brief: Brief, snapshot: Snapshot) -> Columns:
    """The `brief_` columns of pair features: numbers of shape (1,), vectors over a vocabulary of (1, width).

    Raises RequestError for a market, category, product, brand or audience group that the snapshot does not
    know, with the nearest it does know.
    """
    return _asked(brief, snapshot) | _categories(brief, snapshot) | _audience(brief, snapshot)


def brand_row(brief: Brief, snapshot: Snapshot) -> int:
    """Row of the brief's brand in the snapshot; raises RequestError if it is not there."""
    return int(_rows(snapshot.brands, (brief.brand_id,), "brand", snapshot)[0])


def _asked(brief: Brief, snapshot: Snapshot) -> Columns:
    products = product_rows(brief, snapshot)
    return {
        "brief_country": _one(place(brief.market, snapshot.facts.countries, "market")),
        "brief_price": _one(np.median(snapshot.products["price"][products])),
        "brief_price_position": _one(snapshot.products["price_position"][products].mean()),
        "brief_commission": _one(snapshot.products["commission"][products].mean()),
        "brief_budget_each": _one(brief.budget / brief.creators_wanted),
        "brief_objective": _flags(len(OBJECTIVES), [OBJECTIVES.index(brief.objective)]),
        "brief_campaign_type": _flags(len(CAMPAIGN_TYPES), [CAMPAIGN_TYPES.index(brief.campaign_type)]),
    }


def _categories(brief: Brief, snapshot: Snapshot) -> Columns:
    known = snapshot.facts.categories
    own = place(brief.category, known, "category")
    industry = [code for code, name in enumerate(known) if level_1_of(name) == level_1_of(brief.category)]
    products = snapshot.products["category"][product_rows(brief, snapshot)]
    brand = snapshot.brands["category"][brand_row(brief, snapshot)]
    return {
        "brief_category_code": _one(own),
        "brief_category": _flags(len(known), [own]),
        "brief_industry": _flags(len(known), industry),
        "brief_product_categories": _flags(len(known), products),
        "brief_brand_category": _flags(len(known), [brand]),
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
    """Rows of the brief's products in the snapshot; raises RequestError for one that is not there."""
    return _rows(snapshot.products, brief.product_ids, "product", snapshot)


def place(word: str, known: Sequence[str], what: str) -> int:
    """The place of a word in a vocabulary; raises RequestError with near matches if it is not there."""
    if word in known:
        return known.index(word)
    near = get_close_matches(word, known, n=3, cutoff=0.4) or list(known[:3])
    raise RequestError(f"unknown {what} {word!r}; near matches among {len(known)} known: {', '.join(near)}")


def _rows(part: Part, ids: Sequence[int], what: str, snapshot: Snapshot) -> Ints:
    rows, there = part.rows_of(np.array(ids, np.int64))
    if not there.all():
        absent = [number for number, found in zip(ids, there, strict=True) if not found]
        raise RequestError(
            f"unknown {what} {absent}: {snapshot.name} as of {snapshot.facts.as_of} has no such id"
        )
    return rows


def _shares(target: dict[str, float], dimension: Dimension, known: Sequence[str]) -> Array:
    shares = np.zeros((1, len(known)), np.float32)
    for word, share in target.items():
        shares[0, place(word, known, dimension)] = share
    return shares


def _flags(width: int, places: Sequence[int] | Array) -> Array:
    flags = np.zeros((1, width), np.float32)
    flags[0, np.asarray(places, np.int64)] = 1
    return flags


def _one(value: float) -> Array:
    return np.array([value], np.float64)
