"""What a search asks, and the page that answers it (R13)."""

from datetime import datetime
from difflib import get_close_matches
from typing import Annotated

from pydantic import Field, field_validator

from features.creator_numbers import NUMBERS
from recsys.config import Config
from recsys.creator_filter import Country, CreatorFilter, Word
from serving.answers import FilterCount, Part

LARGEST_PAGE = 1000


class CreatorSearch(Config):
    """Creators who pass a filter, in the order of a number; one page of them."""

    filters: CreatorFilter = CreatorFilter()
    market: Country | None = None
    """Of one marketplace region; all where it is left out."""
    sort: Word = "followers"
    """A number of `features.creator_numbers.NUMBERS`; equal ones are in order of id, unknown ones last."""
    descending: bool = True
    count: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 20
    cursor: str | None = None
    """`next` of the page before; it holds for the same question on the same snapshot."""

    @field_validator("sort")
    @classmethod
    def _sorts_by_a_number(cls, name: str) -> str:
        if name not in NUMBERS:
            near = get_close_matches(name, NUMBERS, n=3) or NUMBERS
            raise ValueError(f"expected a number of creators, such as {', '.join(near)}")
        return name


class MoneyRange(Part):
    """An amount in minor units, from `low` to `high`; both are the same unless the creator withholds it."""

    low: float | None
    """None where it is not known."""
    high: float | None
    withheld: bool
    """The creator shows only the range (R17)."""
    currency: str | None
    """ISO 4217."""


class CreatorCard(Part):
    """A creator in a list."""

    creator_id: int
    market: str | None
    category: str | None
    main_country: str | None
    """Where most of the audience is."""
    tier: str
    """Follower tier (R21); that of an unknown number is the lowest."""
    followers: float | None
    mean_views: float | None
    """Of the last 30 videos (R14)."""
    engagement_rate: float | None
    """Of the last 30 videos (R14)."""
    gmv: MoneyRange
    """Of 28 days."""


class FoundCreator(CreatorCard):
    """A creator on a page."""

    place: int
    """From 1, among all who were found."""
    value: float | None
    """The number sorted by."""


class CreatorPage(Part):
    """Creators found, in order."""

    snapshot: str
    as_of: datetime
    """Nothing later than this moment was known."""
    creators_known: int
    filters: tuple[FilterCount, ...]
    """The conditions in the order in which they apply, each with how many creators it left."""
    total: int
    """Creators who passed them all."""
    sort: str
    meaning: str
    """What the number sorted by says."""
    descending: bool
    items: tuple[FoundCreator, ...]
    next: str | None
    """Cursor of the next page; None on the last."""
    degraded: tuple[str, ...] = ()
    """What to know before relying on this answer; empty in a complete one."""
