"""Brands, their products and briefs, and whom these were shown: small tables, made at once."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Floats, Ints
from recsys.vocabulary import CAMPAIGN_TYPES, FUNNEL_STAGES, OBJECTIVES, PRICE_TIERS
from training.bench.made_tables.frame import (
    CATEGORIES,
    CURRENCIES,
    MARKETS,
    SHARE_OF_US,
    Columns,
    MadeTables,
    running,
    skewed,
)
from training.simulate.clock import ABSENT, DAY
from training.simulate.columns import Coded, Ragged

PRODUCTS_A_BRAND, CAMPAIGNS_A_BRAND, SHOWN = 20, 6, 40
STATES = np.array(["US-CA", "US-NY", "US-TX", "US-FL"])
AGES = np.array(["18-24", "25-34"])


@dataclass(frozen=True)
class Offers:
    """What creators' rows refer to."""

    brand_market: Ints
    price: Ints
    """Of each product; product p is of brand p // PRODUCTS_A_BRAND, and was listed before the first day."""
    campaign_at: Ints
    """When each campaign was made, rising; campaign c is of brand c % brands."""

    @classmethod
    def of(cls, config: MadeTables, rng: np.random.Generator) -> "Offers":
        """Draw them."""
        clock, brands = config.clock, config.brands
        campaigns = brands * CAMPAIGNS_A_BRAND
        return cls(
            brand_market=(rng.random(brands) >= SHARE_OF_US).astype(np.int64),
            price=rng.lognormal(7.5, 0.8, brands * PRODUCTS_A_BRAND).astype(np.int64) + 100,
            campaign_at=np.sort(clock.start + rng.integers(0, config.days * DAY, campaigns)),
        )


def offer_tables(config: MadeTables, offers: Offers, rng: np.random.Generator) -> dict[str, Columns]:
    """The rows of the tables that no creator's block has."""
    return {
        "brands": _brands(config, offers, rng),
        "products": _products(config, offers, rng),
        "campaigns": _campaigns(config, offers, rng),
        "campaign_targets": _targets(offers),
        "invitations": _invitations(config, offers, rng),
    }


def _brands(config: MadeTables, offers: Offers, rng: np.random.Generator) -> Columns:
    count = config.brands
    return {
        "brand_id": np.arange(count),
        "created_at": config.clock.start - rng.integers(100, 1000, count) * DAY,
        "market": Coded(offers.brand_market, MARKETS),
        "category": Coded(_category(np.arange(count)), CATEGORIES),
        "price_tier": Coded(rng.integers(0, len(PRICE_TIERS), count), np.array(PRICE_TIERS)),
        "store_states": Ragged(Coded(np.arange(count) % len(STATES), STATES), np.ones(count, np.int64)),
    }


def _category(brands: Ints) -> Ints:
    return brands % len(CATEGORIES)


def _products(config: MadeTables, offers: Offers, rng: np.random.Generator) -> Columns:
    count = len(offers.price)
    brand = np.arange(count) // PRODUCTS_A_BRAND
    return {
        "product_id": np.arange(count),
        "brand_id": brand,
        "created_at": config.clock.start - rng.integers(1, 100, count) * DAY,
        "removed_at": np.full(count, ABSENT),
        "market": Coded(offers.brand_market[brand], MARKETS),
        "category": Coded(_category(brand), CATEGORIES),
        "price": offers.price,
        "currency": Coded(offers.brand_market[brand], CURRENCIES),
        "commission": rng.integers(5, 25, count) / 100,
    }


def _campaigns(config: MadeTables, offers: Offers, rng: np.random.Generator) -> Columns:
    count = len(offers.campaign_at)
    ids = np.arange(count)
    brand = ids % config.brands
    kinds = rng.integers(0, len(CAMPAIGN_TYPES), count)
    stages = rng.integers(0, len(FUNNEL_STAGES), count)
    starts = offers.campaign_at // DAY + 1
    products = brand * PRODUCTS_A_BRAND + rng.integers(0, PRODUCTS_A_BRAND, count)
    return {
        "campaign_id": ids,
        "brand_id": brand,
        "created_at": offers.campaign_at,
        "market": Coded(offers.brand_market[brand], MARKETS),
        "category": Coded(_category(brand), CATEGORIES),
        "product_ids": Ragged(products, np.ones(count, np.int64)),
        "objective": Coded(rng.integers(0, len(OBJECTIVES), count), np.array(OBJECTIVES)),
        "campaign_type": Coded(kinds, np.array(CAMPAIGN_TYPES)),
        "hashtag": Coded(ids % 50, np.array([f"brief{place}" for place in range(50)])),
        "funnel_stage": Coded(stages, np.array(FUNNEL_STAGES)),
        "store_states": Ragged(Coded(ids % len(STATES), STATES), np.ones(count, np.int64)),
        "budget": rng.integers(100_000, 1_000_000, count),
        "currency": Coded(offers.brand_market[brand], CURRENCIES),
        "creators_wanted": rng.integers(1, 10, count),
        "starts_on": starts,
        "ends_on": starts + 30,
    }


def _targets(offers: Offers) -> Columns:
    ids = np.repeat(np.arange(len(offers.campaign_at)), len(AGES))
    return {
        "campaign_id": ids,
        "dimension": Coded(np.zeros(len(ids), np.int64), np.array(["age"])),
        "value": Coded(running(np.full(len(offers.campaign_at), len(AGES))), AGES),
        "share": np.full(len(ids), 0.4),
    }


def _invitations(config: MadeTables, offers: Offers, rng: np.random.Generator) -> Columns:
    """Creators with an old account, shown in a list without gaps; a tenth of the steps is not taken."""
    shown = min(SHOWN, config.creators // 10)
    counts = np.full(len(offers.campaign_at), shown)
    campaign, place = np.repeat(np.arange(len(counts)), counts), running(counts)
    at = offers.campaign_at[campaign] + 60
    goes_on, steps = at < config.clock.end, {}
    for step in ("opened", "shortlisted", "invited", "replied", "accepted", "delivered", "result"):
        goes_on = goes_on & (rng.random(len(at)) < 0.7)
        at = at + rng.integers(60, 3 * DAY, len(at))
        goes_on = goes_on & (at < config.clock.end)
        steps[f"{step}_at"] = np.where(goes_on, at, ABSENT)
    final, fee = goes_on, steps["accepted_at"] != ABSENT
    market = offers.brand_market[campaign % config.brands]
    return {
        "campaign_id": campaign,
        "creator_id": _old_creators(config, campaign, place, shown),
        "shown_at": np.minimum(offers.campaign_at[campaign] + 60, config.clock.end - 1),
        "position": place + 1,
        "propensity": np.full(len(at), shown / config.creators),
        **steps,
        "fee": np.where(fee, rng.integers(1_000, 50_000, len(at)), ABSENT),
        **{name: np.where(final, _result(rng, len(at)), ABSENT) for name in _RESULTS},
        "currency": Coded(market, CURRENCIES),
    }


_RESULTS = ("result_views", "result_engagements", "result_followers", "result_gmv")


def _result(rng: np.random.Generator, count: int) -> Floats:
    return rng.lognormal(6.0, 1.0, count).astype(np.int64)


def _old_creators(config: MadeTables, campaign: Ints, place: Ints, shown: int) -> Ints:
    """Of each ten creators the first: as many different ones as are shown."""
    tens = config.creators // 10
    return 10 * ((campaign * shown + place * max(1, tens // shown)) % tens)


def products_of(rng: np.random.Generator, counts: Ints, products: int) -> Ints:
    """Different products for each row, popular ones more often."""
    first = np.repeat(skewed(rng, products, len(counts)), counts)
    return (first + running(counts)) % products
