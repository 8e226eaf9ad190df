"""The engine as a policy: P(accept) × P(deliver) × E[GMV | delivered], learnt anew each week.

Only what production would have feeds it: the tables as recorded, and profiles as of the week's start. Nothing
here may import the truth (an import contract sees to that).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

import numpy as np
from pydantic import Field

from features.catalogue import FEATURES
from features.matrix import match_features
from recsys.arrays import Features, Flags, Floats, Ints
from recsys.config import Config
from recsys.errors import RequestError
from recsys.snapshot import Snapshot
from recsys.vocabulary import OBJECTIVES
from training.briefs import LoggedBrief, read_briefs
from training.funnel import Shown, read_shown
from training.judgements import Judge, JudgementConfig, Judgements, moment_of
from training.outcomes import Outcome, OutcomeConfig, fit_outcomes
from training.periods import moments
from training.simulate.play.question import Observed, Question
from training.simulate.play.slots import by_value

FACTORS = ("accept", "deliver", "result_gmv")
"""The outcome models whose product is an invitation's value."""
RESULT_WINDOW = timedelta(days=8)
"""After a brief's last delivery, until every result is in."""


class EngineConfig(Config):
    """What the engine learns with, each week anew; see the match recipe."""

    judgements: JudgementConfig
    outcomes: OutcomeConfig
    folds: int = Field(ge=2)
    """Models of each kind, averaged; each stops by, and is calibrated on, another part of the briefs."""


class Engine:
    """Learns `members_` from every brief whose outcome is final, the warm-up's included."""

    def __init__(self, config: EngineConfig, exploration: float) -> None:
        self.config, self.exploration = config, exploration
        self.judged: dict[datetime, Judgements] = {}
        self.snapshot: Snapshot | None = None

    def learn(self, observed: Observed) -> None:
        """Judge the briefs that became final since last week, and fit every model again."""
        self.snapshot = observed.snapshot
        self._judge(observed)
        self.members_ = self._fitted()

    def rank(self, question: Question) -> Ints:
        """The list whose places are worth most by what the models say."""
        return by_value(self.values(question), question.limits)

    def values(self, question: Question) -> Floats:
        """Expected GMV of inviting each candidate, in minor units."""
        return np.asarray(np.prod(list(self.factors(question).values()), axis=0))

    def factors(self, question: Question) -> dict[str, Floats]:
        """What each of FACTORS says of each candidate; 0 for creators the snapshot does not know."""
        features, known = self._features(question)
        return {name: np.where(known, self._predicted(name, features), 0.0) for name in FACTORS}

    def _features(self, question: Question) -> tuple[Features, Flags]:
        if self.snapshot is None:
            raise RequestError("the engine was asked before it learned; expected a week to begin first")
        rows, known = self.snapshot.creators.rows_of(question.creator_ids)
        brief = asking_for_gmv(question.logged).brief
        try:
            return match_features(brief, self.snapshot, rows), known
        except RequestError:
            # The brief names a product that joined within the week: nothing is known of it yet.
            empty = np.full((len(rows), len(FEATURES)), np.nan, np.float32)
            return empty, known

    def _predicted(self, name: str, features: Features) -> Floats:
        """The members' mean; 1 where there were too few rows to learn from."""
        said = [member[name].predict(features) for member in self.members_ if name in member]
        return np.mean(said, axis=0) if said else np.ones(len(features))

    def _fitted(self) -> list[dict[str, Outcome]]:
        """One set of models for each fold of briefs, which learns from the others and is calibrated on it.

        Together they learn from everything, and still no model is calibrated on what it learnt.
        """
        if not self.judged:
            return []
        everything, folds = joined(list(self.judged.values())), self.config.folds
        parts = [split(everything, fold, folds) for fold in range(folds)]
        return [fit_outcomes(train, valid, self.config.outcomes)[0] for train, valid in parts]

    def _judge(self, observed: Observed) -> None:
        """Judge each snapshot's briefs once, when all are settled: nothing of them changes any more."""
        briefs = [asking_for_gmv(logged) for logged in read_briefs(observed.tables)]
        shown = read_shown(observed.tables).known_at(moments([observed.now])[0])
        judge = Judge(shown, observed.snapshot_at, observed.rules, self.config.judgements)
        days = self.config.judgements.snapshot_every_days
        for moment, some in groupby(briefs, lambda logged: moment_of(logged.created_at, days)):
            group = list(some)
            settled = max(logged.final_at(observed.rules) for logged in group) + RESULT_WINDOW
            if moment not in self.judged and settled <= observed.now:
                self.judged[moment] = invitations_of(judge.judge(group))


def asking_for_gmv(logged: LoggedBrief) -> LoggedBrief:
    """The brief as if it asked for GMV: what the play counts, whatever the brand is after."""
    return replace(logged, brief=logged.brief.model_copy(update={"objective": "gmv"}))


def invitations_of(judged: Judgements) -> Judgements:
    """The invited rows alone, each a query of its own, with results in GMV only: what FACTORS learn from.

    Whom a brand invites is not predicted: here the policy decides that.
    """
    rows, shown = judged.shown.has("invited"), judged.shown
    others = [place for place, objective in enumerate(OBJECTIVES) if objective != "gmv"]
    results = shown.results.copy()
    results[:, others] = np.nan
    invited = replace(shown, results=results).take(rows)
    kept = replace(
        judged.judged,
        features=judged.judged.features[rows],
        grades=judged.judged.grades[rows],
        group_sizes=np.ones(len(invited), np.int64),
        positions=None,
        query_segments={},
        row_segments={},
    )
    return replace(judged, judged=kept, campaign_ids=invited.campaign_ids, shown=invited)


def joined(parts: Sequence[Judgements]) -> Judgements:
    """All parts' rows, one part after another."""
    features, grades, sizes = (
        np.concatenate([getattr(part.judged, name) for part in parts])
        for name in ("features", "grades", "group_sizes")
    )
    return replace(
        parts[0],
        judged=replace(parts[0].judged, features=features, grades=grades, group_sizes=sizes),
        campaign_ids=np.concatenate([part.campaign_ids for part in parts]),
        shown=Shown.joined([part.shown for part in parts]),
    )


def split(judged: Judgements, fold: int, folds: int) -> tuple[Judgements, Judgements]:
    """Rows to learn from, and those of the fold's briefs, whenever they were made."""
    inside = judged.campaign_ids % folds == fold
    return judged.take(~inside), judged.take(inside)
