"""What creators would do with every item a week could show them: true chances, and luck drawn beforehand.

The luck depends on the seed, the week, the creator and the item alone: it is the same under every policy.
"""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from recsys.vocabulary import FACETS
from training.frame import Frame
from training.simulate.activity.activity import Activity
from training.simulate.activity.ageing import early_share, luck
from training.simulate.activity.block import Block
from training.simulate.activity.expected import conversion, video_views
from training.simulate.activity.inspiration import HOOK, appeal, successful
from training.simulate.activity.outreach import click_chance, liking
from training.simulate.activity.showcase import Shelves
from training.simulate.activity.traits import Videos
from training.simulate.cast.catalogue import on_shelf
from training.simulate.cast.creators import Creators
from training.simulate.cast.facets import Factors
from training.simulate.cast.geography import LEVEL1_OF
from training.simulate.clock import ABSENT, DAY
from training.simulate.draws import sigmoid
from training.simulate.play.config import RecommendedConfig

HOOKS = len(FACETS["hook"])


@dataclass(frozen=True)
class Asked(Frame):
    """One row per creator of a block who looks at recommendations in a week."""

    creator: Ints
    """Row in the block."""
    at: Ints


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
    there = on_shelf(products, asked.at) & (creators.market[:, None] == products.market[None, :])
    there &= creators.sells[:, None] & ~_showcased(shelves, asked, len(products))
    row, item = np.nonzero(there)
    pairs = creators.take(row)
    fits = liking((creators, row), (products, item))
    return Wishes(
        asked=row,
        item=item,
        notices=click_chance(fits, np.ones(len(row), np.int64)),
        adopts=sigmoid(3 * fits + given.adopt_logit),
        luck=block.rng("wishes").random((*there.shape, 2))[there],
        reactions=np.zeros((len(row), 2), np.bool_),
        makes=row * len(products) + item,
        worth=(1 + given.again) * _expected_gmv(block, pairs, item, asked.at[row]),
    )


def _showcased(shelves: Shelves, asked: Asked, products: int) -> Flags:
    """(asked, products): in the creator's showcase at any time."""
    result = np.zeros((len(asked), products), np.bool_)
    row, slot = np.nonzero(shelves.added_at[asked.creator] != ABSENT)
    result[row, shelves.product[asked.creator[row], slot]] = True
    return result


def _expected_gmv(block: Block, creators: Creators, product: Ints, at: Ints) -> Floats:
    """True mean GMV, within the result window, of a video with the product; its script as usual."""
    config, clock, products = block.config, block.clock, block.products
    level1 = LEVEL1_OF[products.category[product]]
    seen, _, sold = Factors.of(config.facets).expected(creators.favourites, creators.favoured_points, level1)
    views = video_views(creators, at, config, clock) * early_share(config) * seen
    orders = creators.click_rate * sold * conversion(creators, product, at, products, (config, clock))
    return np.asarray(views * orders * products.price[product])


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
        _success(own)[item],
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


def _success(own: Activity) -> Floats:
    """Log views of each own video over what its creator usually gets."""
    videos: Videos = own.posts
    return np.asarray(np.log(luck(own.block, len(videos)) * videos.factors(own.block.climate)[0]))
