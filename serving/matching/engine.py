"""The engine: briefs in, ranked and explained creators out. A plain library object that knows no HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from features.briefs import brief_columns
from features.first_stage import FirstStage, Proposer
from features.matrix import match_features
from recsys.arrays import Ints, Scores
from recsys.brief import Brief
from recsys.bundle import Bundle
from recsys.errors import RequestError
from recsys.shapley import Grouping, Score
from recsys.snapshot import Snapshot
from recsys.spacing import spaced
from recsys.stages import Candidates, recommend
from recsys.vocabulary import TYPES_OF_STAGE
from serving.answers import MatchAnswer
from serving.filters import Eligible, eligible_creators
from serving.matching.answers import ExplainAnswer, RankAnswer
from serving.matching.describing import Described, Describer
from serving.matching.given import Given, checked, given_creator, given_creators, placed, share_below
from serving.matching.proposing import Proposed, lacking
from serving.opening import check_features, check_recipe, open_scorers, prove
from serving.scorer import Scorer

EXPLAINED = 10
"""Creators explained unless the caller says otherwise."""
COMPARED = 1_000
"""Eligible creators who are scored to say how many of them one creator stands above: 4 ms."""
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
        return cls(bundle, snapshot, scorers, grouping, first_stage)

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
        slate = recommend(brief, proposed or eligible, proposed or self._ranker(wanted), (), wanted)
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
        own = self._exact_ranker.rank(brief, given.retrieve(brief))
        eligible = eligible_creators(brief, self.snapshot)
        others = Given(spaced(eligible.rows[eligible.rows != given.rows], COMPARED))
        scores = self._exact_ranker.rank(brief, others.retrieve(brief)).scores
        described = self._describer.describe(brief, own, 1, eligible.rows)
        return ExplainAnswer(
            bundle=self.bundle.name,
            snapshot=self.snapshot.name,
            as_of=self.snapshot.facts.as_of,
            objective=brief.objective,
            filters=checked(brief, given.rows, self.snapshot),
            creator=described.creators[0],
            typical_score=described.typical_score,
            typical_of=described.typical_of,
            scores_above=share_below(own.scores[0], scores),
            scored_of=len(scores),
            degraded=described.degraded,
        )

    def _propose(self, brief: Brief, eligible: Eligible, wanted: int) -> Proposed | None:
        """The first stage's proposal; None where everyone eligible is to be scored."""
        if self.first_stage is None:
            return None
        exact = self.scorers["rank"].exact

        def score(rows: Ints) -> Scores:
            return exact(match_features(brief, self.snapshot, rows))

        found = Proposer(self.first_stage, self.snapshot).propose(brief, eligible.rows, wanted, score)
        return Proposed(found) if found else None

    def _ranker(self, wanted: int) -> "CreatorRanker":
        """The cascade, or the whole model where more are wanted than the cascade keeps."""
        scorer = self.scorers["rank"]
        cascaded = wanted <= scorer.exactly_scored
        return CreatorRanker(self.snapshot, scorer.score if cascaded else scorer.exact)

    @property
    def _exact_ranker(self) -> "CreatorRanker":
        return CreatorRanker(self.snapshot, self.scorers["rank"].exact)

    @property
    def _describer(self) -> Describer:
        return Describer(self.bundle, self.snapshot, self.scorers, self.grouping)

    def _answer(
        self, brief: Brief, eligible: Eligible, proposed: Proposed | None, described: Described
    ) -> MatchAnswer:
        return MatchAnswer(
            bundle=self.bundle.name,
            snapshot=self.snapshot.name,
            as_of=self.snapshot.facts.as_of,
            objective=brief.objective,
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
        # At least one block, though it be empty: a brief that names what is unknown is refused in any case.
        blocks = [rows[start : start + BLOCK] for start in range(0, max(1, len(rows)), BLOCK)]
        scores = [self.score(match_features(query, self.snapshot, block)) for block in blocks]
        return candidates.scored(np.concatenate(scores))
