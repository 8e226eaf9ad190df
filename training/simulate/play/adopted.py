"""What creators did with what they were shown: events, showcases, and the videos that came of it."""

from dataclasses import dataclass, replace

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from recsys.vocabulary import EVENTS, ITEM_KINDS
from training.frame import Frame
from training.simulate.activity.activity import Activity
from training.simulate.activity.outreach import Interactions, first_sales
from training.simulate.clock import ABSENT, DAY
from training.simulate.play.items import PRODUCT
from training.simulate.play.makings import gmv_of
from training.simulate.play.reveal import days_of
from training.simulate.play.wishes import Wishes
from training.simulate.play.wishlists import Wishlist

MINUTE = 60
NOTICED = {PRODUCT: "clicked", "video": "watched"}
MINUTES = {"clicked": 1, "watched": 1, "liked": 4, "saved": 7, "showcased": 5}
"""From being shown to each event."""
ATTENTION = {PRODUCT: 0.5, "video": 0.0}
"""With which power of the place P(noticed) falls."""


@dataclass(frozen=True)
class Showing(Frame):
    """One row per shown item of a block and kind, in order of creators and places."""

    wish: Ints
    """Row of the wishes."""
    place: Ints
    """1-based."""
    propensity: Floats


@dataclass(frozen=True)
class Answered:
    """What came of a showing, row by row."""

    noticed: Flags
    adopted: Flags
    """Showcased; of videos: made one with its hook. Of a creator's wishes for the same hook, the first."""
    chance: Floats
    """True P(adopted), at this place."""
    activity: Activity
    """The events and the videos made."""
    gmv: Ints
    """Of the videos made, within the result window."""


def answer(offered: Wishlist, showing: Showing) -> Answered:
    """What the world answers to a showing."""
    wishes = offered.wishes.take(showing.wish)
    chance = wishes.notices / showing.place ** ATTENTION[offered.kind]
    noticed = wishes.luck[:, 0] < chance
    adopted = noticed & (wishes.luck[:, 1] < wishes.adopts)
    if offered.kind != PRODUCT:
        adopted = _first_each(adopted, wishes.asked) & np.isin(wishes.makes, offered.makes)
    made, makes = _made(offered, wishes.makes[adopted])
    events = _events(offered, showing, noticed, adopted, (made, makes))
    gmv = np.zeros(len(showing), np.int64)
    of_video = gmv_of(made)
    for row in np.flatnonzero(adopted):
        gmv[row] = of_video[makes == wishes.makes[row]].sum()
    return Answered(noticed, adopted, chance * wishes.adopts, replace(made, interactions=events), gmv)


def _first_each(adopted: Flags, asked: Ints) -> Flags:
    """Only the first adopted row of each creator: nobody makes two videos of what was seen in a week."""
    rows = np.flatnonzero(adopted)
    first = np.zeros_like(adopted)
    first[rows[np.unique(asked[rows], return_index=True)[1]]] = True
    return first


def _made(offered: Wishlist, wanted: Ints) -> tuple[Activity, Ints]:
    kept = np.isin(offered.makes, wanted)
    made = replace(offered.made, posts=offered.made.posts.take(kept), days=days_of(offered.made, kept))
    return made, offered.makes[kept]


def _events(
    offered: Wishlist, showing: Showing, noticed: Flags, adopted: Flags, made: tuple[Activity, Ints]
) -> Interactions:
    wishes = offered.wishes.take(showing.wish)
    liked, saved = (noticed & reaction for reaction in wishes.reactions.T)
    shown = _interactions(offered, wishes.asked, wishes.item, "shown")
    shown = replace(shown, position=showing.place, propensity=showing.propensity)
    parts = [shown]
    events = {NOTICED[offered.kind]: noticed, "liked": liked, "saved": saved}
    if offered.kind == PRODUCT:
        events["showcased"] = adopted
    for event, rows in events.items():
        parts.append(_interactions(offered, wishes.asked[rows], wishes.item[rows], event))
    follow = _sold(made[0]) if offered.kind == PRODUCT else _created(offered, wishes.take(adopted), made)
    return Interactions.joined([*parts, follow])


def _interactions(offered: Wishlist, asked: Ints, item: Ints, event: str) -> Interactions:
    """The event, for each asked creator and item beside it; not logged with a place."""
    size, at = len(asked), offered.asked.at[asked] + MINUTES.get(event, 0) * MINUTE
    kind, name = (np.full(size, number) for number in (ITEM_KINDS.index(offered.kind), EVENTS.index(event)))
    nowhere, unknown = np.full(size, ABSENT), np.full(size, np.nan)
    return Interactions(offered.asked.creator[asked], kind, item, name, at, nowhere, unknown)


def _sold(made: Activity) -> Interactions:
    """The first sale of each adopted product by the videos made for it."""
    days, posts = made.days, made.posts
    sold = days.orders > 0
    post = days.post[sold]
    return first_sales(made.block, posts.creator[post], posts.product[post], (days.day[sold] + 1) * DAY - 1)


def _created(offered: Wishlist, adopted: Wishes, made: tuple[Activity, Ints]) -> Interactions:
    """Who made a video with the hook of what was seen, when it came out."""
    posts, order = made[0].posts, np.argsort(made[1], kind="stable")
    post = order[np.searchsorted(made[1][order], adopted.makes)]
    events = _interactions(offered, adopted.asked, adopted.item, "created")
    return replace(events, at=posts.posted_at[post])
