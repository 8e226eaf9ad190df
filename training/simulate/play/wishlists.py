"""Each week's wishes, and the videos that adopting would make: drawn once for a seed, block by block."""

from dataclasses import dataclass, replace

import numpy as np

from recsys.arrays import Floats, Ints
from training.simulate.activity.activity import Activity
from training.simulate.activity.block import IDS_PER_BLOCK, Block, Part
from training.simulate.activity.prospects import Asked
from training.simulate.clock import DAY
from training.simulate.draws import stream
from training.simulate.play.config import WEEK, RecommendedConfig
from training.simulate.play.items import PRODUCT, VIDEO, ItemQuestion
from training.simulate.play.makings import with_hooks, with_products
from training.simulate.play.scene import BlockLife, Scene
from training.simulate.play.wishes import Wishes, product_wishes, video_wishes

FIRST_ID = IDS_PER_BLOCK // 10
IDS_PER_LIST = 400_000
KINDS = (PRODUCT, VIDEO)


@dataclass(frozen=True)
class Wishlist:
    """One block's wishes of one kind in a week, and what would come of all of them."""

    kind: str
    asked: Asked
    wishes: Wishes
    item_ids: Ints
    """(wishes,)."""
    made: Activity
    """The videos that would be made."""
    makes: Ints
    """(videos,): the `makes` of the wishes that make them."""

    @property
    def creator_ids(self) -> Ints:
        """Those asked."""
        return self.made.block.creators.ids[self.asked.creator]

    def rows_of(self, asked: int) -> slice:
        """Rows of an asked creator's wishes."""
        return slice(*np.searchsorted(self.wishes.asked, [asked, asked + 1]).tolist())


class Wishlists:
    """The wishlists of a scene, each worked out once."""

    def __init__(self, config: RecommendedConfig, scene: Scene) -> None:
        self.config, self.scene = config, scene
        self._known: dict[tuple[str, int], list[Wishlist]] = {}

    def of(self, kind: str, week: int) -> list[Wishlist]:
        """Block by block."""
        if (kind, week) not in self._known:
            asked = self._asked(week)
            self._known[kind, week] = [self._wishlist(kind, week, life, asked) for life in self.scene.blocks]
        return self._known[kind, week]

    def worth(self, question: ItemQuestion) -> Floats:
        """True expected GMV (of videos: number of videos made) of showing each candidate first."""
        for found in self.of(question.kind, question.week):
            for row in np.flatnonzero(found.creator_ids == question.creator_id).tolist():
                rows = found.rows_of(row)
                candidate = np.searchsorted(found.item_ids[rows], question.item_ids)
                return found.wishes.take(rows).take(candidate).expected
        return np.zeros(len(question.item_ids))

    def _asked(self, week: int) -> Asked:
        """Active creators, evenly at random, each at a moment of the week; counted over all blocks."""
        creators, starts_at = self.scene.creators, self.scene.starts_at(week)
        rng = stream(self.scene.cast.config.seed, "asked", week)
        active = np.flatnonzero(
            (creators.created_at < starts_at) & (creators.leaves_at > starts_at + WEEK * DAY)
        )
        some = rng.permutation(active)[: self.config.creators_a_week]
        return Asked(np.sort(some), starts_at + rng.integers(0, WEEK * DAY - DAY, len(some)))

    def _wishlist(self, kind: str, week: int, life: BlockLife, everybody: Asked) -> Wishlist:
        number = 2 * week + KINDS.index(kind)
        block = life.block.of(Part(f"recommended {kind} {week}", FIRST_ID + number * IDS_PER_LIST))
        first = int(block.creators.ids[0] - self.scene.creators.ids[0])
        inside = (everybody.creator >= first) & (everybody.creator < first + len(block.creators))
        asked = replace(everybody.take(inside), creator=everybody.creator[inside] - first)
        return (
            _of_products(block, life, asked, self.config)
            if kind == PRODUCT
            else _of_videos(block, life, asked)
        )


def _of_products(block: Block, life: BlockLife, asked: Asked, given: RecommendedConfig) -> Wishlist:
    wishes = product_wishes(block, life.shelves, asked, given)
    would = np.flatnonzero((wishes.luck < np.column_stack([wishes.notices, wishes.adopts])).all(axis=1))
    made, makes = with_products(block, asked, wishes.take(would), given)
    return Wishlist(PRODUCT, asked, wishes, block.products.ids[wishes.item], made, makes)


def _of_videos(block: Block, life: BlockLife, asked: Asked) -> Wishlist:
    wishes = video_wishes(block, life.own, asked)
    made, makes = with_hooks(block, life.shelves, asked)
    return Wishlist(VIDEO, asked, wishes, life.own.block.ids(1)[0] + wishes.item, made, makes)
