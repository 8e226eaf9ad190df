"""A made snapshot of many creators with realistic columns, and random searches in it."""

from datetime import UTC, datetime

import numpy as np

from recsys.arrays import Array, Floats
from recsys.creator_filter import AudienceFilter, CreatorFilter, Range
from recsys.snapshot import NOTHING, Columns, Snapshot, SnapshotFacts
from recsys.vocabulary import tier_of
from serving.creators import CreatorSearch

MARKETS = ("BR", "GB", "US")
MARKET_SHARES = (0.1, 0.25, 0.65)
INDUSTRIES = ("baby", "beauty", "electronics", "fashion", "food", "home", "pets", "sports")
CATEGORIES = tuple(f"{industry}/{number}" for industry in INDUSTRIES for number in range(4))
AGES = ("13-17", "18-24", "25-34", "35-44", "45+")
GENDERS = ("female", "male")
SORTS = ("followers", "mean_views", "engagement_rate", "gmv_low", "potential_reach", "price_median")
NUMBER_FILTERS = {"average_views": "mean_views", "gmv": "gmv_low_28", "price": "price_median"}
"""Filters of which each search has one, and the columns they are on."""
FACTS = SnapshotFacts(
    as_of=datetime(2026, 1, 1, tzinfo=UTC),
    policies={},
    data={},
    vocabularies={"country": MARKETS, "state": (), "gender": GENDERS, "age": AGES},
    categories=CATEGORIES,
    markets=MARKETS,
    countries=MARKETS,
    languages=("en", "es", "pt"),
    currencies=("BRL", "GBP", "USD"),
    facets={},
    feature_names=(),
)


def made_snapshot(creators: int, seed: int) -> Snapshot:
    """Creators with heavy-tailed sizes, most of whom sell little or nothing: columns that search reads."""
    rng = np.random.default_rng(seed)
    ids = 1_000_000 + np.arange(creators)
    values = _places(rng, creators) | _sizes(rng, creators) | _sales(rng, creators) | _shares(rng, creators)
    return Snapshot(FACTS, Columns(ids, values), NOTHING, NOTHING, NOTHING)


def _places(rng: np.random.Generator, creators: int) -> dict[str, Array]:
    market = rng.choice(len(MARKETS), creators, p=MARKET_SHARES).astype(np.int32)
    abroad = rng.choice(len(MARKETS), creators, p=MARKET_SHARES).astype(np.int32)
    popular = 1 / np.arange(1, len(CATEGORIES) + 1)
    return {
        "market": market,
        "main_country": np.where(rng.random(creators) < 0.9, market, abroad),
        "category": rng.choice(len(CATEGORIES), creators, p=popular / popular.sum()).astype(np.int32),
        "currency": market,
    }


def _sizes(rng: np.random.Generator, creators: int) -> dict[str, Array]:
    followers = np.floor(rng.lognormal(9, 2, creators))
    mean_views = followers * rng.lognormal(-1.5, 1, creators)
    views = (30 * mean_views).astype(np.int64)
    rates = rng.beta([[4], [1], [1]], [[60], [200], [200]], (3, creators))
    counts = np.stack([views, *(views * rates).astype(np.int64)], axis=1)
    idle = rng.exponential(9, creators)
    return {
        "followers": followers,
        "tier": tier_of(followers),
        "active_share": rng.beta(6, 4, creators),
        "mean_views": mean_views,
        "latest_counts": counts,
        "days_since_post": np.where(rng.random(creators) < 0.05, np.nan, idle),
    }


def _sales(rng: np.random.Generator, creators: int) -> dict[str, Array]:
    sells, withheld = rng.random(creators) < 0.4, rng.random(creators) < 0.3
    gmv = np.where(sells, rng.lognormal(11, 2, creators), 0).astype(np.int64)
    return {
        "gmv_low_28": gmv - withheld * gmv // 4,
        "gmv_high_28": gmv + withheld * gmv // 4,
        "days_28": np.full(creators, 28),
        "withheld_days_28": 28 * withheld.astype(np.int64),
        "has_ecommerce": sells,
        "price_median": np.where(sells, np.round(rng.lognormal(7.5, 0.8, creators)), np.nan),
    }


def _shares(rng: np.random.Generator, creators: int) -> dict[str, Array]:
    female = rng.beta(3, 2, creators)
    return {
        "audience_gender": np.stack([female, 1 - female], axis=1).astype(np.float32),
        "audience_age": rng.dirichlet([2, 5, 5, 3, 2], creators).astype(np.float32),
    }


def made_searches(snapshot: Snapshot, searches: int, seed: int, count: int) -> list[CreatorSearch]:
    """Random first pages: country, category, followers, one more number and one audience group; five filters.

    The market is left out, because the country does its work; the ranges let through a tenth to nearly all.
    """
    rng = np.random.default_rng([seed, 1])
    return [_made_search(rng, snapshot, count) for _ in range(searches)]


def _made_search(rng: np.random.Generator, snapshot: Snapshot, count: int) -> CreatorSearch:
    creators = snapshot.creators
    name = str(rng.choice(list(NUMBER_FILTERS)))
    number = {name: _range(rng, creators[NUMBER_FILTERS[name]])}
    topics = CATEGORIES if rng.random() < 0.5 else INDUSTRIES
    group = _audience(rng)
    return CreatorSearch(
        filters=CreatorFilter(
            countries=(str(rng.choice(MARKETS, p=MARKET_SHARES)),),
            categories=tuple(rng.choice(topics, int(rng.integers(1, 4)), replace=False).tolist()),
            followers=_range(rng, creators["followers"]),
            audience=(group,),
        ).model_copy(update=number),
        sort=str(rng.choice(SORTS)),
        descending=bool(rng.random() < 0.8),
        count=count,
    )


def _range(rng: np.random.Generator, column: Floats) -> Range:
    """From a quantile below the middle to none or one above it."""
    sample = column[:10_000]
    low, high = np.nanquantile(sample, [rng.uniform(0, 0.5), rng.uniform(0.6, 1)])
    return Range(low=float(low), high=float(high) if rng.random() < 0.5 else None)


def _audience(rng: np.random.Generator) -> AudienceFilter:
    if rng.random() < 0.5:
        low = float(rng.uniform(0.2, 0.7))
        return AudienceFilter(dimension="gender", value="female", share=Range(low=low))
    low = float(rng.uniform(0.05, 0.3))
    return AudienceFilter(dimension="age", value=str(rng.choice(AGES)), share=Range(low=low))
