"""What can be asked of an engine: one typed request a question, the same for the library, HTTP and files."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from features.look_alikes import LookAlikeWeights
from recsys.brief import Brief
from recsys.config import Config, Several
from recsys.creator_filter import MOST_WORDS, Country, CreatorFilter, Id, State
from recsys.list_rules import ListName
from recsys.ranking_lists import EVERY_INDUSTRY
from recsys.vocabulary import CreatorObjective
from serving.creators.search import CreatorSearch
from serving.recommending.own_results import Sort

MOST_CREATORS = 1_000
"""Creators of one answer."""
MOST_CANDIDATES = 10_000
"""Candidates of one request (docs/serving.md gives the time they take)."""
MOST_EXPLAINED = 100
MOST_ITEMS = 100
MOST_QUESTIONS = 50
"""Questions of one batch."""
Which = Literal["champion", "challenger"]
"""The bundle that is served, or the one that is compared with it."""
Count: TypeAlias = Annotated[int, Field(ge=1, le=MOST_CREATORS)]
Explained: TypeAlias = Annotated[int, Field(ge=0, le=MOST_EXPLAINED)]
Items: TypeAlias = Annotated[int, Field(ge=1, le=MOST_ITEMS)]


class MatchRequest(Config):
    """The best creators for a brief (R18)."""

    brief: Brief
    count: Count | None = None
    """As many as the brief wants where it is left out."""
    explain: Explained = 10
    """How many of the first come with reasons."""
    model: Which = "champion"


class RankRequest(Config):
    """Given creators, scored for a brief and put in order; its filters do not apply."""

    brief: Brief
    creator_ids: Annotated[Several[Id], Field(min_length=1, max_length=MOST_CANDIDATES)]
    explain: Explained = 0
    model: Which = "champion"


class ExplainRequest(Config):
    """Why a creator scores as they do for a brief, and which of its filters they pass."""

    brief: Brief
    creator_id: Id
    model: Which = "champion"


class ItemRequest(Config):
    """Products to promote, or videos to learn from, for a creator (R31, R32)."""

    creator_id: Id
    objective: CreatorObjective
    count: Items = 10
    explain: Items | Literal[0] = 10


class InsightsRequest(Config):
    """Where a creator stands, what to do next, and with what (R28 to R33)."""

    creator_id: Id
    objective: CreatorObjective
    count: Items = 10
    sort: Sort = "recency"


class SimilarRequest(Config):
    """Creators like one (R22)."""

    creator_id: Id
    count: Count = 10
    filters: CreatorFilter = CreatorFilter()
    market: Country | None = None
    weights: LookAlikeWeights = LookAlikeWeights()


class ProfileRequest(Config):
    """One creator as a brand sees them (R14 to R17)."""

    creator_id: Id
    brand_id: Id | None = None
    """Adds how much of the audience lives in states with a store of this brand."""
    states: Annotated[Several[State], Field(max_length=MOST_WORDS)] = ()
    """The same for named states; not together with a brand."""


class ListRequest(Config):
    """Places of a ranking list (R2 to R11)."""

    list: ListName
    market: Country
    industry: str = EVERY_INDUSTRY
    period: str | None = None
    """Its name, such as 2026-W26; the latest where it is left out."""
    start: Annotated[int, Field(ge=1, le=10**9)] = 1
    """The first row, from 1."""
    count: Count = 20


class PlaceRequest(Config):
    """Why a creator stands where they do on a ranking list, and what would help (R12)."""

    creator_id: Id
    list: ListName
    industry: str = EVERY_INDUSTRY
    period: str | None = None


class Question(Config):
    """One of several questions: its request under the name of the `Engine` method that answers it."""

    match: MatchRequest | None = None
    rank: RankRequest | None = None
    explain: ExplainRequest | None = None
    products: ItemRequest | None = None
    inspire: ItemRequest | None = None
    insights: InsightsRequest | None = None
    find: CreatorSearch | None = None
    show: ProfileRequest | None = None
    similar: SimilarRequest | None = None
    lists: ListRequest | None = None
    place: PlaceRequest | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        found = [name for name, request in self if request is not None]
        if len(found) != 1:
            raise ValueError(f"expected one question, found {found}")
        return self

    @property
    def asked(self) -> tuple[str, "Request"]:
        """The method's name and its request."""
        return next((name, request) for name, request in self if request is not None)


class BatchRequest(Config):
    """Several questions at once, each answered by itself."""

    questions: Annotated[Several[Question], Field(min_length=1, max_length=MOST_QUESTIONS)]


Request: TypeAlias = (
    MatchRequest
    | RankRequest
    | ExplainRequest
    | ItemRequest
    | InsightsRequest
    | SimilarRequest
    | ProfileRequest
    | ListRequest
    | PlaceRequest
    | CreatorSearch
)
