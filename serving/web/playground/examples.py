"""What the playground begins with: briefs that brands of the snapshot might send, and the words to use."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from features.creator_numbers import NUMBERS, Unit
from recsys.arrays import Array, Ints
from recsys.brief import Brief
from recsys.creator_filter import CreatorFilter
from recsys.list_rules import LIST_NAMES
from recsys.snapshot import Snapshot
from recsys.vocabulary import CAMPAIGN_TYPES, CREATOR_OBJECTIVES, FUNNEL_STAGES, OBJECTIVES, Dimension
from serving.answers import Part
from serving.engine import Engine

BRIEFS = 12
CREATORS = 5
PRODUCTS_READ = 10_000
"""Brands are taken from the first products, so that the time does not grow with the market."""
PRODUCTS_OF_BRIEF = 2
BUDGET = 600_000
STARTS, ENDS = timedelta(days=6), timedelta(days=24)
"""After the moment of the snapshot."""
TARGETED: tuple[Dimension, ...] = ("gender", "age")
LEAST_SHARE = 0.05
"""Smaller groups of buyers are not targeted."""


class Words(Part):
    """What fields of a brief, a filter or a question may hold."""

    markets: tuple[str, ...]
    countries: tuple[str, ...]
    categories: tuple[str, ...]
    languages: tuple[str, ...]
    groups: dict[Dimension, tuple[str, ...]]
    """Of the audience, by dimension."""
    objectives: tuple[str, ...] = OBJECTIVES
    campaign_types: tuple[str, ...] = CAMPAIGN_TYPES
    funnel_stages: tuple[str, ...] = FUNNEL_STAGES
    creator_objectives: tuple[str, ...] = CREATOR_OBJECTIVES
    lists: tuple[str, ...] = LIST_NAMES
    numbers: dict[str, str]
    """Of a creator, to sort by; each with its meaning."""
    units: dict[str, Unit]
    """Those of the numbers."""


class Examples(Part):
    """Everything the page fills its forms with."""

    snapshot: str
    as_of: datetime
    challenger: str | None
    """The bundle that the champion can be compared with."""
    words: Words
    briefs: tuple[Brief, ...]
    """Of different brands; empty where the snapshot has no products."""
    creators: tuple[int, ...]


def examples_of(engine: Engine) -> Examples:
    """Examples that this engine can answer, the same every time."""
    snapshot = engine.snapshot
    return Examples(
        snapshot=snapshot.name,
        as_of=snapshot.facts.as_of,
        challenger=engine.challenger.bundle.name if engine.challenger else None,
        words=_words(snapshot),
        briefs=tuple(_briefs(snapshot)),
        creators=tuple(map(int, snapshot.creators.ids[:CREATORS])),
    )


def _words(snapshot: Snapshot) -> Words:
    facts = snapshot.facts
    return Words(
        markets=facts.markets,
        countries=facts.countries,
        categories=facts.categories,
        languages=facts.languages,
        groups=dict(facts.vocabularies),
        numbers={name: number.meaning for name, number in NUMBERS.items()},
        units={name: number.unit for name, number in NUMBERS.items()},
    )


def _briefs(snapshot: Snapshot) -> Iterator[Brief]:
    """A brief each of the first brands with a product, of which market and category are known."""
    brand_ids = snapshot.products["brand_id"][:PRODUCTS_READ]
    known = snapshot.brands["market"] >= 0
    known &= snapshot.brands["category"] >= 0
    rows, there = snapshot.brands.rows_of(np.unique(brand_ids))
    for row in rows[there & known[rows]][:BRIEFS]:
        products = np.flatnonzero(brand_ids == snapshot.brands.ids[row])
        yield _brief(snapshot, row, products[:PRODUCTS_OF_BRIEF])


def _brief(snapshot: Snapshot, brand: int, products: Ints) -> Brief:
    facts, brands = snapshot.facts, snapshot.brands
    groups = facts.vocabularies
    return Brief(
        brand_id=int(brands.ids[brand]),
        market=facts.markets[brands["market"][brand]],
        category=facts.categories[brands["category"][brand]],
        product_ids=tuple(map(int, snapshot.products.ids[products])),
        objective="gmv",
        campaign_type="review",
        funnel_stage="lower",
        target={
            dimension: shares
            for dimension in TARGETED
            if (shares := _shares(groups[dimension], snapshot.products[f"buyers_{dimension}"][products]))
        },
        store_states=tuple(np.array(groups["state"])[brands["store_states"][brand] > 0]),
        budget=BUDGET,
        starts_on=(facts.as_of + STARTS).date(),
        ends_on=(facts.as_of + ENDS).date(),
        filters=CreatorFilter(posted_within_days=30),
    )


def _shares(groups: tuple[str, ...], buyers: Array) -> dict[str, float]:
    """Who bought the products, of shape (products, groups), in whole per cents; nothing where nobody did."""
    known = buyers[~np.isnan(buyers).any(axis=1)]
    shares = (
        np.floor(100 * known.mean(axis=0, dtype=np.float64)) / 100 if len(known) else np.zeros(len(groups))
    )
    return {group: float(share) for group, share in zip(groups, shares, strict=True) if share >= LEAST_SHARE}
