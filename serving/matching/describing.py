"""What an answer says about scored creators: what is predicted of each, and for the first of them why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from features.catalogue import FEATURES
from features.matrix import match_features
from recsys.arrays import Features, Floats, Ints
from recsys.brief import Brief
from recsys.bundle import Bundle
from recsys.shapley import Attribution, Grouping, attribute, typical_candidate
from recsys.snapshot import Snapshot
from recsys.spacing import spaced
from recsys.stages import Candidates
from serving.answers import RankedCreator, Reason, ScoredCreator, Source
from serving.explain import TYPICAL_ROWS, known, reasons_of
from serving.matching.predictions import Predictions, predict
from serving.money import Currencies
from serving.scorer import Scorer


@dataclass(frozen=True)
class Described:
    """Creators as an answer shows them."""

    creators: tuple[ScoredCreator, ...]
    typical_score: float | None
    """Score of the typical creator whom the reasons compare with; None without reasons."""
    typical_of: int
    """Over how many creators the typical one was taken; 0 without reasons."""
    degraded: tuple[str, ...]
    """What the creators lack, and why."""
    sources: tuple[Source, ...] = ()
    """Why each was ranked; empty where it is the same for all."""

    def ranked(self, source: Source) -> Iterator[RankedCreator]:
        """The creators, placed in their order; `source` is why they were ranked unless each has its own."""
        for place, creator in enumerate(self.creators):
            why = self.sources[place] if self.sources else source
            yield RankedCreator(rank=place + 1, source=why, **dict(creator))


NOBODY = Described((), None, 0, ())


@dataclass(frozen=True)
class Describer:
    """Describes creators by the models of a bundle, on a snapshot."""

    bundle: Bundle
    snapshot: Snapshot
    scorers: Mapping[str, Scorer]
    """By model name."""
    grouping: Grouping
    currencies: Currencies

    def describe(self, brief: Brief, scored: Candidates, explain: int, among: Ints) -> Described:
        """Scored rows of creators, in their order; the first `explain` with reasons, where `among` has any.

        Reasons compare with the typical one of the rows `among`.
        """
        if not len(scored.items):
            return NOBODY
        features = match_features(brief, self.snapshot, scored.items)
        compared = spaced(among, TYPICAL_ROWS)
        attribution = self._attribute(brief, features[:explain], compared)
        fee, foreign = self._fees(brief, scored.items)
        predictions = predict(self.bundle, self.scorers, features, brief.objective, fee)
        places = range(len(scored.items))
        return Described(
            tuple(self._creator(scored, predictions, attribution, place) for place in places),
            attribution.typical_score if attribution else None,
            len(compared) if attribution else 0,
            (*_alone(compared), *_unpredicted(predictions), *foreign),
            cast("tuple[Source, ...]", scored.sources),
        )

    def _fees(self, brief: Brief, rows: Ints) -> tuple[Floats, tuple[str, ...]]:
        """What each usually takes, NaN where that is in another currency than the brief's; says so."""
        creators = self.snapshot.creators
        differ = self.currencies.differ(creators["market"][rows], brief.market)
        lack = f"{differ.sum()} of {len(rows)} creators take fees in another currency: these are left out"
        return np.where(differ, np.nan, creators["fee_median"][rows]), (lack,) if differ.any() else ()

    def _attribute(self, brief: Brief, explained: Features, compared: Ints) -> Attribution | None:
        """Parts of the explained creators' scores against the typical one of some rows; None without them."""
        if not len(explained) or not len(compared):
            return None
        typical = typical_candidate(match_features(brief, self.snapshot, compared))
        return attribute(self.scorers["rank"].exact, explained, typical, self.grouping)

    def _creator(
        self, scored: Candidates, predictions: Predictions, attribution: Attribution | None, place: int
    ) -> ScoredCreator:
        creators, row = self.snapshot.creators, scored.items[place]
        return ScoredCreator(
            creator_id=int(creators.ids[row]),
            followers=known(creators["followers"][row]),
            score=float(scored.scores[place]),
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


def _alone(compared: Ints) -> Iterator[str]:
    if not len(compared):
        yield "nobody passes the filters: without a typical creator to compare with there are no reasons"


def _unpredicted(predictions: Predictions) -> Iterator[str]:
    for name in predictions.missing:
        yield f"no model predicts {name}: what needs it is null"
