"""A moment as training sees it: the snapshot, what is on offer, and to whom."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from features.recommending.content import item_content, user_content
from features.recommending.surfaces import (
    OWNED,
    Surface,
    allowed,
    event_codes,
    events_of,
    items_of,
    offered,
    segment_of_creators,
)  # fmt: skip
from recsys.arrays import Features, Flags, Ints
from recsys.interactions.events import Events
from recsys.snapshot import Columns, Snapshot
from recsys.vocabulary import CREATOR_OBJECTIVES, CreatorObjective

ROWS = 256
"""Creators looked at together: bounds memory."""


@dataclass(frozen=True)
class Situation:
    """What was known at `at`, with a snapshot of that moment."""

    at: datetime
    surface: Surface
    snapshot: Snapshot

    @cached_property
    def catalogue(self) -> Columns:
        """All items."""
        return items_of(self.snapshot, self.surface)

    @cached_property
    def items(self) -> Ints:
        """(items,) rows of what anybody may get for any objective."""
        return offered(self.snapshot, self.surface)

    @cached_property
    def item_ids(self) -> Ints:
        """(items,) ids, rising."""
        return np.asarray(self.catalogue.ids[self.items])

    @cached_property
    def creators(self) -> Ints:
        """(creators,) rows of those who may get anything at all."""
        everybody = np.arange(len(self.snapshot.creators))
        blocks = [everybody[start : start + ROWS] for start in range(0, len(everybody), ROWS)]
        some = [
            np.logical_or.reduce(
                [self.allowed(rows, objective).any(axis=1) for objective in CREATOR_OBJECTIVES]
            )
            for rows in blocks
        ]
        return np.flatnonzero(np.concatenate(some)) if some else everybody

    def allowed(self, creators: Ints, objective: CreatorObjective) -> Flags:
        """(creators, items): what may be recommended to each of these rows."""
        filters = allowed(self.snapshot, self.surface, creators, objective, self.items)
        return np.asarray(np.logical_and.reduce(list(filters.values())))

    def segments(self, creators: Ints) -> Ints:
        """(creators,): R28."""
        return segment_of_creators(self.snapshot, creators)

    @cached_property
    def taken_events(self) -> Events:
        """What creators had chosen, or got to know, by then."""
        events = events_of(self.snapshot, self.surface)
        return events.take(np.isin(events.event, event_codes(*OWNED[self.surface])))

    @cached_property
    def item_content(self) -> Features:
        """(items, width)."""
        return item_content(self.snapshot, self.surface, self.items)

    def user_content(self, creators: Ints) -> Features:
        """(creators, width)."""
        return user_content(self.snapshot, self.surface, creators)

    def places_of(self, item_ids: Ints) -> Ints:
        """Place of each id among `items`, -1 where it is not on offer."""
        if not len(self.item_ids):
            return np.full(len(item_ids), -1)
        places = np.minimum(np.searchsorted(self.item_ids, item_ids), len(self.item_ids) - 1)
        return np.where(self.item_ids[places] == item_ids, places, -1)

    def rows_of_creators(self, creator_ids: Ints) -> Ints:
        """Row of each id in the snapshot, -1 where it is not there."""
        rows, there = self.snapshot.creators.rows_of(creator_ids)
        return np.where(there, rows, -1)
