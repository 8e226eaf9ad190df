"""Videos, what happened to them day by day, and livestreams."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Floats, Ints
from recsys.vocabulary import CALLS_TO_ACTION, CAMPAIGN_TYPES, HOOKS, STRUCTURES, TALKING_POINTS
from training.bench.made_tables.frame import (
    CATEGORIES,
    CURRENCIES,
    Columns,
    People,
    running,
    skewed,
    some,
)
from training.bench.made_tables.offers import Offers, products_of
from training.simulate.clock import ABSENT, DAY, Clock
from training.simulate.columns import Coded, Ragged

HASHTAGS = np.array([f"tag{place}" for place in range(2_000)])
DAYS_SEEN = 7
"""Mean number of days on which something happens to a video."""
POSTS_A_WEEK = 1.0
"""Median; the mean is half as high again."""
IDS_A_BLOCK = 10_000_000


@dataclass(frozen=True)
class Videos:
    """A block's videos."""

    ids: Ints
    owner: Ints
    """Row of the creator."""
    posted: Ints
    links: Ints
    """Number of products linked."""

    @classmethod
    def of(cls, people: People, clock: Clock, number: int, rng: np.random.Generator) -> "Videos":
        """Few posts a week; half of what sellers post links products."""
        start = np.maximum(people.created, clock.start)
        weeks = (clock.end - start) / (7 * DAY)
        counts = rng.poisson(POSTS_A_WEEK * rng.lognormal(0.0, 0.9, len(people.ids)) * weeks)
        owner = people.each(counts)
        shop = people.sells[owner] & (rng.random(len(owner)) < 0.5)
        posted = start[owner] + (rng.random(len(owner)) * (clock.end - start)[owner]).astype(np.int64)
        ids = number * IDS_A_BLOCK + np.arange(len(owner))
        return cls(ids, owner, posted, np.where(shop, rng.integers(1, 5, len(owner)), 0))


def content_tables(
    people: People, videos: Videos, offers: Offers, clock: Clock, rng: np.random.Generator
) -> dict[str, Columns]:
    """A block's rows."""
    return {
        "videos": _videos(people, videos, offers, rng),
        "video_visibility": _visibility(videos, clock, rng),
        "video_daily": _video_days(people, videos, offers, clock, rng),
        **_livestreams(people, offers, clock, rng),
    }


def _videos(people: People, videos: Videos, offers: Offers, rng: np.random.Generator) -> Columns:
    count = len(videos.ids)
    own = rng.random(count) < 0.8
    tags, points = rng.integers(0, 4, count), rng.integers(0, 3, count)
    made = np.searchsorted(offers.campaign_at, videos.posted, side="right")
    campaign = (made * rng.random(count)).astype(np.int64)
    return {
        "video_id": videos.ids,
        "creator_id": people.ids[videos.owner],
        "posted_at": videos.posted,
        "duration": rng.integers(50, 900, count) / 10,
        "category": Coded(
            np.where(own, people.category[videos.owner], skewed(rng, len(CATEGORIES), count)), CATEGORIES
        ),
        "product_ids": Ragged(products_of(rng, videos.links, len(offers.price)), videos.links),
        "hashtags": Ragged(Coded(_apart(rng, tags, len(HASHTAGS)), HASHTAGS), tags),
        "sound_id": some(rng, skewed(rng, 10_000, count), 0.8),
        "campaign_id": np.where(made > 0, some(rng, campaign, 0.02), ABSENT),
        "campaign_type": _coded(rng, CAMPAIGN_TYPES, count, 0.86),
        "hook": _coded(rng, HOOKS, count, 0.7),
        "talking_points": Ragged(
            Coded(_apart(rng, points, len(TALKING_POINTS)), np.array(TALKING_POINTS)), points
        ),
        "structure": _coded(rng, STRUCTURES, count, 0.7),
        "call_to_action": _coded(rng, CALLS_TO_ACTION, count, 0.7),
    }


def _coded(rng: np.random.Generator, names: tuple[str, ...], count: int, share: float) -> Coded:
    return Coded(some(rng, rng.integers(0, len(names), count), share), np.array(names))


def _apart(rng: np.random.Generator, counts: Ints, words: int) -> Ints:
    """Different words for each row, the first more often."""
    return (np.repeat(skewed(rng, words, len(counts)), counts) + running(counts)) % words


def _visibility(videos: Videos, clock: Clock, rng: np.random.Generator) -> Columns:
    """A tenth is hidden after a while."""
    until = some(rng, videos.posted + rng.integers(3_600, 30 * DAY, len(videos.ids)), 0.1)
    return {
        "video_id": videos.ids,
        "public_from": videos.posted,
        "public_until": np.where(until < clock.end, until, ABSENT),
    }


def _video_days(
    people: People, videos: Videos, offers: Offers, clock: Clock, rng: np.random.Generator
) -> Columns:
    """Views are log-normal between creators and between videos, and fade within a week."""
    first = videos.posted // DAY
    counts = np.minimum(rng.geometric(1 / DAYS_SEEN, len(first)), clock.first_day + clock.days - first)
    rows, since = np.repeat(np.arange(len(first)), counts), running(counts)
    level = 300 * people.size[videos.owner] * rng.lognormal(0.0, 1.2, len(first))
    views = (level[rows] * 0.7**since).astype(np.int64) + 1
    clicks = np.where(videos.links[rows] > 0, rng.binomial(views, 0.03), 0)
    market = people.market[videos.owner][rows]
    return {
        "video_id": videos.ids[rows],
        "day": first[rows] + since,
        **_seen(views, rng),
        "followers_gained": rng.binomial(views, 0.002),
        **_sold(clicks, offers.price[videos.ids[rows] % len(offers.price)], rng),
        "currency": Coded(market, CURRENCIES),
    }


def _seen(views: Ints, rng: np.random.Generator) -> dict[str, Array]:
    long = (views * (0.3 + 0.5 * rng.random(len(views)))).astype(np.int64)
    return {
        "views": views,
        "views_6s": long,
        "completions": long // 3,
        "watch_seconds": views * rng.integers(3, 20, len(views)),
        "likes": (views * _share(rng, 0.08, len(views))).astype(np.int64),
        "comments": (views * _share(rng, 0.01, len(views))).astype(np.int64),
        "shares": (views * _share(rng, 0.01, len(views))).astype(np.int64),
    }


def _share(rng: np.random.Generator, highest: float, count: int) -> Floats:
    return highest * rng.random(count)


def _sold(clicks: Ints, price: Ints, rng: np.random.Generator) -> dict[str, Array]:
    orders = rng.binomial(clicks, 0.05)
    return {"product_clicks": clicks, "orders": orders, "gmv": orders * price}


def _livestreams(
    people: People, offers: Offers, clock: Clock, rng: np.random.Generator
) -> dict[str, Columns]:
    """Of those who sell, one in two weeks; each features a product for half of its length."""
    start = np.maximum(people.created, clock.start)
    weeks = np.where(people.sells, (clock.end - start) / (7 * DAY), 0.0)
    owner = people.each(rng.poisson(0.5 * weeks))
    count = len(owner)
    ids = people.ids[0] * 1_000 + np.arange(count)
    at = start[owner] + (rng.random(count) * (clock.end - start)[owner]).astype(np.int64)
    length = np.minimum(rng.integers(240, 7_200, count), clock.end - at)
    views = rng.poisson(500 * people.size[owner]) + 1
    streams: Columns = {
        "livestream_id": ids,
        "creator_id": people.ids[owner],
        "started_at": at,
        "ended_at": at + np.maximum(length, 2),
        "viewers": views - views // 5,
        **{name: seen for name, seen in _seen(views, rng).items() if name not in _ONLY_VIDEOS},
        **_sold(rng.binomial(views, 0.05), offers.price[ids % len(offers.price)], rng),
        "currency": Coded(people.market[owner], CURRENCIES),
    }
    segments: Columns = {
        "livestream_id": ids,
        "product_id": ids % len(offers.price),
        "starts_at": at,
        "ends_at": at + np.maximum(length // 2, 1),
    }
    return {"livestreams": streams, "livestream_segments": segments}


_ONLY_VIDEOS = ("views_6s", "completions")
