"""Which creators are asked about (R13): one typed filter for search, matching and ranking lists."""

from typing import Annotated, Self

from pydantic import Field, FiniteFloat, model_validator

from recsys.config import Config, Several
from recsys.vocabulary import Dimension

Share = Annotated[float, Field(ge=0, le=1)]
Id = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""Any id of the tables: an int64."""
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
State = Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")]
LONGEST_WORD = 200
Word = Annotated[str, Field(max_length=LONGEST_WORD)]
"""A word of the snapshot's: one that it does not know is compared with all that it does."""
MOST_WORDS, MOST_CONDITIONS, MOST_BLOCKED = 1_000, 100, 100_000
"""In one filter: each condition is a pass over all creators, so these bound what a request may cost."""


class Range(Config):
    """From `low` to `high`, both included; an open end is left out."""

    low: FiniteFloat | None = None
    high: FiniteFloat | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")
        return self


class AudienceFilter(Config):
    """The share of a creator's audience in one group must lie in a range, e.g. female from .6."""

    dimension: Dimension
    value: Word
    share: Range

    @model_validator(mode="after")
    def _share_is_a_share(self) -> Self:
        ends = [end for end in (self.share.low, self.share.high) if end is not None]
        if any(not 0 <= end <= 1 for end in ends):
            raise ValueError(f"a share is between 0 and 1, found {' to '.join(map(str, ends))}")
        return self


class CreatorFilter(Config):
    """Hard filters on creators (R13); a filter that is left out lets everyone pass.

    The market is not among them: a brief always has one, a search may, and a ranking list is of one.
    """

    countries: Annotated[Several[Country], Field(max_length=MOST_WORDS)] = ()
    """Where most of the audience is; a creator living elsewhere passes if the audience is here."""
    regions: Annotated[Several[State], Field(max_length=MOST_WORDS)] = ()
    """States, one of which holds the largest part of the audience."""
    categories: Annotated[Several[Word], Field(max_length=MOST_WORDS)] = ()
    """Topics: main categories, level 1 (`beauty`) or level 2 (`beauty/hair_care`)."""
    languages: Annotated[Several[Word], Field(max_length=MOST_WORDS)] = ()
    has_ecommerce: bool | None = None
    followers: Range = Range()
    average_views: Range = Range()
    """Mean views over the last 30 videos."""
    gmv: Range = Range()
    """GMV of the last 28 days in minor units; a withheld range passes if it overlaps."""
    price: Range = Range()
    """Median price of products promoted, in minor units."""
    audience: Annotated[Several[AudienceFilter], Field(max_length=MOST_CONDITIONS)] = ()
    """Shares of gender, age band, device, and of any other dimension; several of one group all apply."""
    posted_within_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    blocked_creators: Annotated[Several[Id], Field(max_length=MOST_BLOCKED)] = ()
    """Creators ruled out by policy flags from outside: disclosure, brand safety."""
