"""The engine: everything a release answers, as one plain library object that knows no HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias, TypeVar

from features.first_stage import FirstStage
from features.lists.answers import Explanation
from recsys.bundle import Bundle
from recsys.errors import NotServedError, RequestError
from recsys.release import Release
from recsys.snapshot import Snapshot
from serving.answers import MatchAnswer, Refusal
from serving.creators.engine import CreatorEngine
from serving.creators.profile import CreatorProfile
from serving.creators.search import CreatorPage, CreatorSearch
from serving.creators.similar import LookAlikes
from serving.lists.answers import ListPage
from serving.lists.engine import ListsEngine
from serving.matching.answers import ExplainAnswer, RankAnswer
from serving.matching.engine import MatchEngine
from serving.opening import check_recipe
from serving.recommending.answers import ItemAnswer
from serving.recommending.engine import ItemEngine
from serving.recommending.insights import CreatorInsights, InsightsEngine
from serving.requests import (
    ExplainRequest,
    InsightsRequest,
    ItemRequest,
    ListRequest,
    MatchRequest,
    PlaceRequest,
    ProfileRequest,
    Question,
    RankRequest,
    Request,
    SimilarRequest,
    Which,
)

Part = TypeVar("Part")
Answer: TypeAlias = (
    MatchAnswer
    | RankAnswer
    | ExplainAnswer
    | ItemAnswer
    | CreatorInsights
    | CreatorPage
    | CreatorProfile
    | LookAlikes
    | ListPage
    | Explanation
    | Refusal
)
"""What `Engine.many` gives for each question."""


@dataclass(frozen=True)
class Engine:
    """One release, proven. Immutable, so any number of threads may ask it at once.

    Every answer comes from this release alone. To serve another one, open another engine and put it in this
    one's place (`serving.release.slot`).
    """

    release: Release
    creators: CreatorEngine
    matching: MatchEngine | None
    challenger: MatchEngine | None
    items: dict[str, ItemEngine]
    """By surface: products, inspiration."""
    ranking_lists: ListsEngine | None

    @classmethod
    def open(cls, release: Release, before: "Engine | None" = None) -> Self:
        """Open and prove everything in a release.

        What another engine has opened under the same names is taken over: it was proven, and names are
        hashes of content. Raises BundleError if a folder is corrupt or foreign, uses what is not allowed, or
        does not fit.
        """
        creators = _creators(release.snapshot, before)
        snapshot = creators.snapshot
        surfaces = {"products": release.products, "inspiration": release.inspiration}
        matchings = (before.matching, before.challenger) if before else ()
        known = before.items if before else {}
        return cls(
            release,
            creators,
            _matching(release.match, release.index, snapshot, matchings),
            # An index stands for one ranker: that of `match`.
            _matching(release.challenger, None, snapshot, matchings),
            {name: _items(name, path, snapshot, known.get(name)) for name, path in surfaces.items() if path},
            _ranking_lists(release.lists, before.ranking_lists if before else None),
        )

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that every answer is computed on."""
        return self.creators.snapshot

    def match(self, request: MatchRequest) -> MatchAnswer:
        """The best creators for a brief; raises RequestError for what the snapshot does not know."""
        return self._matching(request.model).match(request.brief, request.count, request.explain)

    def rank(self, request: RankRequest) -> RankAnswer:
        """Given creators, best first for a brief; raises RequestError as `MatchEngine.rank` does."""
        return self._matching(request.model).rank(request.brief, request.creator_ids, request.explain)

    def explain(self, request: ExplainRequest) -> ExplainAnswer:
        """Why a creator scores as they do for a brief; raises RequestError as `MatchEngine.explain` does."""
        return self._matching(request.model).explain(request.brief, request.creator_id)

    def products(self, request: ItemRequest) -> ItemAnswer:
        """Products for a creator to promote; raises RequestError as `ItemEngine.recommend` does."""
        return self._items("products", request)

    def inspire(self, request: ItemRequest) -> ItemAnswer:
        """Videos for a creator to learn from; raises RequestError as `ItemEngine.recommend` does."""
        return self._items("inspiration", request)

    def insights(self, request: InsightsRequest) -> CreatorInsights:
        """Where a creator stands and what to do next; raises RequestError as `InsightsEngine` does."""
        engine = InsightsEngine(self._surface("products"), self._surface("inspiration"))
        return engine.insights(request.creator_id, request.objective, request.count, request.sort)

    def find(self, request: CreatorSearch) -> CreatorPage:
        """A page of creators who pass a filter; raises RequestError as `CreatorEngine.find` does."""
        return self.creators.find(request)

    def show(self, request: ProfileRequest) -> CreatorProfile:
        """A creator's profile; raises RequestError as `CreatorEngine.show` does."""
        return self.creators.show(request.creator_id, request.brand_id, request.states)

    def similar(self, request: SimilarRequest) -> LookAlikes:
        """Creators like one; raises RequestError as `CreatorEngine.similar` does."""
        return self.creators.similar(
            request.creator_id, request.count, request.filters, request.market, request.weights
        )

    def lists(self, request: ListRequest) -> ListPage:
        """Rows of a ranking list; raises RequestError as `ListsEngine.page` does."""
        return self._lists.page(request)

    def place(self, request: PlaceRequest) -> Explanation:
        """Why a creator stands where they do on a list; raises RequestError as `ListsEngine.place` does."""
        return self._lists.place(request)

    def many(self, questions: Sequence[Question]) -> tuple[Answer, ...]:
        """Answers to several questions, in their order, all from this release.

        A question that cannot be answered has a refusal in its place; the others are answered.
        """
        return tuple(self._answer_or_refusal(*question.asked) for question in questions)

    def _answer_or_refusal(self, method: str, request: Request) -> Answer:
        try:
            answer: Answer = getattr(self, method)(request)
        except RequestError as error:
            return Refusal(kind=type(error).__name__, detail=str(error))
        return answer

    def _matching(self, which: Which) -> MatchEngine:
        found = self.matching if which == "champion" else self.challenger
        return self._there(found, f"{which} of creators for briefs")

    @property
    def _lists(self) -> ListsEngine:
        return self._there(self.ranking_lists, "ranking lists")

    def _surface(self, surface: str) -> ItemEngine:
        return self._there(self.items.get(surface), f"bundle of {surface}")

    def _there(self, found: Part | None, what: str) -> Part:
        if found is None:
            raise NotServedError(f"{self.release.name} has no {what}: publish one with it")
        return found

    def _items(self, surface: str, request: ItemRequest) -> ItemAnswer:
        engine = self._surface(surface)
        return engine.recommend(request.creator_id, request.objective, request.count, request.explain)


def _creators(path: Path, before: Engine | None) -> CreatorEngine:
    if before and before.snapshot.name == path.resolve().name:
        return before.creators
    return CreatorEngine(Snapshot.open(path))


def _matching(
    path: Path | None, index: Path | None, snapshot: Snapshot, known: tuple[MatchEngine | None, ...]
) -> MatchEngine | None:
    if path is None:
        return None
    same = [engine for engine in known if engine and _is_on(engine, path, snapshot)]
    name = index.resolve().name if index else None
    for engine in same:
        if (engine.first_stage.name if engine.first_stage else None) == name:
            return engine
    return MatchEngine.of(Bundle.open(path), snapshot, FirstStage.open(index) if index else None)


def _items(surface: str, path: Path, snapshot: Snapshot, known: ItemEngine | None) -> ItemEngine:
    if known and _is_on(known, path, snapshot):
        return known
    bundle = Bundle.open(path)
    # A bundle says itself what it recommends; one of videos must not answer for products.
    check_recipe(bundle, surface)
    return ItemEngine.of(bundle, snapshot)


def _ranking_lists(folders: tuple[Path, ...], known: ListsEngine | None) -> ListsEngine | None:
    return ListsEngine.open(folders, known.periods.values() if known else ()) if folders else None


def _is_on(engine: MatchEngine | ItemEngine, bundle: Path, snapshot: Snapshot) -> bool:
    return engine.snapshot is snapshot and engine.bundle.name == bundle.resolve().name
