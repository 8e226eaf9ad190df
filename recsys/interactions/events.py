"""What creators did with products or videos: the event log, counted, as columns."""

from dataclasses import dataclass, fields
from typing import Self

from recsys.arrays import Array
from recsys.snapshot import Columns


@dataclass(frozen=True)
class Events:
    """One row per creator, item and event; columns of equal length."""

    user: Array
    """Row of the creator, an integer."""
    item: Array
    """Row of the product or video, an integer."""
    event: Array
    """Place in `recsys.vocabulary.ITEM_EVENTS`."""
    count: Array
    """How often it happened, above 0; a fraction where a video's orders are split over its products."""
    age_days: Array
    """Days since the latest one, 0 or more."""
    gmv: Array
    """Minor units it brought, 0 or more."""
    followers: Array
    """Followers it brought, 0 or more."""

    def __len__(self) -> int:
        return len(self.user)

    @classmethod
    def of(cls, columns: Columns) -> Self:
        """The events in a snapshot's `product_events` or `video_events`, by creator and item; not copied."""
        return cls(
            columns["creator"],
            columns["item"],
            columns["event"],
            columns["count"],
            columns["age_days"],
            columns["gmv"],
            columns["followers"],
        )

    def take(self, rows: Array | slice) -> Self:
        """Only these rows, in this order."""
        return type(self)(*(getattr(self, column.name)[rows] for column in fields(self)))
