"""What a video made with a recommended product, or with a hook taken over, is expected to bring.

Of one video, within the result window (`policy.result_days`): posted when its creator is asked, its script
otherwise as usual. What running campaigns add to organic sales is left out, as it is of deliveries.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recsys.arrays import Floats, Ints
from recsys.vocabulary import FACETS
from training.frame import Frame
from training.simulate.activity.ageing import early_share
from training.simulate.activity.block import Block
from training.simulate.activity.expected import conversion, video_views
from training.simulate.activity.inspiration import HOOK
from training.simulate.activity.showcase import Shelves
from training.simulate.cast.catalogue import Products
from training.simulate.cast.creators import Creators
from training.simulate.cast.facets import Factors
from training.simulate.cast.geography import LEVEL1, LEVEL1_OF

HOOKS = len(FACETS["hook"])
VIEWS, CONVERSION = 0, 2
"""Rows of the factors of scripts."""


@dataclass(frozen=True)
class Asked(Frame):
    """One row per creator of a block who looks at recommendations."""

    creator: Ints
    """Row in the block."""
    at: Ints


@dataclass(frozen=True)
class ProductProspects:
    """Of a video of each asked creator with each product; every result is (asked, products)."""

    block: Block
    asked: Asked
    products: Products

    @cached_property
    def followers(self) -> Floats:
        """Mean followers gained: nothing about the product counts but how its category's scripts are seen."""
        return np.asarray(self._views * self._creators.follow_rate)

    @cached_property
    def gmv(self) -> Floats:
        """Mean GMV in minor units; 0 of creators who do not sell."""
        _, _, sold = self._scripts
        context, places = (self.block.config, self.block.clock), np.arange(len(self.products))[None, :]
        bought = conversion(self._creators, places, self.asked.at[:, None], self.products, context)
        return np.asarray(self._views * (self._creators.click_rate * sold * bought) * self.products.price)

    @cached_property
    def _views(self) -> Floats:
        seen, _, _ = self._scripts
        return np.asarray(early_views(self.block, self.asked)[:, None] * seen)

    @cached_property
    def _scripts(self) -> Floats:
        """(MEASURES, asked, products)."""
        creators, level1 = _by_level1(self.block.creators.take(self.asked.creator))
        factors = Factors.of(self.block.config.facets)
        means = factors.expected(creators.favourites, creators.favoured_points, level1)
        shape = (len(means), len(self.asked), len(LEVEL1))
        return np.asarray(means.reshape(shape)[:, :, LEVEL1_OF[self.products.category]])

    @cached_property
    def _creators(self) -> Creators:
        """Rows of shape (asked, 1)."""
        return self.block.creators.take(self.asked.creator[:, None])


@dataclass(frozen=True)
class HookProspects:
    """Of a video of each asked creator with each hook; every result is (asked, HOOKS).

    The video links a product of the showcase as often as the creator's videos do, and it alone.
    """

    block: Block
    asked: Asked
    shelves: Shelves

    @cached_property
    def followers(self) -> Floats:
        """Mean followers gained."""
        about = np.einsum("as,asl->al", self._links, self._level1)
        unlinked = 1 - about.sum(axis=1, keepdims=True)
        about += unlinked * (self._creators.mix @ np.eye(len(LEVEL1))[LEVEL1_OF])
        seen = self._scripts[VIEWS]
        base = early_views(self.block, self.asked) * self._creators.follow_rate
        return np.asarray(base[:, None] * np.einsum("al,alh->ah", about, seen))

    @cached_property
    def gmv(self) -> Floats:
        """Mean GMV in minor units."""
        worth = np.einsum("as,asl->al", self._links * self._worth_of_click, self._level1)
        sold = self._scripts[VIEWS] * self._scripts[CONVERSION]
        base = early_views(self.block, self.asked) * self._creators.click_rate
        return np.asarray(base[:, None] * np.einsum("al,alh->ah", worth, sold))

    @cached_property
    def _links(self) -> Floats:
        """(asked, slots): P(the video links the slot's product); who does not sell has an empty showcase."""
        odds = self.shelves.odds(self.asked.creator, self.asked.at)
        return np.asarray(self._creators.shoppable[:, None] * odds)

    @cached_property
    def _worth_of_click(self) -> Floats:
        """(asked, slots): mean GMV of a click on the slot's product, its script aside."""
        products, context = self.block.products, (self.block.config, self.block.clock)
        creators, times = self.block.creators.take(self.asked.creator[:, None]), self.asked.at[:, None]
        bought = conversion(creators, self._products, times, products, context)
        return np.asarray(bought * products.price[self._products])

    @cached_property
    def _products(self) -> Ints:
        return np.asarray(self.shelves.product[self.asked.creator])

    @cached_property
    def _level1(self) -> Floats:
        """(asked, slots, LEVEL1): 1 for the category of the slot's product."""
        return np.eye(len(LEVEL1))[LEVEL1_OF[self.block.products.category[self._products]]]

    @cached_property
    def _scripts(self) -> Floats:
        """(MEASURES, asked, LEVEL1, HOOKS)."""
        factors, shape = Factors.of(self.block.config.facets), (-1, len(self.asked), len(LEVEL1))
        creators, level1 = _by_level1(self._creators)
        habits = creators.favourites, creators.favoured_points, level1
        means = [factors.expected_given((HOOK, hook), *habits).reshape(shape) for hook in range(HOOKS)]
        return np.stack(means, axis=-1)

    @cached_property
    def _creators(self) -> Creators:
        return self.block.creators.take(self.asked.creator)


def early_views(block: Block, asked: Asked) -> Floats:
    """(asked,): mean views within the result window of a video of each, its script aside."""
    creators = block.creators.take(asked.creator)
    views = video_views(creators, asked.at, block.config, block.clock)
    return np.asarray(views * early_share(block.config))


def _by_level1(creators: Creators) -> tuple[Creators, Ints]:
    """Each creator with each category of level 1, row by row."""
    rows = np.repeat(np.arange(len(creators)), len(LEVEL1))
    return creators.take(rows), np.tile(np.arange(len(LEVEL1)), len(creators))
