"""Briefs that a market's brands might make: what the first stage is learnt from, whatever was asked before.

Brands and products are those of the snapshot, audiences are wanted as creators of the market have them, and
budgets are around what they take.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import get_args

import numpy as np

from features.briefs import place
from recsys.arrays import Floats, Ints
from recsys.brief import Brief
from recsys.snapshot import Snapshot
from recsys.vocabulary import CAMPAIGN_TYPES, DIMENSIONS, OBJECTIVES, Dimension, FunnelStage

TARGETED = 0.4
"""Chance that a brief wants an audience in one more dimension."""
WITH_STORES = 0.25
"""Chance that a brief names states with a store."""
MOST_STORES = 4
WANTED = 5
DAYS = 14
USUAL_FEE = 10_000.0
"""Budget for each creator, in minor units, where no creator's fee is known."""


def made_briefs(snapshot: Snapshot, market: str, count: int, seed: int) -> list[Brief]:
    """So many briefs without filters; fewer only where no brand of the market sells anything: none."""
    rng = np.random.default_rng(seed)
    code = place(market, snapshot.facts.markets, "market")
    creators = np.flatnonzero(snapshot.creators["market"] == code)
    products = _offered(snapshot, code)
    if not len(products) or not len(creators):
        return []
    return [_made(snapshot, market, int(rng.choice(products)), creators, rng) for _ in range(count)]


def _offered(snapshot: Snapshot, market: int) -> Ints:
    """Rows of the products whose brand is of the market."""
    rows, there = snapshot.brands.rows_of(snapshot.products["brand_id"])
    return np.flatnonzero(there & (snapshot.brands["market"][rows] == market))


def _made(snapshot: Snapshot, market: str, product: int, creators: Ints, rng: np.random.Generator) -> Brief:
    starts_on = snapshot.facts.as_of.date()
    return Brief(
        brand_id=int(snapshot.products["brand_id"][product]),
        market=market,
        category=snapshot.facts.categories[snapshot.products["category"][product]],
        product_ids=(int(snapshot.products.ids[product]),),
        objective=OBJECTIVES[rng.integers(len(OBJECTIVES))],
        campaign_type=CAMPAIGN_TYPES[rng.integers(len(CAMPAIGN_TYPES))],
        hashtag="made",
        funnel_stage=get_args(FunnelStage)[rng.integers(len(get_args(FunnelStage)))],
        target=dict(_targets(snapshot, creators, rng)),
        store_states=_stores(snapshot, rng),
        budget=int(WANTED * _fee(snapshot, creators, rng)),
        creators_wanted=WANTED,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=DAYS),
    )


def _targets(
    snapshot: Snapshot, creators: Ints, rng: np.random.Generator
) -> Iterator[tuple[Dimension, dict[str, float]]]:
    """Some dimensions of one creator's audience, its larger groups made larger still."""
    liked = int(rng.choice(creators))
    for dimension in DIMENSIONS:
        shares = np.nan_to_num(snapshot.creators[f"audience_{dimension}"][liked].astype(np.float64))
        if rng.random() < TARGETED and shares.sum() > 0:
            yield dimension, _sharpened(shares, snapshot.facts.vocabularies[dimension])


def _sharpened(shares: Floats, words: tuple[str, ...]) -> dict[str, float]:
    wanted = np.floor(100 * shares**2 / (shares**2).sum()) / 100
    return {word: float(share) for word, share in zip(words, wanted, strict=True) if share > 0}


def _stores(snapshot: Snapshot, rng: np.random.Generator) -> tuple[str, ...]:
    states = snapshot.facts.vocabularies["state"]
    if not states or rng.random() >= WITH_STORES:
        return ()
    count = rng.integers(1, min(MOST_STORES, len(states)) + 1)
    return tuple(states[row] for row in rng.choice(len(states), count, replace=False))


def _fee(snapshot: Snapshot, creators: Ints, rng: np.random.Generator) -> float:
    """Half to twice what a creator of the market takes."""
    fee = float(snapshot.creators["fee_expected"][rng.choice(creators)])
    return (fee if np.isfinite(fee) else USUAL_FEE) * 2 ** rng.uniform(-1, 1)
