"""The truth about items: what is to be expected of showing a creator a product, or an inspiration video.

For evaluations. An import contract keeps it out of reach of everything that learns or serves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self, get_args

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from recsys.errors import RequestError
from recsys.vocabulary import CreatorObjective
from training.simulate.activity.activity import own_videos
from training.simulate.activity.block import CAMPAIGNS, IDS_PER_BLOCK, OWN, Block
from training.simulate.activity.inspiration import HOOK, appeal, success
from training.simulate.activity.outreach import FIRST_PLACE, adopt_chance, click_chance, liking, recommendable
from training.simulate.activity.prospects import Asked, HookProspects, ProductProspects
from training.simulate.activity.samples import own_samples
from training.simulate.activity.showcase import Shelves, stock
from training.simulate.activity.traits import Videos
from training.simulate.cast.cast import Cast
from training.simulate.cast.catalogue import Products
from training.simulate.cast.creators import Creators
from training.simulate.clock import ABSENT
from training.simulate.funnel.steps import Funnel
from training.simulate.oracle import by_block
from training.simulate.truth import read_config

BLOCKS_HELD = 16
PAIRS_AT_ONCE = 200_000
"""Creators beside videos, which bounds memory."""


class Adoption(NamedTuple):
    """What creators do with a product they clicked: no table of a world depends on it."""

    logit: float
    """P(showcased | clicked) as a logit, at a liking of 0."""
    again: float
    """P(a second video with the product)."""


SHIPPED = Adoption(logit=-1.0, again=0.5)
"""As in configs/play.yaml."""


class Home(NamedTuple):
    """A block of creators and their showcases."""

    block: Block
    shelves: Shelves


@dataclass(frozen=True)
class Pool:
    """Own videos of one block."""

    creators: Creators
    """Everybody in the block."""
    videos: Videos
    success: Floats
    """Log views over what the owner usually gets."""

    def take(self, rows: Ints) -> "Pool":
        """Only these videos, in this order."""
        return Pool(self.creators, self.videos.take(rows), self.success[rows])

    @property
    def owners(self) -> Creators:
        """One for each video."""
        return self.creators.take(self.videos.creator)

    def is_public(self, at: int) -> Flags:
        """Whether each video can be seen at that moment."""
        videos = self.videos
        hidden = (videos.private_at != ABSENT) & (videos.private_at <= at)
        back = (videos.back_at != ABSENT) & (videos.back_at <= at)
        return np.asarray((videos.posted_at < at) & (~hidden | back))


class ItemTruth:
    """Draws the causes of a world again from its configuration. What a creator owns is the caller's."""

    def __init__(self, cast: Cast, adoption: Adoption = SHIPPED) -> None:
        self.cast, self.adoption = cast, adoption
        self._home = lru_cache(BLOCKS_HELD)(self._draw_home)
        self._pool = lru_cache(BLOCKS_HELD)(self._draw_pool)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The items of the world whose truth is in this folder; raises TableError if it is not there."""
        return cls(Cast.of(read_config(folder)))

    def products(
        self, creator_ids: Ints, product_ids: Ints, at: datetime, objective: CreatorObjective
    ) -> Floats:
        """(creators, products): the expected result of showing each product first, at `at` (UTC if naive).

        P(clicked) × P(showcased | clicked) × what the videos with it bring within the result window: GMV in
        minor units, or followers gained. 0 where nothing can be shown: the product is of another market or
        not on the shelf, or the creator does not sell, is not there yet or has left. Raises RequestError
        for an unknown id or objective, and for a moment outside of the world.
        """
        _refuse_unknown_objective(objective)
        moment, products = self._moment(at), self._products(product_ids)
        result = np.zeros((len(creator_ids), len(products)))
        for number, places, rows in by_block(creator_ids, self.cast.config.size):
            asked = Asked(places, np.full(len(places), moment))
            result[rows] = self._of_products(self._home(number).block, asked, products, objective)
        return result

    def videos(self, creator_ids: Ints, video_ids: Ints, at: datetime, objective: CreatorObjective) -> Floats:
        """(creators, videos): the expected result of showing each video, at `at` (UTC if naive).

        P(watched) × P(made with its hook | watched) × what the video made brings within the result window.
        NaN for videos of campaigns, which are not known here. 0 where nothing can be shown: the video is of
        another market, the creator's own, not public then, or the creator is not there. Raises RequestError
        as `products` does.
        """
        _refuse_unknown_objective(objective)
        moment, pools = self._moment(at), list(self._pools(video_ids))
        result = np.full((len(creator_ids), len(video_ids)), np.nan)
        for number, places, rows in by_block(creator_ids, self.cast.config.size):
            home, asked = self._home(number), Asked(places, np.full(len(places), moment))
            worth = getattr(HookProspects(home.block, asked, home.shelves), objective)
            worth = np.where(_is_there(home.block, asked)[:, None], worth, 0.0)
            for columns, pool in pools:
                result[np.ix_(rows, columns)] = _of_videos(home.block, asked, pool, worth)
        return result

    def _of_products(
        self, block: Block, asked: Asked, products: Products, objective: CreatorObjective
    ) -> Floats:
        creators = block.creators.take(asked.creator)
        rows, places = np.arange(len(creators))[:, None], np.arange(len(products))
        fits = liking((creators, rows), (products, places))
        chance = click_chance(fits, FIRST_PLACE) * adopt_chance(fits, self.adoption.logit)
        worth = (1 + self.adoption.again) * getattr(ProductProspects(block, asked, products), objective)
        there = recommendable(creators, products, asked.at) & _is_there(block, asked)[:, None]
        return np.where(there, chance * worth, 0.0)

    def _pools(self, video_ids: Ints) -> Iterator[tuple[Ints, Pool]]:
        """Own videos among these, a few of one block at a time: their places in `video_ids`, and they."""
        number, row = np.divmod(np.asarray(video_ids) - OWN.first_id, IDS_PER_BLOCK)
        is_own = row < CAMPAIGNS.first_id - OWN.first_id
        _refuse_unknown("videos", video_ids[(number < 0) | (number >= self.cast.config.size.blocks)])
        step = max(PAIRS_AT_ONCE // self.cast.config.size.block, 1)
        for turn in np.unique(number[is_own]).tolist():
            columns, pool = np.flatnonzero(is_own & (number == turn)), self._pool(turn)
            _refuse_unknown("videos", video_ids[columns[row[columns] >= len(pool.videos)]])
            for start in range(0, len(columns), step):
                some = columns[start : start + step]
                yield some, pool.take(row[some])

    def _draw_home(self, number: int) -> Home:
        block = Block.of_cast(self.cast, number, Funnel.without_rows())
        return Home(block, stock(block))

    def _draw_pool(self, number: int) -> Pool:
        block, shelves = self._home(number)
        _, videos = own_videos(block, shelves, own_samples(block, shelves))
        return Pool(block.creators, videos, success(block, videos))

    def _products(self, product_ids: Ints) -> Products:
        known = self.cast.products
        rows = np.asarray(product_ids) - known.ids[0]
        _refuse_unknown("products", product_ids[(rows < 0) | (rows >= len(known))])
        return known.take(rows)

    def _moment(self, at: datetime) -> int:
        moment = int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
        clock = self.cast.clock
        if not clock.start <= moment <= clock.end:
            days = [datetime.fromtimestamp(time, UTC).date() for time in (clock.start, clock.end)]
            raise RequestError(f"the world lasts from {days[0]} to {days[1]}, found {at}")
        return moment


def _of_videos(block: Block, asked: Asked, pool: Pool, worth: Floats) -> Floats:
    """(asked, pool); `worth` is that of a video with each hook."""
    viewers, owners, videos = block.creators.take(asked.creator[:, None]), pool.owners, pool.videos
    about = videos.category[None, :], videos.kind[None, :]
    true = appeal(viewers, owners, about, pool.success, block.config.inspiration)
    there = (viewers.market == owners.market) & (viewers.ids != owners.ids)
    there &= pool.is_public(int(asked.at[0]))
    return np.where(there, true.watched * true.created * worth[:, videos.words[:, HOOK]], 0.0)


def _is_there(block: Block, asked: Asked) -> Flags:
    """Whether each creator's account exists and has not been left."""
    creators = block.creators.take(asked.creator)
    return np.asarray((creators.created_at <= asked.at) & (asked.at < creators.leaves_at))


def _refuse_unknown_objective(objective: str) -> None:
    if objective not in get_args(CreatorObjective):
        raise RequestError(f"objective must be one of {get_args(CreatorObjective)}, found {objective!r}")


def _refuse_unknown(what: str, ids: Ints) -> None:
    if len(ids):
        raise RequestError(f"{what} {ids[:3].tolist()} are none of the world's")
