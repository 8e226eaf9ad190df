"""The engine: everything a release answers, as one plain library object that knows no HTTP."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from recsys.bundle import Bundle
from recsys.errors import NotServedError
from recsys.snapshot import Snapshot
from serving.answers import MatchAnswer
from serving.creators.engine import CreatorEngine
from serving.creators.profile import CreatorProfile
from serving.creators.search import CreatorPage, CreatorSearch
from serving.creators.similar import LookAlikes
from serving.matching.engine import MatchEngine
from serving.recommending.answers import ItemAnswer
from serving.recommending.engine import ItemEngine
from serving.recommending.insights import CreatorInsights, InsightsEngine
from serving.release.release import Release
from serving.requests import (
    InsightsRequest,
    ItemRequest,
    MatchRequest,
    ProfileRequest,
    SimilarRequest,
    Which,
)

Part = TypeVar("Part")


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

    @classmethod
    def open(cls, release: Release) -> Self:
        """Open and prove everything in a release.

        Raises BundleError if a folder is corrupt or foreign, uses what is not allowed, or does not fit.
        """
        snapshot = Snapshot.open(release.snapshot)
        surfaces = {"products": release.products, "inspiration": release.inspiration}
        return cls(
            release,
            CreatorEngine(snapshot),
            _matching(release.match, snapshot),
            _matching(release.challenger, snapshot),
            {name: ItemEngine.of(Bundle.open(path), snapshot) for name, path in surfaces.items() if path},
        )

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that every answer is computed on."""
        return self.creators.snapshot

    def match(self, request: MatchRequest) -> MatchAnswer:
        """The best creators for a brief; raises RequestError for what the snapshot does not know."""
        return self._matching(request.model).match(request.brief, request.count, request.explain)

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

    def _matching(self, which: Which) -> MatchEngine:
        found = self.matching if which == "champion" else self.challenger
        return self._there(found, f"{which} of creators for briefs")

    def _surface(self, surface: str) -> ItemEngine:
        return self._there(self.items.get(surface), f"bundle of {surface}")

    def _there(self, found: Part | None, what: str) -> Part:
        if found is None:
            raise NotServedError(f"{self.release.name} has no {what}: publish one with it")
        return found

    def _items(self, surface: str, request: ItemRequest) -> ItemAnswer:
        engine = self._surface(surface)
        return engine.recommend(request.creator_id, request.objective, request.count, request.explain)


def _matching(path: Path | None, snapshot: Snapshot) -> MatchEngine | None:
    return None if path is None else MatchEngine.of(Bundle.open(path), snapshot)
