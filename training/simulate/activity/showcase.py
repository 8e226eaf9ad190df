"""Which products a creator likes to promote, and which of them stand in the showcase."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from training.simulate.activity.block import Block
from training.simulate.cast.geography import kin
from training.simulate.clock import ABSENT, DAY
from training.simulate.columns import Values
from training.simulate.draws import choose_many

LIKED = 24
MOST_SHOWN = 12
MOST_LINKS = 10
"""Products a video can link."""
PRICE_WIDTH = 0.35


@dataclass(frozen=True)
class Shelves:
    """(creators, slots): each creator's favourite products; the first `shown` of them are in the showcase."""

    product: Ints
    liked: Ints
    """(creators,): how many slots hold a product of the creator's market."""
    added_at: Ints
    """ABSENT where the product is not in the showcase."""
    removed_at: Ints

    def pick(self, rng: np.random.Generator, creator: Ints, at: Ints) -> tuple[Ints, Flags]:
        """One slot of each creator, and whether its product stands in the showcase at that moment."""
        slot = (rng.random(len(creator)) * MOST_SHOWN * 0.6).astype(np.int64) % self.product.shape[1]
        return self.product[creator, slot], self._stands(creator, slot, at)

    def odds(self, creator: Ints, at: Ints) -> Floats:
        """(rows, slots): P(`pick` takes the slot), where its product stands in the showcase then; else 0."""
        width, slots = MOST_SHOWN * 0.6, self.product.shape[1]
        drawn = np.arange(int(np.ceil(width)))
        chance = np.bincount(drawn % slots, weights=np.minimum(width - drawn, 1) / width, minlength=slots)
        return np.where(self._stands(creator[:, None], np.arange(slots), at[:, None]), chance, 0.0)

    def _stands(self, creator: Ints, slot: Ints, at: Ints) -> Flags:
        """Whether each slot's product stands in the showcase at the moment."""
        added, removed = self.added_at[creator, slot], self.removed_at[creator, slot]
        return np.asarray((added != ABSENT) & (added <= at) & ((removed == ABSENT) | (removed > at)))

    def beside(self, creator: Ints, at: Ints, product: Ints, wanted: Ints) -> Ints:
        """(rows, MOST_LINKS - 1): other products in the showcase then, `wanted` at most, ABSENT behind them.

        None where `product` is ABSENT.
        """
        result = np.full((len(creator), MOST_LINKS - 1), ABSENT)
        rows = np.flatnonzero((product != ABSENT) & (wanted > 0))
        owner, moment = creator[rows], at[rows, None]
        offered = self.product[owner, :MOST_SHOWN]
        there = self._stands(owner[:, None], np.arange(offered.shape[1]), moment)
        there &= offered != product[rows, None]
        place = np.cumsum(there, axis=1) - 1
        taken, slot = np.nonzero(there & (place < wanted[rows, None]))
        result[rows[taken], place[taken, slot]] = offered[taken, slot]
        return result


def stock(block: Block) -> Shelves:
    """The shelves of a block: products of the creator's market, categories and price level."""
    rng = block.rng("showcase")
    creators, products = block.creators, block.products
    distance = products.log_price[None, :] - creators.price_level[:, None]
    weights = (creators.mix @ kin())[:, products.category] * np.exp(-0.5 * (distance / PRICE_WIDTH) ** 2)
    weights = weights * products.appeal * (creators.market[:, None] == products.market[None, :])
    chosen = choose_many(rng, weights, LIKED)
    liked = np.minimum((weights > 0).sum(axis=1), chosen.shape[1])
    shown = np.where(creators.sells, 2 + rng.binomial(MOST_SHOWN - 2, 0.45, len(creators)), 0)
    added = _added_at(rng, block, chosen, np.minimum(shown, liked))
    return Shelves(chosen, liked, added, _removed_at(rng, block, chosen, added))


def _added_at(rng: np.random.Generator, block: Block, chosen: Ints, shown: Ints) -> Ints:
    """Mostly before the world starts; never before the creator or the product is there, or after it left."""
    products, clock = block.products, block.clock
    possible = np.maximum(products.created_at[chosen], block.creators.created_at[:, None])
    wished = clock.start + rng.uniform(-120, 0.7 * clock.days, chosen.shape) * DAY
    added = np.maximum(possible + rng.integers(0, DAY, chosen.shape), wished.astype(np.int64))
    removed = products.removed_at[chosen]
    fits = (added < clock.end) & ((removed == ABSENT) | (added < removed))
    return np.where(fits & (np.arange(chosen.shape[1]) < shown[:, None]), added, ABSENT)


def _removed_at(rng: np.random.Generator, block: Block, chosen: Ints, added: Ints) -> Ints:
    """When the product left the market, or sooner where the creator tired of it."""
    tired = np.where(
        rng.random(chosen.shape) < 0.15, added + rng.integers(DAY, 120 * DAY, chosen.shape), ABSENT
    )
    gone = block.products.removed_at[chosen]
    both = np.where((tired != ABSENT) & (gone != ABSENT), np.minimum(tired, gone), np.maximum(tired, gone))
    return np.where(added != ABSENT, block.clock.observed(both), ABSENT)


def showcase_rows(block: Block, shelves: Shelves) -> dict[str, Values]:
    """The table `showcase`."""
    creator, slot = np.nonzero(shelves.added_at != ABSENT)
    return {
        "creator_id": block.creators.ids[creator],
        "product_id": block.products.ids[shelves.product[creator, slot]],
        "added_at": shelves.added_at[creator, slot],
        "removed_at": shelves.removed_at[creator, slot],
    }
