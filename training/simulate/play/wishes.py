"""What creators would do with every item a week could show them: true chances, and luck drawn beforehand.

The luck depends on the seed, the week, the creator and the item alone: it is the same under every policy.
"""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from training.frame import Frame
from training.simulate.activity.activity import Activity
from training.simulate.activity.block import Block
from training.simulate.activity.inspiration import HOOK, appeal, success, successful
from training.simulate.activity.outreach import FIRST_PLACE, adopt_chance, click_chance, liking, recommendable
from training.simulate.activity.prospects import HOOKS, Asked, ProductProspects
from training.simulate.activity.showcase import Shelves
from training.simulate.clock import ABSENT, DAY
from training.simulate.play.config import RecommendedConfig


@dataclass(frozen=True)
class Wishes(Frame):
    """One row per asked creator and item, in this order."""

    asked: Ints
    """Row of Asked."""
    item: Ints
    """Row of Products, or of the videos the block's creators make on their own."""
    notices: Floats
    """True P(clicked in the first place), or P(watched)."""
    adopts: Floats
    """True P(showcased | clicked), or P(created | watched)."""
    luck: Floats
    """(rows, 2), evenly within 0 to 1: noticed, and adopted, where it is below the chance."""
    reactions: Flags
    """(rows, 2): whether a watched video is liked, and saved; never for products."""
    makes: Ints
    """Key of the videos that adopting makes."""
    worth: Floats
    """True expected GMV of these, in minor units; 1 for videos, which are worth a video."""

    @property
    def expected(self) -> Floats:
        """True worth of showing the item in the first place."""
        return self.notices * self.adopts * self.worth


def product_wishes(block: Block, shelves: Shelves, asked: Asked, given: RecommendedConfig) -> Wishes:
    """Products on the shelf of the creator's market that the creator never showcases alone."""
    products, creators = block.products, block.creators.take(asked.creator)
    there = recommendable(creators, products, asked.at) & ~_showcased(shelves, asked, len(products))
    row, item = np.nonzero(there)
    fits = liking((creators, row), (products, item))
    return Wishes(
        asked=row,
        item=item,
        notices=click_chance(fits, FIRST_PLACE),
        adopts=adopt_chance(fits, given.adopt_logit),
        luck=block.rng("wishes").random((*there.shape, 2))[there],
        reactions=np.zeros((len(row), 2), np.bool_),
        makes=row * len(products) + item,
        worth=(1 + given.again) * ProductProspects(block, asked, products).gmv[there],
    )


def _showcased(shelves: Shelves, asked: Asked, products: int) -> Flags:
    """(asked, products): in the creator's showcase at any time."""
    result = np.zeros((len(asked), products), np.bool_)
    row, slot = np.nonzero(shelves.added_at[asked.creator] != ABSENT)
    result[row, shelves.product[asked.creator[row], slot]] = True
    return result


def video_wishes(block: Block, own: Activity, asked: Asked) -> Wishes:
    """Recent videos of the block's successful creators in the same market, for everybody else."""
    best, posts, rng = successful(block), own.posts, block.rng("wishes")
    oldest = asked.at.min(initial=block.clock.end) - block.config.inspiration.recent_days * DAY
    newest = asked.at.max(initial=0)
    pool = np.flatnonzero(
        best[posts.creator]
        & (posts.private_at == ABSENT)
        & (posts.posted_at >= oldest)
        & (posts.posted_at < newest)
    )
    offered = (
        ~best[asked.creator][:, None]
        & (posts.posted_at[pool][None, :] < asked.at[:, None])
        & (block.creators.market[asked.creator][:, None] == block.creators.market[posts.creator[pool]])
    )
    row, column = np.nonzero(offered)
    return _of_videos(block, own, (asked, row, pool[column]), rng.random((*offered.shape, 4))[offered])


def _of_videos(block: Block, own: Activity, pairs: tuple[Asked, Ints, Ints], drawn: Floats) -> Wishes:
    asked, row, item = pairs
    true = appeal(
        block.creators.take(asked.creator[row]),
        block.creators.take(own.posts.creator[item]),
        (own.posts.category[item], own.posts.kind[item]),
        success(own.block, own.posts)[item],
        block.config.inspiration,
    )
    return Wishes(
        asked=row,
        item=item,
        notices=true.watched,
        adopts=true.created,
        luck=drawn[:, :2],
        reactions=drawn[:, 2:] < np.column_stack([true.liked, true.saved]),
        makes=row * HOOKS + own.posts.words[item, HOOK],
        worth=np.ones(len(row)),
    )
