"""Creators as the marketplace sees them: followers and GMV by day, and the audience as measured."""

from collections.abc import Sequence

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from training.simulate.activity.activity import Activity
from training.simulate.activity.block import CURRENCIES, Block
from training.simulate.activity.expected import NEWBORN, base_conversion, trend
from training.simulate.activity.lives import days_of
from training.simulate.activity.showcase import Shelves
from training.simulate.cast.creators import LANGUAGES
from training.simulate.cast.gaming import bought_followers
from training.simulate.cast.geography import CATEGORY_NAMES, GROUPS, HOME
from training.simulate.clock import ABSENT, DAY
from training.simulate.columns import Coded, Values
from training.simulate.draws import within

MEASURED_EVERY = 30
"""Days between two measurements of the audience."""
MEASUREMENT = 400
"""Followers asked in one measurement: its precision."""
CHURN = 0.0004
"""Share of followers lost a day."""
SHOWCASE_ORDERS = 2e-5
"""Orders a day from the showcase itself, per view of a usual video."""
STEPS = np.outer(10 ** np.arange(3, 15), [1, 2, 5]).ravel()
"""Bounds of the ranges in which withheld GMV is shown, in minor units."""


def creator_rows(block: Block) -> dict[str, Values]:
    """The table `creators`."""
    creators = block.creators
    abroad = len(HOME)
    country = np.where(creators.lives_at_home, creators.market, abroad + creators.ids % 3)
    return {
        "creator_id": creators.ids,
        "created_at": creators.created_at,
        "market": Coded(creators.market, np.array(HOME)),
        "country": Coded(country, np.array([value for name, value in GROUPS if name == "country"])),
        "language": Coded(creators.spanish.astype(np.int64), LANGUAGES),
        "category": Coded(creators.category, CATEGORY_NAMES),
        "has_ecommerce": creators.sells,
    }


def daily_rows(block: Block, shelves: Shelves, activities: Sequence[Activity]) -> dict[str, Values]:
    """The table `creator_daily`: one row for each day from the creator's first observed day to the last.

    `activities` are all parts of the creators' life, which add up.
    """
    rng = block.rng("profiles")
    orders, gmv = _showcase_orders(rng, block, shelves)
    won = np.zeros_like(orders)
    for activity in activities:
        shape, videos, lives = orders.shape, activity.days, activity.lives
        of_videos = activity.posts.creator[videos.post], videos.day - block.clock.first_day
        of_lives = lives.plans.creator, days_of(lives.plans) - block.clock.first_day
        won += _by_day(shape, of_videos, videos.followers_gained)
        orders += _by_day(shape, of_videos, videos.orders) + _by_day(shape, of_lives, lives.orders)
        gmv += _by_day(shape, of_videos, videos.gmv) + _by_day(shape, of_lives, lives.gmv)
    followers = _followers(rng, block, won)
    creator, day = np.nonzero(_alive(block))
    return _daily_table(block, creator, day, followers[creator, day], orders[creator, day], gmv[creator, day])


def _daily_table(
    block: Block, creator: Ints, day: Ints, followers: Ints, orders: Ints, gmv: Ints
) -> dict[str, Values]:
    withheld = block.creators.withholds[creator]
    low, high = ranges(gmv)
    return {
        "creator_id": block.creators.ids[creator],
        "day": day + block.clock.first_day,
        "followers": followers,
        "gmv": np.where(withheld, ABSENT, gmv),
        "gmv_low": np.where(withheld, low, gmv),
        "gmv_high": np.where(withheld, high, gmv),
        "orders": orders,
        "currency": Coded(block.currency(creator), CURRENCIES),
    }


def ranges(gmv: Ints) -> tuple[Ints, Ints]:
    """The range in which each GMV is shown when it is withheld (R17): 0–1000, 1000–2000, 2000–5000, …"""
    place = np.searchsorted(STEPS, gmv, side="right")
    return np.where(place > 0, STEPS[place - 1], 0), STEPS[np.minimum(place, len(STEPS) - 1)]


def _by_day(shape: tuple[int, int], at: tuple[Ints, Ints], values: Ints) -> Ints:
    """Sums of `values` by creator and day; exact, because the counts stay far below 2**53."""
    place = at[0] * shape[1] + at[1]
    total = np.bincount(place, weights=values.astype(float), minlength=shape[0] * shape[1])
    return np.rint(total).astype(np.int64).reshape(shape)


def _alive(block: Block) -> Flags:
    """(creators, days): whether the creator's account exists on the day."""
    first = block.alive_from // DAY - block.clock.first_day
    return np.arange(block.clock.days)[None, :] >= first[:, None]


def _followers(rng: np.random.Generator, block: Block, won: Ints) -> Ints:
    """Followers at the end of each day: those at the start, plus won and found, minus lost."""
    creators, clock = block.creators, block.clock
    age = (clock.first_day + np.arange(clock.days) + 1)[None, :] - (creators.created_at / DAY)[:, None]
    ramp = 1 - (1 - NEWBORN) * np.exp(-np.maximum(age, 0) / block.config.followers.ramp_days)
    base = creators.followers[:, None] * ramp
    found = rng.poisson(np.maximum(np.diff(base, axis=1, prepend=base[:, :1]), 0))
    lost = rng.poisson(CHURN * base)
    alive = _alive(block)
    change = np.where(alive, won + found - lost, 0)
    start = np.where(alive.argmax(axis=1) > 0, NEWBORN * creators.followers, base[:, 0])
    real = np.maximum(start.astype(np.int64)[:, None] + np.cumsum(change, axis=1), 0)
    return np.asarray(real + _bought(block))


def _bought(block: Block) -> Ints:
    """(creators, days): followers who were bought and are still there."""
    sizes = block.creators.bought_followers * block.creators.followers
    first = block.alive_from // DAY - block.clock.first_day
    loss = block.config.gaming.burst_loss
    return bought_followers(block.rng("bursts"), sizes, first, block.clock.days, loss)


def _showcase_orders(rng: np.random.Generator, block: Block, shelves: Shelves) -> tuple[Ints, Ints]:
    """Orders and GMV of the showcase itself, always of its first product."""
    creators, products = block.creators, block.products
    product = shelves.product[:, 0]
    since = np.maximum(shelves.added_at[:, 0], block.alive_from) // DAY - block.clock.first_day
    there = _alive(block) & (np.arange(block.clock.days)[None, :] > since[:, None])
    there &= (shelves.added_at[:, 0] != ABSENT)[:, None]
    base = base_conversion(creators, product, products, block.config) / block.config.content.conversion
    mean = (SHOWCASE_ORDERS * creators.views * base)[:, None] * _demand(block, product)
    orders = rng.poisson(mean * there)
    return orders, orders * products.price[product][:, None]


def _demand(block: Block, product: Ints) -> Floats:
    """(products, days): what trend, season and campaigns make of the sales of one product per row."""
    day = np.tile(block.clock.first_day + np.arange(block.clock.days), len(product))
    each = np.repeat(product, block.clock.days)
    usual = trend(each, day * DAY, block.products, (block.config, block.clock))
    lifted = usual * np.exp(block.climate.lift.of_product(each, day))
    return np.asarray(lifted.reshape(len(product), -1))


def audience_rows(block: Block) -> dict[str, Values]:
    """The table `audience`: noisy measurements every 30 days, two to four decimals, never above the whole."""
    rng = block.rng("audience")
    first = block.alive_from // DAY
    counts = (block.clock.first_day + block.clock.days - 1 - first) // MEASURED_EVERY + 1
    creator = np.repeat(np.arange(len(first)), counts)
    day = first[creator] + within(counts) * MEASURED_EVERY
    measured = _measured(rng, block.creators.audience[creator])
    row, group = np.nonzero(measured > 0)
    return {
        "creator_id": block.creators.ids[creator[row]],
        "day": day[row],
        "dimension": Coded(group, np.array([name for name, _ in GROUPS])),
        "value": Coded(group, np.array([value for _, value in GROUPS])),
        "share": measured[row, group],
    }


def _measured(rng: np.random.Generator, truth: Floats) -> Floats:
    """Each share as found among MEASUREMENT followers, scaled down where a dimension would exceed 1."""
    found = rng.binomial(MEASUREMENT, np.clip(truth, 0, 1)) / MEASUREMENT
    for dimension in dict.fromkeys(name for name, _ in GROUPS):
        columns = [place for place, (name, _) in enumerate(GROUPS) if name == dimension]
        total = found[:, columns].sum(axis=1, keepdims=True)
        found[:, columns] /= np.maximum(total, 1.0)
    return np.asarray(np.floor(found * 1e4) / 1e4)
