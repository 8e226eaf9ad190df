"""What a retrieval graph is asked for creators: the same for training and for serving."""

from dataclasses import dataclass

import numpy as np

from features.recommending.content import Usual, user_content
from features.recommending.surfaces import (
    Surface,
    event_slices,
    events_of,
    items_of,
    segment_of_creators,
)  # fmt: skip
from recsys.arrays import Features, Flags, Ints
from recsys.interactions import Histories
from recsys.interactions.matrix import NOTHING
from recsys.interactions.weights import EventWeights, confidence
from recsys.retrieval import Asked
from recsys.retrieval_facts import RetrievalFacts
from recsys.snapshot import Snapshot
from recsys.vocabulary import CreatorObjective


@dataclass(frozen=True)
class Offer:
    """The items to choose from, as a graph sees them: the same for all creators."""

    item_ids: Ints
    """(training items,) rising: the graph's columns."""
    content: Features
    """(items on offer, width)."""
    columns: Ints
    """(items on offer,): column of each in training, NOTHING for a later arrival."""
    usual: Usual | None = None
    """`usual_audience` of the snapshot; without it each question works it out again."""


def asked(
    snapshot: Snapshot,
    facts: RetrievalFacts,
    offer: Offer,
    creator_rows: Ints,
    objective: CreatorObjective,
    allowed: Flags,
) -> Asked:
    """The question of these creators; `allowed` (creators, items on offer) says who may get what."""
    surface, weighed = facts.surface, (facts.events, objective)
    return Asked(
        histories=histories(snapshot, surface, creator_rows, offer.item_ids, weighed),
        segments=facts.rows(segment_of_creators(snapshot, creator_rows), objective),
        allowed=allowed,
        user_content=user_content(snapshot, surface, creator_rows, offer.usual),
        item_content=offer.content,
        columns=offer.columns,
    )


def histories(
    snapshot: Snapshot,
    surface: Surface,
    creator_rows: Ints,
    item_ids: Ints,
    weighed: tuple[EventWeights, CreatorObjective],
) -> Histories:
    """What each creator did with the items of training, as columns with confidences, in order of item.

    Items that training did not know are left out.
    """
    events = events_of(snapshot, surface).take(event_slices(snapshot, surface, creator_rows))
    users, items, confidences = confidence(events, *weighed)
    columns = columns_of(items_of(snapshot, surface).ids[items], item_ids)
    known = columns != NOTHING
    starts, ends = (np.searchsorted(users[known], creator_rows, side) for side in ("left", "right"))
    return Histories.of_slices(starts, ends, columns[known], confidences[known])


def columns_of(ids: Ints, item_ids: Ints) -> Ints:
    """Column of each id among those of training, NOTHING for one that was not there."""
    if not len(item_ids):
        return np.full(len(ids), NOTHING)
    places = np.minimum(np.searchsorted(item_ids, ids), len(item_ids) - 1)
    return np.where(item_ids[places] == ids, places, NOTHING).astype(np.int64)
