"""Livestreams: held for their own sake, with a sample, or for a campaign; and the products they feature."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Ints
from training.frame import Frame
from training.simulate.activity.block import CURRENCIES, Block
from training.simulate.activity.days import reactions
from training.simulate.activity.expected import LIVE_SALES, LIVE_VIEWS, growth
from training.simulate.activity.sales import Offers, Sales, Sold, sell
from training.simulate.activity.samples import LIVE, Samples
from training.simulate.activity.showcase import Shelves
from training.simulate.clock import ABSENT, DAY
from training.simulate.columns import Coded, Values
from training.simulate.draws import spread

MINUTE = 60
MOST_SEGMENTS = 4
LIVE_SIGMA = 0.8


@dataclass(frozen=True)
class Plans(Frame):
    """Livestreams as they are planned, one row each."""

    creator: Ints
    """Row in the block."""
    ended_at: Ints
    seconds: Ints
    product: Ints
    """(lives, MOST_SEGMENTS): rows of Products in the order they are featured, ABSENT where none."""
    campaign: Ints
    """Row of Briefs, or ABSENT."""


@dataclass(frozen=True)
class Lives:
    """The livestreams that were held, and what came of them."""

    plans: Plans
    views: Ints
    engagements: tuple[Ints, Ints, Ints]
    clicks: Ints
    orders: Ints
    gmv: Ints


def own_plans(block: Block, shelves: Shelves, samples: Samples) -> Plans:
    """The livestreams creators plan on their own and with samples."""
    rng = block.rng("plans")
    return Plans.joined([_spontaneous(rng, block, shelves), _with_samples(rng, samples)])


def campaign_plans(block: Block, samples: Samples) -> Plans:
    """The livestreams planned as deliveries: with a campaign's sample, or without products."""
    rng = block.rng("plans")
    return Plans.joined([_with_samples(rng, samples), _without_products(rng, block)])


def hold(block: Block, plans: Plans) -> tuple[Lives, Sold]:
    """The planned livestreams that start and end while the world is observed, in order; and what was sold."""
    rng = block.rng("lives")
    started = plans.ended_at - plans.seconds
    plans = plans.take((plans.ended_at < block.clock.end) & (started >= block.alive_from[plans.creator]))
    plans = plans.take(np.lexsort((plans.ended_at, plans.creator)))
    views = _views(rng, block, plans)
    reached = reactions(rng, views, block.creators.engagement[plans.creator])
    clicks, sales = _sales(rng, block, plans, views)
    return Lives(plans, views, reached, clicks, sales.orders, sales.gmv), sales.sold


def _spontaneous(rng: np.random.Generator, block: Block, shelves: Shelves) -> Plans:
    counts = block.counts(rng, block.creators.lives_per_day)
    creator = np.repeat(np.arange(len(block.creators)), counts)
    ended = block.moments(rng, creator)
    seconds = ((15 + rng.gamma(2.0, 30, len(creator))) * MINUTE).astype(np.int64)
    wanted = 1 + rng.binomial(MOST_SEGMENTS - 1, 0.5, len(creator))
    product = np.full((len(creator), MOST_SEGMENTS), ABSENT)
    for place in range(MOST_SEGMENTS):
        slot, there = shelves.pick(rng, creator, ended - seconds)
        product[:, place] = np.where(there & (place < wanted), slot, ABSENT)
    nothing = np.full(len(creator), ABSENT)
    return Plans(creator, ended, seconds, _packed(product), nothing)


def _packed(product: Ints) -> Ints:
    """Products to the front of each row, ABSENT behind them, their order kept."""
    order = np.argsort(product == ABSENT, axis=1, kind="stable")
    return np.take_along_axis(product, order, axis=1)


def _with_samples(rng: np.random.Generator, samples: Samples) -> Plans:
    """A livestream for a sample features it alone, for well over the minutes a fulfilment needs."""
    used = samples.take(samples.in_live & (samples.posted_at != ABSENT))
    return _alone(rng, used.creator, used.posted_at, used.product, used.campaign)


def _without_products(rng: np.random.Generator, block: Block) -> Plans:
    """Deliveries in a livestream by creators who may not link products."""
    rows = block.funnel.take(block.funnel.delivered_at != ABSENT)
    rows = rows.take((block.briefs.kind[rows.brief] == LIVE) & ~block.creators.sells[rows.creator])
    return _alone(rng, rows.creator, rows.delivered_at, np.full(len(rows), ABSENT), rows.brief)


def _alone(rng: np.random.Generator, creator: Ints, ended: Ints, product: Ints, campaign: Ints) -> Plans:
    products = np.full((len(creator), MOST_SEGMENTS), ABSENT)
    products[:, 0] = product
    seconds = ((30 + rng.gamma(2.0, 20, len(creator))) * MINUTE).astype(np.int64)
    return Plans(creator, ended, seconds, products, campaign)


def _views(rng: np.random.Generator, block: Block, plans: Plans) -> Ints:
    creators = block.creators.take(plans.creator)
    usual = creators.views * growth(creators, plans.ended_at, block.config, block.clock)
    return rng.poisson(LIVE_VIEWS * usual * spread(rng, LIVE_SIGMA, len(plans)))


def _sales(rng: np.random.Generator, block: Block, plans: Plans, views: Ints) -> tuple[Ints, Sales]:
    """Clicks and the sales they led to: on every product featured, alike."""
    creators = block.creators.take(plans.creator)
    sells = creators.sells & (plans.product[:, 0] != ABSENT)
    click_rate = np.minimum(LIVE_SALES * creators.click_rate, 0.5)
    clicks = rng.binomial(views, np.where(sells, click_rate, 0.0))
    offers = Offers(plans.creator, plans.product, np.ones(len(plans)), plans.campaign == ABSENT)
    return clicks, sell(rng, block, offers, (np.arange(len(plans)), plans.ended_at // DAY, clicks))


def live_rows(block: Block, lives: Lives, ids: Ints) -> dict[str, Values]:
    """The table `livestreams`."""
    rng = block.rng("live_watching")
    plans = lives.plans
    likes, comments, shared = lives.engagements
    viewers = np.minimum(rng.binomial(lives.views, 0.72) + 1, lives.views)
    stay = np.minimum(rng.gamma(2.0, 25, len(plans)), plans.seconds)
    return {
        "livestream_id": ids,
        "creator_id": block.creators.ids[plans.creator],
        "started_at": plans.ended_at - plans.seconds,
        "ended_at": plans.ended_at,
        "views": lives.views,
        "viewers": viewers,
        "watch_seconds": (lives.views * stay).astype(np.int64),
        "likes": likes,
        "comments": comments,
        "shares": shared,
        "product_clicks": lives.clicks,
        "orders": lives.orders,
        "gmv": lives.gmv,
        "currency": Coded(block.currency(plans.creator), CURRENCIES),
    }


def segment_rows(block: Block, plans: Plans, ids: Ints) -> dict[str, Values]:
    """The table `livestream_segments`: each product in its part of the livestream."""
    rng = block.rng("segments")
    live, place = np.nonzero(plans.product != ABSENT)
    share = plans.seconds[live] / (plans.product[live] != ABSENT).sum(axis=1)
    starts = plans.ended_at[live] - plans.seconds[live] + (place * share).astype(np.int64)
    return {
        "livestream_id": ids[live],
        "product_id": block.products.ids[plans.product[live, place]],
        "starts_at": starts,
        "ends_at": starts + (share * rng.uniform(0.5, 0.95, len(live))).astype(np.int64),
    }


def days_of(plans: Plans) -> Ints:
    """The epoch day a livestream's counts belong to: the day of its end."""
    return plans.ended_at // DAY
