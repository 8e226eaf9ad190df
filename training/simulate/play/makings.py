"""The videos that adopting a product, or a video's hook, would make: drawn before anything is shown."""

from dataclasses import replace

import numpy as np

from recsys.arrays import Ints
from recsys.vocabulary import CAMPAIGN_TYPES
from training.simulate.activity.activity import Activity
from training.simulate.activity.block import Block
from training.simulate.activity.days import draw_days
from training.simulate.activity.inspiration import HOOK
from training.simulate.activity.posts import Posts
from training.simulate.activity.prospects import HOOKS, Asked
from training.simulate.activity.showcase import MOST_LINKS, Shelves
from training.simulate.activity.traits import Videos, with_traits
from training.simulate.cast.catalogue import available
from training.simulate.clock import ABSENT, DAY
from training.simulate.play.config import RecommendedConfig
from training.simulate.play.wishes import Wishes

REVIEW = CAMPAIGN_TYPES.index("review")
SOONEST = DAY // 2
"""Seconds from being shown to the first video at the earliest."""

Made = tuple[Activity, Ints]
"""Videos with all their days, and the `makes` of each."""


def with_products(block: Block, asked: Asked, would: Wishes, given: RecommendedConfig) -> Made:
    """One or two reviews of each product that would be adopted, while it is on the shelf."""
    rng = block.rng("posts")
    pair = np.repeat(np.arange(len(would)), 1 + (rng.random(len(would)) < given.again))
    row, product = would.asked[pair], would.item[pair]
    at = _soon(rng, asked.at[row], given.post_days)
    creator = asked.creator[row]
    posts = _posts(creator, at, product, np.full(len(pair), REVIEW))
    kept = (at < block.active_until[creator]) & available(block.products, product, at)
    return _activity(block, with_traits(block, posts.take(kept))), would.makes[pair][kept]


def with_hooks(block: Block, shelves: Shelves, asked: Asked) -> Made:
    """One video of each asked creator with each hook; it links a product as often as the creator does."""
    rng, creators = block.rng("posts"), block.creators
    row, hook = np.repeat(np.arange(len(asked)), HOOKS), np.tile(np.arange(HOOKS), len(asked))
    creator = asked.creator[row]
    at = _soon(rng, asked.at[row], block.config.inspiration.adopt_days)
    product, there = shelves.pick(rng, creator, at)
    links = there & creators.sells[creator] & (rng.random(len(row)) < creators.shoppable[creator])
    posts = _posts(creator, at, np.where(links, product, ABSENT), np.full(len(row), ABSENT))
    kept = at < block.active_until[creator]
    videos = with_traits(block, posts.take(kept))
    words = videos.words.copy()
    words[:, HOOK] = hook[kept]
    return _activity(block, replace(videos, words=words)), (row * HOOKS + hook)[kept]


def _soon(rng: np.random.Generator, shown_at: Ints, days: float) -> Ints:
    return np.asarray(shown_at + rng.uniform(SOONEST, days * DAY, len(shown_at)).astype(np.int64))


def _posts(creator: Ints, at: Ints, product: Ints, kind: Ints) -> Posts:
    nothing = np.full(len(creator), ABSENT)
    more = np.full((len(creator), MOST_LINKS - 1), ABSENT)
    return Posts(creator, at, product, more, nothing, kind, nothing, nothing)


def _activity(block: Block, videos: Videos) -> Activity:
    """The videos and nothing else; the block has no row of the funnel."""
    return replace(Activity.of_campaigns(block), posts=videos, days=draw_days(block, videos)[0])


def gmv_of(made: Activity) -> Ints:
    """GMV of each video within the result window."""
    days, posts = made.days, made.posts
    counted = days.day < posts.posted_at[days.post] // DAY + made.block.config.policy.result_days
    return np.bincount(
        days.post[counted], weights=days.gmv[counted].astype(np.float64), minlength=len(posts)
    ).astype(np.int64)
