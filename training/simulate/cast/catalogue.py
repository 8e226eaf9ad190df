"""Brands and their products."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from recsys.vocabulary import CAMPAIGN_TYPES, PRICE_TIERS
from training.frame import Frame
from training.simulate.cast.geography import MARKETS, STATE_OF_MARKET, STATES, kin, of_categories, of_markets
from training.simulate.clock import ABSENT, DAY, Clock
from training.simulate.config import SimulateConfig
from training.simulate.draws import choose, from_quantiles, shares, stream
from training.simulate.fitted import Fitted

FIRST_BRAND = 101
FIRST_PRODUCT = 10_001
TIER_OFFSETS = np.array([-0.5, 0.0, 0.6])
"""Log price of a price tier relative to its category."""


@dataclass(frozen=True)
class Brands(Frame):
    """One row per brand."""

    ids: Ints
    created_at: Ints
    market: Ints
    category: Ints
    tier: Ints
    """Index into PRICE_TIERS."""
    stores: Flags
    """(brands, states)."""
    tastes: Floats
    """Latent (brands, campaign types): how much the brand likes each style of video."""
    activity: Floats
    """Latent share of the briefs."""


@dataclass(frozen=True)
class Products(Frame):
    """One row per product."""

    ids: Ints
    brand: Ints
    """Row of the brand."""
    created_at: Ints
    removed_at: Ints
    market: Ints
    category: Ints
    price: Ints
    commission: Floats
    log_price: Floats
    """Log price relative to the category's usual one."""
    appeal: Floats
    """Latent factor of sales, around 1."""
    trend: Floats
    """Latent log growth of sales over a year."""


def draw_brands(config: SimulateConfig, clock: Clock) -> Brands:
    """Every brand: at least one in each market, half of them with stores."""
    rng = stream(config.seed, "brands")
    size = config.size.brands
    market = choose(rng, np.tile(of_markets("weight"), (size, 1)))
    market[: len(MARKETS)] = np.arange(len(MARKETS))
    with_stores = rng.random(size) < 0.5
    late = rng.random(size) < 0.1
    during = rng.uniform(clock.start, clock.start + config.policy.warm_up_days * DAY, size)
    before = clock.start - rng.exponential(500 * DAY, size)
    return Brands(
        ids=np.arange(FIRST_BRAND, FIRST_BRAND + size),
        created_at=np.where(late, during, before).astype(np.int64),
        market=market,
        category=choose(rng, np.tile(of_categories("popularity") + 0.3, (size, 1))),
        tier=rng.choice(len(PRICE_TIERS), size, p=[0.3, 0.45, 0.25]),
        stores=with_stores[:, None] & STATE_OF_MARKET[market] & (rng.random((size, len(STATES))) < 0.35),
        tastes=shares(rng, np.full((size, len(CAMPAIGN_TYPES)), 0.8)),
        activity=shares(rng, np.full((1, size), 1.2))[0],
    )


def draw_products(config: SimulateConfig, brands: Brands, clock: Clock) -> Products:
    """Every product: each brand has one at least, mostly in its own category."""
    rng = stream(config.seed, "products")
    size = max(config.size.products, len(brands))
    spare = choose(rng, np.tile(brands.activity + 0.5 / len(brands), (size - len(brands), 1)))
    brand = np.sort(np.concatenate([np.arange(len(brands)), spare]))
    category = choose(rng, np.where(kin()[brands.category[brand]] == 1.0, 4.0, kin()[brands.category[brand]]))
    log_price = TIER_OFFSETS[brands.tier[brand]] + rng.normal(0, 0.25, size)
    created = _listed_at(rng, brand, brands.created_at[brand], clock)
    usual = usual_prices(config.fitted.price_spread)[category]
    major = usual * of_markets("price_level")[brands.market[brand]]
    return Products(
        ids=np.arange(FIRST_PRODUCT, FIRST_PRODUCT + size),
        brand=brand,
        created_at=created,
        removed_at=_removed_at(rng, brand, created, clock),
        market=brands.market[brand],
        category=category,
        price=(np.maximum(np.round(major * np.exp(log_price)), 1) * 100 - 1).astype(np.int64),
        commission=np.round(rng.uniform(0.05, 0.25, size), 2),
        log_price=log_price,
        appeal=_appeal(rng, config.fitted, size),
        trend=rng.normal(0, 0.7, size),
    )


def usual_prices(spread: float) -> Floats:
    """(categories,): the usual price in major units, `spread` times as far apart in logs as listed."""
    logs = np.log(of_categories("price"))
    return np.asarray(np.exp(logs.mean() + spread * (logs - logs.mean())))


def _appeal(rng: np.random.Generator, fitted: Fitted, size: int) -> Floats:
    return np.exp(from_quantiles(rng, np.array(fitted.levels), np.tile(fitted.log_appeal, (size, 1))))


def _listed_at(rng: np.random.Generator, brand: Ints, joined: Ints, clock: Clock) -> Ints:
    """Mostly before the world starts, never before the brand joined; each brand's first product with it."""
    during = rng.uniform(clock.start, clock.end, len(brand))
    before = clock.start - rng.exponential(300 * DAY, len(brand))
    listed = np.where(rng.random(len(brand)) < 0.15, during, before)
    return np.where(first_of_brand(brand), joined, np.maximum(listed, joined)).astype(np.int64)


def _removed_at(rng: np.random.Generator, brand: Ints, created: Ints, clock: Clock) -> Ints:
    """A few are taken off the shelf, but no brand's first product."""
    leaves = (rng.random(len(created)) < 0.08) & ~first_of_brand(brand)
    removed = rng.uniform(np.maximum(created, clock.start) + DAY, clock.end + 30 * DAY).astype(np.int64)
    return np.where(leaves & (removed < clock.end), removed, ABSENT)


def first_of_brand(brand: Ints) -> Flags:
    """Whether a product is the first of its brand; `brand` is sorted."""
    return np.concatenate([[True], brand[1:] != brand[:-1]])


def on_shelf(products: Products, times: Ints) -> Flags:
    """(times, products): listed, and not taken off at each time."""
    listed = products.created_at[None, :] <= times[:, None]
    there = (products.removed_at == ABSENT)[None, :] | (products.removed_at[None, :] > times[:, None])
    return np.asarray(listed & there)


def available(products: Products, product: Ints, times: Ints) -> Flags:
    """Row by row: whether the product is on the shelf at the time."""
    removed = products.removed_at[product]
    listed = products.created_at[product] <= times
    return np.asarray(listed & ((removed == ABSENT) | (removed > times)))
