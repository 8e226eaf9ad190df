"""What happens to each video on each day of its life."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from training.frame import Frame
from training.simulate.activity.ageing import Ageing, goes_viral, luck
from training.simulate.activity.block import CURRENCIES, Block
from training.simulate.activity.expected import SPONSORED_VIEWS, growth
from training.simulate.activity.posts import Posts
from training.simulate.activity.sales import Offers, Sales, Sold, sell
from training.simulate.activity.traits import Videos
from training.simulate.clock import ABSENT, DAY, weekday_factor
from training.simulate.columns import Coded, Values
from training.simulate.draws import spread, within

DAY_SIGMA = 0.3
VIDEO_ENGAGEMENT_SIGMA = 0.3
COMMENTS, SHARES = 0.02, 0.06
"""Comments and shares for each like."""


@dataclass(frozen=True)
class VideoDays(Frame):
    """One row per video and day with views."""

    post: Ints
    """Row of Posts."""
    day: Ints
    """Epoch day."""
    views: Ints
    engagements: tuple[Ints, Ints, Ints]
    """Likes, comments, shares."""
    followers_gained: Ints
    clicks: Ints
    orders: Ints
    gmv: Ints


def draw_days(block: Block, posts: Videos) -> tuple[VideoDays, Sold]:
    """The days of all videos, and what was sold.

    Views fall with age, rise at weekends and stop while a video is private.
    """
    rng, factors = block.rng("days"), posts.factors(block.climate)
    post, day, expected = _expected_views(block, posts, life_views(block, posts, factors[0]))
    seen = rng.poisson(expected * spread(rng, DAY_SIGMA, len(post)))
    kept = seen > 0
    post, day, views = post[kept], day[kept], seen[kept]
    creators = block.creators.take(posts.creator)
    own = creators.engagement * factors[1] * spread(rng, VIDEO_ENGAGEMENT_SIGMA, len(posts))
    clicks, sales = _sales(rng, block, posts, factors[2], (post, day, views))
    days = VideoDays(
        post=post,
        day=day,
        views=views + _bought(rng, views, creators.bought_views[post]),
        engagements=reactions(rng, views, (own * (1 + creators.bought_likes))[post]),
        followers_gained=np.minimum(rng.poisson(views * creators.follow_rate[post]), views),
        clicks=clicks,
        orders=sales.orders,
        gmv=sales.gmv,
    )
    return days, sales.sold


def life_views(block: Block, posts: Videos, factor: Floats) -> Floats:
    """Views each video will have had at the end of its life; `factor` is what its traits make of them."""
    creators = block.creators.take(posts.creator)
    usual = creators.views * growth(creators, posts.posted_at, block.config, block.clock)
    paid = np.where(posts.campaign != ABSENT, SPONSORED_VIEWS, 1.0)
    return np.asarray(usual * paid * factor * luck(block, len(posts)))


def _bought(rng: np.random.Generator, views: Ints, for_each: Floats) -> Ints:
    """Views bought beside the real ones."""
    bought = np.zeros(len(views), dtype=np.int64)
    rows = np.flatnonzero(for_each > 0)
    bought[rows] = rng.poisson(views[rows] * for_each[rows])
    return bought


def _expected_views(block: Block, posts: Posts, life: Floats) -> tuple[Ints, Ints, Floats]:
    clock, ageing = block.clock, Ageing.of(block.config)
    way = ageing.draw(block.rng("ageing"), goes_viral(block, len(posts)))
    first = posts.posted_at // DAY
    lengths = np.minimum(ageing.days[way], clock.first_day + clock.days - first)
    post = np.repeat(np.arange(len(posts)), lengths)
    age = within(lengths)
    day = first[post] + age
    demand = weekday_factor(day, block.config.content.weekend)
    expected = life[post] * ageing.shares[way[post], age] * demand
    return post, day, np.where(_hidden(posts, post, day), 0.0, expected)


def _hidden(posts: Posts, post: Ints, day: Ints) -> Flags:
    """Whether the video is private for the whole day."""
    since, until = posts.private_at[post], posts.back_at[post]
    gone = (since != ABSENT) & (day * DAY >= since)
    return np.asarray(gone & ((until == ABSENT) | ((day + 1) * DAY <= until)))


def reactions(rng: np.random.Generator, views: Ints, engagement: Floats) -> tuple[Ints, Ints, Ints]:
    """Likes, comments and shares that add up to about `engagement` × views and at most to the views."""
    total = rng.binomial(views, np.minimum(engagement, 0.9))
    comments = rng.binomial(total, COMMENTS / (1 + COMMENTS + SHARES))
    shared = rng.binomial(total - comments, SHARES / (1 + SHARES))
    return total - comments - shared, comments, shared


def _sales(
    rng: np.random.Generator, block: Block, posts: Videos, factor: Floats, seen: tuple[Ints, Ints, Ints]
) -> tuple[Ints, Sales]:
    """Clicks of each day, and the sales they led to; `seen` is (post, day, real views)."""
    post, day, views = seen
    rate = np.where(posts.product != ABSENT, block.creators.click_rate[posts.creator], 0.0)
    clicks = rng.binomial(views, rate[post])
    offers = Offers(posts.creator, posts.linked, factor, posts.campaign == ABSENT)
    return clicks, sell(rng, block, offers, (post, day, clicks))


def watched(rng: np.random.Generator, views: Ints, duration: Array, stay: Array) -> tuple[Ints, Ints, Ints]:
    """Views of 6 seconds, completed views and seconds watched; `stay` is P(a view lasts 6 seconds)."""
    long_enough = rng.binomial(views, stay)
    complete = rng.binomial(long_enough, np.clip(1.1 - 0.24 * np.log10(duration), 0.05, 0.95) * 0.7)
    short, half = views - long_enough, long_enough - complete
    seconds = short * np.minimum(2.5, duration) + half * np.minimum(6 + duration * 0.3, duration)
    return long_enough, complete, (seconds + complete * duration).astype(np.int64)


def day_rows(block: Block, posts: Posts, days: VideoDays, ids: Ints, durations: Ints) -> dict[str, Values]:
    """The table `video_daily`."""
    rng = block.rng("watching")
    stay = _staying(block, posts, np.clip(rng.beta(6, 5, len(posts)) + 0.15 * (durations <= 6), 0.05, 0.98))
    long_enough, complete, seconds = watched(rng, days.views, durations[days.post], stay[days.post])
    likes, comments, shared = days.engagements
    return {
        "video_id": ids[days.post],
        "day": days.day,
        "views": days.views,
        "views_6s": long_enough,
        "completions": complete,
        "watch_seconds": seconds,
        "likes": likes,
        "comments": comments,
        "shares": shared,
        "followers_gained": days.followers_gained,
        "product_clicks": days.clicks,
        "orders": days.orders,
        "gmv": days.gmv,
        "currency": Coded(block.currency(posts.creator[days.post]), CURRENCIES),
    }


def _staying(block: Block, posts: Posts, real: Floats) -> Floats:
    """P(a view lasts 6 seconds), for real and bought views together."""
    bought = block.creators.bought_views[posts.creator]
    return np.asarray((real + bought * block.config.gaming.bot_stay) / (1 + bought))


def draw_durations(block: Block, size: int) -> Ints:
    """Lengths in seconds: a median of 18, as measured on TikTok, from 4 seconds to 10 minutes."""
    drawn = block.rng("durations").lognormal(np.log(19), 0.9, size)
    return np.clip(drawn, 4, 600).astype(np.int64)
