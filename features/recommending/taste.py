"""What a creator has chosen so far, summed up: categories, usual price, and what sold in each category."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from features.recommending.surfaces import event_codes, event_slices, events_of
from recsys.arrays import Array, Features, Ints
from recsys.interactions.events import Events
from recsys.ratio import ratio
from recsys.snapshot import Snapshot

CHOSEN = ("showcased", "sampled", "posted", "sold")
"""Events by which a creator chooses a product."""


@dataclass(frozen=True)
class Tastes:
    """One row per asked creator, each product they ever chose counted once."""

    categories: Features
    """(creators, categories): share of the chosen products; NaN before the first."""
    price: Array
    """Mean ln price of the chosen products; NaN before the first."""
    position: Array
    """Mean `price_position` of the chosen products: how dear for their kind; NaN before the first."""
    spread: Array
    """Standard deviation of their price positions; NaN before the second."""
    chosen: Array
    """How many products were chosen."""
    orders: Features
    """(creators, categories): orders of what the creator sold."""

    @classmethod
    def of(cls, snapshot: Snapshot, creator_rows: Ints) -> Self:
        """The tastes of these creators, from their product events."""
        wanted, of_row = np.unique(creator_rows, return_inverse=True)
        events = events_of(snapshot, "products").take(event_slices(snapshot, "products", wanted))
        place = np.searchsorted(wanted, events.user)
        parts = _parts(snapshot, events, place, len(wanted))
        return cls(*(np.asarray(part)[of_row] for part in parts))


def _parts(snapshot: Snapshot, events: Events, place: Ints, count: int) -> tuple[Array, ...]:
    products, width = snapshot.products, len(snapshot.facts.categories)
    is_choice = np.isin(events.event, event_codes(*CHOSEN))
    pairs = np.unique(place[is_choice] * len(products) + events.item[is_choice])
    who, what = pairs // max(len(products), 1), pairs % max(len(products), 1)
    chosen = np.bincount(who, minlength=count)
    known = products["category"][what] >= 0
    mix = _by_category(who[known], products["category"][what[known]], None, (count, width))
    prices = np.log(np.maximum(products["price"][what], 1))
    positions = np.nan_to_num(products["price_position"][what])
    mean, position = (ratio(np.bincount(who, each, count), chosen) for each in (prices, positions))
    squares = np.bincount(who, (positions - position[who]) ** 2, count)
    sold = (events.event == event_codes("sold")[0]) & (products["category"][events.item] >= 0)
    orders = _by_category(
        place[sold], products["category"][events.item[sold]], events.count[sold], (count, width)
    )
    spread = np.sqrt(ratio(squares, np.where(chosen > 1, chosen, 0)))
    return ratio(mix, chosen[:, None]), mean, position, spread, chosen, orders


def _by_category(who: Ints, category: Ints, amount: Array | None, shape: tuple[int, int]) -> Array:
    """(creators, categories) sums."""
    flat = np.bincount(who * shape[1] + category, amount, shape[0] * shape[1])
    return flat.reshape(shape).astype(np.float32)
