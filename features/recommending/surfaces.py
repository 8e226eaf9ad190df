"""The two surfaces that recommend to creators, products and inspiration videos: what each offers to whom."""

from typing import Literal

import numpy as np

from recsys.arrays import Array, Flags, Ints
from recsys.interactions.events import Events
from recsys.snapshot import Columns, Snapshot
from recsys.vocabulary import CREATOR_OBJECTIVES, ITEM_EVENTS, OBJECTIVES, CreatorObjective

Surface = Literal["products", "inspiration"]
SURFACES: tuple[Surface, ...] = ("products", "inspiration")
LADDER = (1, 4)
"""Shoppable videos at which the next segment of creators begins: 0, 1 to 3, 4 and more (R28)."""
SEGMENTS = ("0 videos", "1-3 videos", "4+ videos")
OWNED: dict[Surface, tuple[str, ...]] = {
    "products": ("showcased", "posted", "sold"),
    "inspiration": ("watched", "liked", "saved", "created"),
}
"""Events after which an item is a creator's own, or known to them, and is not recommended again (R34)."""
RECENT_DAYS = 28
"""Older videos are no inspiration."""
SUCCESSFUL = 0.8
"""A successful creator's least percentile rank in the market, by what the objective counts (R32)."""


def items_of(snapshot: Snapshot, surface: Surface) -> Columns:
    """The items of a surface, one a row."""
    return snapshot.products if surface == "products" else snapshot.videos


def event_columns_of(snapshot: Snapshot, surface: Surface) -> Columns:
    """What creators did with them, by creator, item and event."""
    return snapshot.product_events if surface == "products" else snapshot.video_events


def events_of(snapshot: Snapshot, surface: Surface) -> Events:
    """The same as events."""
    return Events.of(event_columns_of(snapshot, surface))


def event_codes(*names: str) -> Ints:
    """Places of events in `ITEM_EVENTS`."""
    return np.array([ITEM_EVENTS.index(name) for name in names], np.int64)


def segment_of_creators(snapshot: Snapshot, creator_rows: Ints) -> Ints:
    """(creators,): place in `SEGMENTS`, by shoppable videos ever posted (R28)."""
    posted = snapshot.creators["n_shoppable"][creator_rows]
    return np.searchsorted(np.array(LADDER), posted, side="right").astype(np.int64)


def allowed(
    snapshot: Snapshot,
    surface: Surface,
    creator_rows: Ints,
    objective: CreatorObjective,
    item_rows: Ints | None = None,
) -> dict[str, Flags]:
    """What may be recommended to whom: filter → (creators, items), in the order in which they are counted.

    An item has to pass all of them. `item_rows` are the items to look at, all without.
    """
    items = items_of(snapshot, surface)
    rows = np.arange(len(items)) if item_rows is None else item_rows
    creators = snapshot.creators
    common = {
        "market": creators["market"][creator_rows][:, None] == items["market"][rows][None, :],
        "available": _for_all(items["available"][rows] > 0, creator_rows),
    }
    if surface == "products":
        own = {"may_sell": np.repeat(creators["has_ecommerce"][creator_rows][:, None] > 0, len(rows), axis=1)}
    else:
        own = _video_filters(snapshot, creator_rows, rows, objective)
    return common | own | {"not_owned": ~is_owned(snapshot, surface, creator_rows, rows)}


OF_ITEMS = ("available", "recent", "organic", "successful", "proven")
"""Filters that look at the item alone."""


def offered(snapshot: Snapshot, surface: Surface) -> Ints:
    """Rows of the items that some creator may get for some objective: what retrieval is asked about."""
    one = np.zeros(1, np.int64)
    passed = [allowed(snapshot, surface, one, objective) for objective in CREATOR_OBJECTIVES]
    flags = [
        np.logical_and.reduce([found[name][0] for name in OF_ITEMS if name in found]) for found in passed
    ]
    return np.flatnonzero(np.logical_or.reduce(flags))


def _video_filters(
    snapshot: Snapshot, creator_rows: Ints, item_rows: Ints, objective: CreatorObjective
) -> dict[str, Flags]:
    videos = snapshot.videos
    owner = videos["creator"][item_rows]
    usual = snapshot.creators["mean_views"][owner]
    rank = snapshot.creators["objective_rank"][:, OBJECTIVES.index(objective)][owner]
    return {
        "recent": _for_all(videos["age_days"][item_rows] <= RECENT_DAYS, creator_rows),
        "organic": _for_all(~(videos["sponsored"][item_rows] > 0), creator_rows),
        "successful": _for_all((rank >= SUCCESSFUL) & (owner >= 0), creator_rows),
        # A video of a successful creator that nobody watched teaches nothing.
        "proven": _for_all(videos["views"][item_rows] >= usual, creator_rows),
        "not_by_creator": owner[None, :] != creator_rows[:, None],
    }


def _for_all(of_item: Array, creator_rows: Ints) -> Flags:
    """The same for every creator."""
    return np.repeat(of_item[None, :], len(creator_rows), axis=0)


def is_owned(snapshot: Snapshot, surface: Surface, creator_rows: Ints, item_rows: Ints) -> Flags:
    """(creators, items): whether the creator has the item already, or knows the video."""
    events = events_of(snapshot, surface).take(event_slices(snapshot, surface, creator_rows))
    events = events.take(np.isin(events.event, event_codes(*OWNED[surface])))
    wanted, of_row = np.unique(creator_rows, return_inverse=True)
    owned = np.zeros((len(wanted), len(item_rows)), np.bool_)
    if len(item_rows):
        order = np.argsort(item_rows, kind="stable")
        found = np.searchsorted(item_rows, events.item, sorter=order)
        places = order[np.minimum(found, len(item_rows) - 1)]
        there = item_rows[places] == events.item
        owned[np.searchsorted(wanted, events.user[there]), places[there]] = True
    return np.asarray(owned[of_row])


def event_slices(snapshot: Snapshot, surface: Surface, creator_rows: Ints) -> Ints:
    """Rows of the events of these creators, each creator once, by creator; without reading the others."""
    user = event_columns_of(snapshot, surface)["creator"]
    wanted = np.unique(creator_rows)
    starts, ends = np.searchsorted(user, wanted, "left"), np.searchsorted(user, wanted, "right")
    lengths = ends - starts
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.asarray(np.repeat(starts, lengths) + within, np.int64)
