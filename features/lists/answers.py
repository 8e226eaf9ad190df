"""What a creator is told about a place on a ranking list (R12)."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from recsys.list_rules import ListName


class Answer(BaseModel):
    """What is said to a creator: frozen, and plain as JSON."""

    model_config = ConfigDict(frozen=True)


class PartOfIndex(Answer):
    """One measure of the index."""

    measure: str
    meaning: str
    unit: str
    value: float | None
    """Pulled to the mean of the peers where it is a rate; None where the creator takes no part."""
    rests_on: int
    """What the value is counted over."""
    pulled_to: float | None
    """The prior's mean, in the value's unit."""
    weight: float
    """Share of the index, 0 to 1."""
    percentile: float
    points: float
    """What it adds to the index: the points of all parts add up to it."""


class Exclusion(Answer):
    """A condition of eligibility that the creator fails (R9)."""

    rule: str
    expected: str
    """The condition with its threshold, in words."""
    value: float | None
    """What was found; None where there was nothing."""
    threshold: float


class Move(Answer):
    """The smallest number of units of a change that would move the place."""

    change: str
    units: int
    place: int
    """The place it would lead to."""


class Explanation(Answer):
    """A creator's place on a list."""

    creator_id: int
    list: ListName
    lists: str
    """Name of the folder with the period's lists, which is a hash of their content."""
    period: str
    as_of: datetime
    """The period's end: nothing at or after it was looked at."""
    priors_as_of: datetime
    """The quarter's start, at which priors were fitted (R11)."""
    market: str
    industry: str
    policy_id: str
    excluded: tuple[Exclusion, ...]
    """Empty for who stands on the list; otherwise there is no place."""
    place: int | None = None
    place_best: int | None = None
    place_worst: int | None = None
    peers: int = 0
    index: float | None = None
    parts: tuple[PartOfIndex, ...] = ()
    moves: tuple[Move, ...] = ()
    degraded: tuple[str, ...] = ()
    """What this answer lacks, and why; empty in a complete one."""
