"""The engine: briefs in, ranked and explained creators out. A plain library object that knows no HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np

from features.briefs import brief_columns
from features.first_stage import FirstStage, Proposer
from recsys.arrays import Ints, Scores
from recsys.brief import Brief
from recsys.bundle import Bundle
from recsys.errors import RequestError
from recsys.shapley import Grouping
from recsys.snapshot import Snapshot
from recsys.spacing import spaced
from recsys.stages import Candidates, recommend
from recsys.vocabulary import TYPES_OF_STAGE
from serving.answers import MatchAnswer
from serving.filters import Eligible, eligible_creators
from serving.matching.answers import ExplainAnswer, RankAnswer
from serving.matching.describing import Described, Describer
from serving.matching.given import checked, given_creator, given_creators, placed, share_below
from serving.matching.proposing import Proposed, lacking
from serving.matching.ranker import CreatorRanker
from serving.money import Currencies
from serving.opening import check_features, check_recipe, open_scorers, prove
from serving.scorer import Scorer

EXPLAINED = 10
"""Creators explained unless the caller says otherwise."""
COMPARED = 1_000
"""Eligible creators who are scored to say how many of them one creator stands above: 4 ms."""


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
    currencies: Currencies
    first_stage: FirstStage | None = None
    """Finds the likely best of a large market; without one everyone eligible is scored."""

    @classmethod
    def open(cls, bundle: Path, snapshot: Path, index: Path | None = None) -> Self:
        """Open and prove all; raises BundleError if one is corrupt or foreign, or they do not fit."""
        first_stage = None if index is None else FirstStage.open(index)
        return cls.of(Bundle.open(bundle), Snapshot.open(snapshot), first_stage)

    @classmethod
    def of(cls, bundle: Bundle, snapshot: Snapshot, first_stage: FirstStage | None = None) -> Self:
        """An engine on what was opened; raises BundleError if it does not fit together, or this code."""
        if first_stage is not None:
            first_stage.check_fits(bundle.name, snapshot.name)
        check_recipe(bundle, "match", "rank")
        check_features(bundle, snapshot)
        grouping = Grouping.of(bundle.facts.feature_names, bundle.facts.reason_groups)
        scorers = open_scorers(bundle)
        prove(bundle, scorers)
        return cls(bundle, snapshot, scorers, grouping, Currencies.of(snapshot), first_stage)

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
        proposed = self._propose(brief, eligible, wanted)
        # A first stage finds creators by asking the ranker: what it proposes has the ranker's scores already.
        retriever, ranker = (proposed, proposed) if proposed else (eligible, self._ranker(wanted))
        slate = recommend(brief, retriever, ranker, (), wanted)
        described = self._describer.describe(brief, slate, explain, eligible.rows)
        return self._answer(brief, eligible, proposed, described)

    def rank(self, brief: Brief, creator_ids: Sequence[int], explain: int = 0) -> RankAnswer:
        """Given creators scored by the whole model, best first; the first `explain` of them in full.

        The brief's filters do not apply. Creators whom the snapshot does not know are listed, and not scored.
        Raises RequestError for a creator given twice, and for a brief that names what the snapshot does not
        know.
        """
        given = given_creators(creator_ids, self.snapshot)
        ranked = recommend(brief, given, self._exact_ranker, (), len(given.rows))
        first = ranked.take(np.arange(min(explain, len(ranked.items))))
        described = self._describer.describe(brief, first, explain, given.rows)
        return RankAnswer(
            bundle=self.bundle.name,
            snapshot=self.snapshot.name,
            as_of=self.snapshot.facts.as_of,
            objective=brief.objective,
            currency=self.currencies.of_market(brief.market),
            items=placed(self.snapshot.creators.ids[ranked.items], ranked.scores),
            explained=tuple(described.ranked("given")),
            typical_score=described.typical_score,
            typical_of=described.typical_of,
            unknown=given.unknown,
            degraded=(*given.degraded, *described.degraded),
        )

    def explain(self, brief: Brief, creator_id: int) -> ExplainAnswer:
        """One creator for a brief, eligible or not: score, predictions, reasons, and each filter.

        Raises UnknownIdError for a creator whom the snapshot does not know, and RequestError for a brief that
        names what it does not know.
        """
        given = given_creator(creator_id, self.snapshot)
        own = Candidates(given.rows, self.score(brief, given.rows))
        eligible = eligible_creators(brief, self.snapshot)
        scores = self.score(brief, spaced(eligible.rows[eligible.rows != given.rows], COMPARED))
        described = self._describer.describe(brief, own, 1, eligible.rows)
        return ExplainAnswer(
            bundle=self.bundle.name,
            snapshot=self.snapshot.name,
            as_of=self.snapshot.facts.as_of,
            objective=brief.objective,
            currency=self.currencies.of_market(brief.market),
            filters=checked(brief, given.rows, self.snapshot),
            creator=described.creators[0],
            typical_score=described.typical_score,
            typical_of=described.typical_of,
            scores_above=share_below(own.scores[0], scores),
            scored_of=len(scores),
            degraded=described.degraded,
        )

    def score(self, brief: Brief, rows: Ints) -> Scores:
        """The whole model's scores of some creators, eligible or not: (rows,) float32, in their order.

        `rows` are rows of the snapshot's creators. Raises RequestError for a brief that names what the
        snapshot does not know.
        """
        return self._exact_ranker.score(brief, rows)

    def _propose(self, brief: Brief, eligible: Eligible, wanted: int) -> Proposed | None:
        """The first stage's proposal; None where everyone eligible is to be scored."""
        if self.first_stage is None:
            return None
        score = partial(self.score, brief)
        found = Proposer(self.first_stage, self.snapshot).propose(brief, eligible.rows, wanted, score)
        return Proposed(found) if found else None

    def _ranker(self, wanted: int) -> CreatorRanker:
        """The cascade, or the whole model where more are wanted than the cascade keeps."""
        scorer = self.scorers["rank"]
        cascaded = wanted <= scorer.exactly_scored
        return CreatorRanker(self.snapshot, scorer.score if cascaded else scorer.exact)

    @property
    def _exact_ranker(self) -> CreatorRanker:
        return CreatorRanker(self.snapshot, self.scorers["rank"].exact)

    @property
    def _describer(self) -> Describer:
        return Describer(self.bundle, self.snapshot, self.scorers, self.grouping, self.currencies)

    def _answer(
        self, brief: Brief, eligible: Eligible, proposed: Proposed | None, described: Described
    ) -> MatchAnswer:
        return MatchAnswer(
            bundle=self.bundle.name,
            snapshot=self.snapshot.name,
            as_of=self.snapshot.facts.as_of,
            objective=brief.objective,
            currency=self.currencies.of_market(brief.market),
            suggested_types=TYPES_OF_STAGE[brief.funnel_stage],
            creators_known=len(self.snapshot.creators),
            filters=eligible.counts,
            eligible=len(eligible.rows),
            ranked=len((proposed or eligible).rows),
            typical_score=described.typical_score,
            typical_of=described.typical_of,
            items=tuple(described.ranked("everyone")),
            degraded=(*described.degraded, *lacking(brief, eligible, self.first_stage)),
        )
