"""Products and inspiration videos for creators (R31, R32, R34): retrieved, ranked, re-ranked, explained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from features.recommending.hooks import HookLifts
from features.recommending.matrix import ITEM_FEATURES, item_features
from features.recommending.proposed import proposed
from features.recommending.surfaces import SURFACES, Surface, items_of
from recsys.arrays import Features, Floats, Ints
from recsys.bundle import Bundle
from recsys.errors import RequestError
from recsys.known_ids import known_row
from recsys.lift import LIFTS, TraitLifts
from recsys.shapley import Attribution, Grouping, attribute, typical_candidate
from recsys.snapshot import Snapshot
from recsys.stages import Candidates
from recsys.vocabulary import CREATOR_OBJECTIVES, CreatorObjective, Dimension
from serving.explain import known, reasons_of
from serving.matching.engine import EXPLAINED
from serving.money import Currencies
from serving.opening import check_catalogue, check_recipe, open_scorers, prove
from serving.recommending.answers import ItemAnswer, ItemReason, RankedItem, fewer_because
from serving.recommending.creator_view import CreatorView, market_audiences
from serving.recommending.opening import check_parts, surface_of
from serving.recommending.reasons import facts_of, with_evidence
from serving.recommending.retrieving import Found, ItemRetriever
from serving.recommending.slate import CreatorQuery, ItemSlate, check_rerankers, item_facts, slate_of
from serving.scorer import Scorer

SHOWN = 10
"""Items unless the caller says otherwise."""


@dataclass(frozen=True)
class Ranked:
    """The retrieved items with the ranker's scores, in retrieval order."""

    found: Found
    rows: Ints
    """Rows of the snapshot's items."""
    features: Features
    candidates: Candidates
    """Their places, 0, 1 and so on, with scores and sources."""


@dataclass(frozen=True)
class ItemEngine:
    """One bundle of products or of inspiration videos on one snapshot, proven to fit.

    Immutable, so any number of threads may ask it at once. To serve another bundle or snapshot, open another
    engine and put it in this one's place.
    """

    bundle: Bundle
    snapshot: Snapshot
    surface: Surface
    retriever: ItemRetriever
    scorers: Mapping[str, Scorer]
    """By model name."""
    grouping: Grouping
    currencies: Currencies
    market: Mapping[Dimension, Floats]
    """Mean audiences, (markets, groups) each."""
    lifts: TraitLifts | None
    """What traits of videos are worth; None in a bundle without."""
    hooks: HookLifts | None
    """What their hooks bring on this snapshot; None of products."""

    @classmethod
    def of(cls, bundle: Bundle, snapshot: Snapshot) -> Self:
        """An engine on an opened pair; raises BundleError if they do not fit each other or this code."""
        surface = surface_of(bundle)
        check_recipe(bundle, surface, *(f"rank_{objective}" for objective in CREATOR_OBJECTIVES))
        check_catalogue(bundle, ITEM_FEATURES[surface])
        check_parts(snapshot)
        scorers = open_scorers(bundle)
        prove(bundle, scorers)
        retriever = ItemRetriever.of(bundle, snapshot, surface)
        check_rerankers(surface, snapshot, retriever.opened.facts.rerankers)
        return cls(
            bundle.emptied,
            snapshot,
            surface,
            retriever,
            scorers,
            Grouping.of(bundle.facts.feature_names, bundle.facts.reason_groups),
            Currencies.of(snapshot),
            market_audiences(snapshot),
            TraitLifts.read(bundle.path / LIFTS) if LIFTS in bundle.files else None,
            HookLifts.of(snapshot) if surface == "inspiration" else None,
        )

    def view(self, creator_id: int, objective: CreatorObjective) -> CreatorView:
        """The creator, as evidence sees them.

        Raises UnknownIdError for one who is not known, and RequestError for an objective.
        """
        if objective not in CREATOR_OBJECTIVES:
            expected = " or ".join(CREATOR_OBJECTIVES)
            raise RequestError(f"unknown objective {objective!r} of a creator, expected {expected}")
        row = known_row(self.snapshot, "creator", creator_id)
        market = int(self.snapshot.creators["market"][row])
        base = {dimension: means[market] for dimension, means in self.market.items()}
        return CreatorView(self.snapshot, row, objective, base)

    def recommend(
        self, creator_id: int, objective: CreatorObjective, count: int = SHOWN, explain: int = EXPLAINED
    ) -> ItemAnswer:
        """The best `count` items, or fewer with the reason (R34); `explain` of them with reasons.

        Raises RequestError for an unknown creator or objective, and for a count below 1.
        """
        if count < 1 or explain < 0:
            raise RequestError(f"expected count ≥ 1 and explain ≥ 0, found {count} and {explain}")
        view = self.view(creator_id, objective)
        found = self.retriever.find(view.row, objective, count)
        ranked = self._ranked(view, found)
        slate = self._slate(view, ranked, count)
        return self._answer(view, ranked, slate, self._explain(view, ranked, slate.places[:explain]))

    def _ranked(self, view: CreatorView, found: Found) -> Ranked:
        """The second stage: every retrieved item scored for the objective."""
        signals, row = self.retriever.signals, np.array([view.row])
        pairs, said = proposed(found.retrieved, signals, row, self.retriever.offered)
        features = item_features(self.snapshot, self.surface, pairs, said, self.hooks)
        scores = self._scorer(view).exact(features)
        return Ranked(found, pairs.items, features, Candidates(np.arange(len(pairs)), scores, found.sources))

    def _scorer(self, view: CreatorView) -> Scorer:
        return self.scorers[f"rank_{view.objective}"]

    def _slate(self, view: CreatorView, ranked: Ranked, count: int) -> ItemSlate:
        """The third stage: the order to show."""
        vectors = self.retriever.offer.content[ranked.found.places]
        facts = item_facts(self.snapshot, self.surface, view.row, ranked.rows, vectors)
        asked_at = int(self.snapshot.facts.as_of.timestamp())
        for_what = SURFACES.index(self.surface), CREATOR_OBJECTIVES.index(view.objective)
        query = CreatorQuery((view.creator_id, asked_at, *for_what))
        return slate_of(query, ranked.candidates, facts, self.retriever.opened.facts.rerankers, count)

    def _explain(self, view: CreatorView, ranked: Ranked, places: Ints) -> Attribution | None:
        """Parts of these items' scores against the typical ranked one; None for no item."""
        if not len(places):
            return None
        typical = typical_candidate(ranked.features)
        return attribute(self._scorer(view).exact, ranked.features[places], typical, self.grouping)

    def _answer(
        self, view: CreatorView, ranked: Ranked, slate: ItemSlate, attribution: Attribution | None
    ) -> ItemAnswer:
        found, items = ranked.found, tuple(self._items(view, ranked, slate, attribution))
        return ItemAnswer(
            surface=self.surface,
            bundle=self.bundle.name,
            snapshot=self.snapshot.name,
            as_of=self.snapshot.facts.as_of,
            creator_id=view.creator_id,
            objective=view.objective,
            currency=self.currencies.of_code(int(view.number("market"))),
            known_items=found.known_items,
            asked=slate.asked,
            catalogue=len(items_of(self.snapshot, self.surface)),
            filters=found.filters,
            ranked=len(ranked.rows),
            typical_score=attribution.typical_score if attribution else None,
            fit_given_up=slate.given_up,
            items=items,
            fewer_because=fewer_because(slate.asked, len(items), len(ranked.rows), found.filters),
            degraded=self._degraded,
        )

    def _items(
        self, view: CreatorView, ranked: Ranked, slate: ItemSlate, attribution: Attribution | None
    ) -> Iterator[RankedItem]:
        names = ("taken", f"result_{view.objective}")
        taken, result = (self._predicted(name, ranked.features[slate.places]) for name in names)
        for rank, place in enumerate(slate.places):
            row = int(ranked.rows[place])
            yield RankedItem(
                rank=rank + 1,
                item_id=int(items_of(self.snapshot, self.surface).ids[row]),
                source=ranked.candidates.sources[place],
                retrieval_score=float(ranked.found.scores[place]),
                score=float(ranked.candidates.scores[place]),
                place_by_score=int(slate.by_score[rank]) + 1,
                propensity=None if slate.propensities is None else float(slate.propensities[rank]),
                p_taken=known(taken[rank]),
                expected_result=known(result[rank]),
                facts=facts_of(view, self.surface, row, self.lifts),
                reasons=self._reasons(view, row, attribution, rank),
            )

    def _predicted(self, name: str, features: Features) -> Floats:
        """What a model says of each row; NaN where the bundle has no such model."""
        if name not in self.scorers:
            return np.full(len(features), np.nan)
        return self.bundle.facts.models[name].predict(self.scorers[name].exact(features))

    def _reasons(
        self, view: CreatorView, row: int, attribution: Attribution | None, rank: int
    ) -> tuple[ItemReason, ...] | None:
        if attribution is None or rank >= len(attribution.parts):
            return None
        catalogue = ITEM_FEATURES[self.surface]
        reasons = reasons_of(self._scorer(view).exact, attribution, rank, catalogue)
        return with_evidence(view, self.surface, row, reasons)

    @property
    def _degraded(self) -> tuple[str, ...]:
        lacks_lifts = self.surface == "inspiration" and self.lifts is None
        return (f"the bundle has no {LIFTS}: there is no evidence of any trait",) if lacks_lifts else ()
