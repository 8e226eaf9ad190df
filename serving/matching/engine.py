"""The engine: briefs in, ranked and explained creators out. A plain library object that knows no HTTP."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from features.briefs import brief_columns
from features.catalogue import FEATURES
from features.matrix import match_features
from recsys.brief import Brief
from recsys.bundle import Bundle
from recsys.errors import RequestError
from recsys.shapley import Attribution, Grouping, Score, attribute, typical_candidate
from recsys.snapshot import Snapshot
from recsys.stages import Candidates, recommend
from recsys.vocabulary import TYPES_OF_STAGE
from serving.answers import MatchAnswer, RankedCreator, Reason
from serving.explain import known, reasons_of, spaced
from serving.filters import Eligible, eligible_creators
from serving.matching.predictions import Predictions, predict
from serving.opening import check_features, check_recipe, open_scorers, prove
from serving.scorer import Scorer

EXPLAINED = 10
"""Creators explained unless the caller says otherwise."""
BLOCK = 1 << 16
"""Creators whose features are held at once: bounds memory, whatever the market's size."""


@dataclass(frozen=True)
class MatchEngine:
    """One bundle and one snapshot, proven to fit. Immutable, so any number of threads may ask it at once.

    To serve another bundle or snapshot, open another engine and put it in this one's place.
    """

    bundle: Bundle
    snapshot: Snapshot
    scorers: Mapping[str, Scorer]
    """By model name."""
    grouping: Grouping

    @classmethod
    def open(cls, bundle: Path, snapshot: Path) -> Self:
        """Open both and prove them; raises BundleError if one is corrupt or foreign, or they do not fit."""
        return cls.of(Bundle.open(bundle), Snapshot.open(snapshot))

    @classmethod
    def of(cls, bundle: Bundle, snapshot: Snapshot) -> Self:
        """An engine on an opened pair; raises BundleError if they do not fit each other or this code."""
        check_recipe(bundle, "match", "rank")
        check_features(bundle, snapshot)
        grouping = Grouping.of(bundle.facts.feature_names, bundle.facts.reason_groups)
        scorers = open_scorers(bundle)
        prove(bundle, scorers)
        return cls(bundle, snapshot, scorers, grouping)

    def match(self, brief: Brief, count: int | None = None, explain: int = EXPLAINED) -> MatchAnswer:
        """The best `count` creators (by default as many as the brief wants), `explain` of them with reasons.

        Without an eligible creator the answer is empty and says which filter removed the last one. Raises
        RequestError for a brief that names what the snapshot does not know, and for a count below 1.
        """
        wanted = brief.creators_wanted if count is None else count
        if wanted < 1 or explain < 0:
            raise RequestError(f"expected count ≥ 1 and explain ≥ 0, found {wanted} and {explain}")
        brief_columns(brief, self.snapshot)  # Refuses what is unknown even where no creator is eligible.
        eligible = eligible_creators(brief, self.snapshot)
        slate = recommend(brief, eligible, self._ranker(wanted), (), wanted)
        attribution = self._explain(brief, eligible, slate.take(np.arange(min(explain, len(slate.items)))))
        return self._answer(brief, eligible, slate, attribution)

    def _ranker(self, wanted: int) -> "CreatorRanker":
        """The cascade, or the whole model where more are wanted than the cascade keeps."""
        scorer = self.scorers["rank"]
        cascaded = wanted <= scorer.exactly_scored
        return CreatorRanker(self.snapshot, scorer.score if cascaded else scorer.exact)

    def _explain(self, brief: Brief, eligible: Eligible, explained: Candidates) -> Attribution | None:
        """Parts of the explained creators' scores against the typical eligible one; None for nobody."""
        if not len(explained.items):
            return None
        typical = typical_candidate(match_features(brief, self.snapshot, spaced(eligible.rows)))
        own = match_features(brief, self.snapshot, explained.items)
        return attribute(self.scorers["rank"].exact, own, typical, self.grouping)

    def _answer(
        self, brief: Brief, eligible: Eligible, slate: Candidates, attribution: Attribution | None
    ) -> MatchAnswer:
        predictions = self._predict(brief, slate)
        return MatchAnswer(
            bundle=self.bundle.name,
            snapshot=self.snapshot.name,
            as_of=self.snapshot.facts.as_of,
            objective=brief.objective,
            suggested_types=TYPES_OF_STAGE[brief.funnel_stage],
            creators_known=len(self.snapshot.creators),
            filters=eligible.counts,
            eligible=len(eligible.rows),
            typical_score=attribution.typical_score if attribution else None,
            typical_of=len(spaced(eligible.rows)) if attribution else 0,
            items=tuple(self._items(slate, predictions, attribution)),
            degraded=tuple(
                f"no model predicts {name}: what needs it is null" for name in predictions.missing
            ),
        )

    def _predict(self, brief: Brief, slate: Candidates) -> Predictions:
        features = match_features(brief, self.snapshot, slate.items)
        fee = self.snapshot.creators["fee_median"][slate.items]
        return predict(self.bundle, self.scorers, features, brief.objective, fee)

    def _items(
        self, slate: Candidates, predictions: Predictions, attribution: Attribution | None
    ) -> Iterator[RankedCreator]:
        for place, row in enumerate(slate.items):
            yield RankedCreator(
                rank=place + 1,
                creator_id=int(self.snapshot.creators.ids[row]),
                followers=known(self.snapshot.creators["followers"][row]),
                score=float(slate.scores[place]),
                p_invite=known(predictions.invite[place]),
                p_accept=known(predictions.accept[place]),
                p_deliver=known(predictions.deliver[place]),
                expected_result=known(predictions.result[place]),
                expected_value=known(predictions.value[place]),
                typical_fee=known(predictions.fee[place]),
                value_per_cost=known(predictions.value_per_cost[place]),
                reasons=self._reasons(attribution, place),
            )

    def _reasons(self, attribution: Attribution | None, place: int) -> tuple[Reason, ...] | None:
        if attribution is None or place >= len(attribution.parts):
            return None
        return reasons_of(self.scorers["rank"].exact, attribution, place, FEATURES)


class CreatorRanker:
    """Scores creators for a brief: the features of each block of them, through the model."""

    def __init__(self, snapshot: Snapshot, score: Score) -> None:
        self.snapshot, self.score = snapshot, score

    def rank(self, query: Brief, candidates: Candidates) -> Candidates:
        """The same creators, scored.

        A cascade keeps its best of each block. Every other score is a lower bound that those exceed, so the
        best of all blocks are among the kept, and are scored by the whole model.
        """
        rows = candidates.items
        blocks = [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
        scores = [self.score(match_features(query, self.snapshot, block)) for block in blocks]
        return candidates.scored(np.concatenate(scores) if scores else np.empty(0, np.float32))
