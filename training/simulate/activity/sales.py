"""From clicks to orders: each click lands on one of the products that are offered together, all alike."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from training.frame import Frame
from training.simulate.activity.block import Block
from training.simulate.activity.expected import MOST_CONVERSION, base_conversion, trend
from training.simulate.clock import ABSENT, DAY


@dataclass(frozen=True)
class Offers:
    """Things that offer products for sale, one row each: videos or livestreams."""

    creator: Ints
    """Row in the block."""
    products: Ints
    """(offers, places): rows of Products, ABSENT behind them."""
    factor: Floats
    """What the offer itself multiplies conversion by."""
    organic: Flags
    """Whether campaigns lift it; the campaign's own content is no part of its lift."""


@dataclass(frozen=True)
class Sold(Frame):
    """One row per offer, product and day with orders."""

    offer: Ints
    product: Ints
    day: Ints


@dataclass(frozen=True)
class Sales:
    """What came of clicks, row by row, and of which products something was sold."""

    orders: Ints
    gmv: Ints
    sold: Sold


def sell(rng: np.random.Generator, block: Block, offers: Offers, clicked: tuple[Ints, Ints, Ints]) -> Sales:
    """Orders of clicks; `clicked` is (offer, epoch day, clicks) of each row, days within the world."""
    offer, day, clicks = clicked
    counts = (offers.products != ABSENT).sum(axis=1)
    orders, gmv = np.zeros(len(offer), dtype=np.int64), np.zeros(len(offer), dtype=np.int64)
    rows = np.flatnonzero((clicks > 0) & (counts[offer] > 0))
    left, sold = clicks[rows], []
    for place in range(offers.products.shape[1]):
        here = counts[offer[rows]] > place
        rows, left = rows[here], left[here]
        landed = _landed(rng, left, counts[offer[rows]] - place)
        product = offers.products[offer[rows], place]
        chance = _chances(block, offers, place, (offer[rows], product, day[rows]))
        bought = rng.binomial(landed, chance)
        orders[rows] += bought
        gmv[rows] += bought * block.products.price[product]
        some = bought > 0
        sold.append(Sold(offer[rows][some], product[some], day[rows][some]))
        left = left - landed
    return Sales(orders, gmv, Sold.joined(sold))


def _landed(rng: np.random.Generator, clicks: Ints, products: Ints) -> Ints:
    """How many of the clicks land on the first of the products that are left."""
    landed = clicks.copy()
    several = np.flatnonzero(products > 1)
    landed[several] = rng.binomial(clicks[several], 1 / products[several])
    return landed


def _chances(block: Block, offers: Offers, place: int, at: tuple[Ints, Ints, Ints]) -> Floats:
    """P(an order | click) of the product at a place, for each (offer, product, day)."""
    offer, product, day = at
    listed = np.flatnonzero(offers.products[:, place] != ABSENT)
    creators = block.creators.take(offers.creator[listed])
    base = np.zeros(len(offers.creator))
    of_products = base_conversion(creators, offers.products[listed, place], block.products, block.config)
    base[listed] = offers.factor[listed] * of_products
    demand = trend(product, day * DAY, block.products, (block.config, block.clock))
    lift = np.where(offers.organic[offer], block.climate.lift.of_product(product, day), 0.0)
    return np.minimum(base[offer] * demand * np.exp(lift), MOST_CONVERSION)
