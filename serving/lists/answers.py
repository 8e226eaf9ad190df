"""What is answered about a ranking list (R2 to R11); `features.lists.answers` has what is said of a place."""

from datetime import datetime

from recsys.list_rules import ListName
from serving.answers import Part


class MeasureFacts(Part):
    """A measure of a list's index."""

    measure: str
    meaning: str
    unit: str
    weight: float
    """Share of the index, 0 to 1."""


class PartOfPlace(Part):
    """One measure of a creator on a list."""

    measure: str
    value: float | None
    """Pulled to the mean of the peers where it is a rate (R11); None where the creator takes no part."""
    rests_on: int
    """What the value is counted over."""
    percentile: float
    """Share of the peers who stand below, 0 to 1."""


class ListedCreator(Part):
    """A creator's place on a list."""

    place: int
    """From 1; full ties share a place (R10)."""
    place_best: int | None
    place_worst: int | None
    """Best and worst place of the rank band (R11); None where nothing was fitted."""
    creator_id: int
    index: float
    """0 to 100."""
    parts: tuple[PartOfPlace, ...]
    gmv_low: int
    """Minor units; where GMV is withheld (R17) it lies between the two."""
    gmv_high: int
    gmv_place: int


class ListPage(Part):
    """Rows of a ranking list, in order of place."""

    lists: str
    """Name of the folder with the period's lists, which is a hash of their content."""
    period: str
    as_of: datetime
    """The period's end: nothing at or after it was looked at."""
    priors_as_of: datetime
    """The quarter's start, at which priors were fitted (R11)."""
    policy_id: str
    list: ListName
    market: str
    industry: str
    currency: str
    """Of GMV, ISO 4217."""
    measures: tuple[MeasureFacts, ...]
    """What the index is made of."""
    peers: int
    """Creators on the list."""
    start: int
    """The first row asked for, from 1."""
    items: tuple[ListedCreator, ...]
    next: int | None
    """`start` of the next page; None on the last."""
    degraded: tuple[str, ...] = ()
    """What this answer lacks, and why; empty in a complete one."""
