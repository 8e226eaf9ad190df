"""What every contender computes, and from what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

ANSWERS: dict[str, tuple[str, ...]] = {
    "days": ("creator_id",),
    "gains": ("creator_id",),
    "windows": ("creator_id",),
    "gmv_by_category": ("creator_id", "category"),
    "views_by_type": ("creator_id", "campaign_type"),
    "latest": ("creator_id",),
    "posts": ("creator_id",),
    "list_days": ("creator_id",),
    "list_videos": ("creator_id",),
    "list_livestreams": ("creator_id",),
    "list_posts": ("creator_id",),
    "list_contents": ("creator_id",),
    "list_activity": ("creator_id",),
}
"""Name → key: the heavy passes of `features.profiles` and, from list_days on, of `features.lists.inputs`."""


@dataclass(frozen=True)
class Thresholds:
    """What a market's policy says (R1)."""

    market: str
    last_videos: int
    content_days: int
    activity_days: int
    links_counted: int
    posts_counted: int
    live_counted: int
    """Seconds."""


@dataclass(frozen=True)
class Asked:
    """The question: profiles before `as_of`, midnight after the last of `days` days that lists look at."""

    folder: str
    as_of: datetime
    days: int
    policies: str
    thresholds: tuple[Thresholds, ...]
    threads: int

    @property
    def today(self) -> date:
        """The day of `as_of`."""
        return self.as_of.date()

    @property
    def first_day(self) -> date:
        """Of the lists' period."""
        return self.ago(self.days)

    def ago(self, days: int) -> date:
        """The day so many days before today."""
        return self.today - timedelta(days=days)

    def files(self, table: str) -> str:
        """The table's Parquet files, as a pattern."""
        return f"{self.folder}/{table}/*.parquet"


Answers = Mapping[str, Any]
"""Name of `ANSWERS` → rows, in the contender's own form."""
