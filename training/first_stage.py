"""The first stage measured: how many of the ranker's best creators it finds for briefs not learnt from.

In a small market the ranker could score everyone; so that something is measured there too, both the number of
best creators and the number scored shrink with the market, and with it what that says: a market of a thousand
has 16 % of it looked at, one of two million .08 % (`recsys bench match` measures that).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from pydantic import Field

from features.catalogue import FEATURES
from features.creator_filters import passing
from features.first_stage import FirstStage, FirstStageConfig, Proposer, built
from features.matrix import match_features
from recsys.arrays import Features, Floats, Ints, Scores
from recsys.brief import Brief
from recsys.cascade import Scoring
from recsys.config import Config
from recsys.errors import RequestError
from recsys.evaluation import Interval, bootstrap_mean
from recsys.snapshot import Snapshot
from recsys.spacing import spaced
from recsys.stages import best_first

BEST = 100
"""Creators that count as the best of a large market."""
FIRST_STAGE, RANDOM = "first_stage", "random"
COLUMNS = {"followers": "followers_log", "gmv": "gmv_low_log"}
"""Baselines, which look at the creators with the largest value of a feature."""


class FirstStageCheck(Config):
    """What the gate asks of a first stage."""

    stage: FirstStageConfig = FirstStageConfig()
    best_share: float = Field(default=0.01, gt=0, lt=1)
    """Share of the eligible that counts as the best, up to `BEST` creators."""
    briefs: int = Field(default=200, ge=1)
    """Briefs measured, at most: evenly spaced over those given."""
    least_recall: float = Field(default=0.95, ge=0, le=1)
    """Mean share of the best that must be found."""


@dataclass(frozen=True)
class FirstStageReport:
    """How a ranker's first stage did."""

    recall: dict[str, Interval]
    """Share of the best that were scored: `first_stage`, then baselines that score as many."""
    scored_share: float
    """Mean share of the eligible who were scored; NaN without a brief."""
    left_out: int
    """Briefs that ask no first stage: of markets too small to have a best or without a part of it, of as few
    eligible as are scored, or that name what the snapshot does not know."""

    @property
    def found(self) -> Interval:
        """Recall of the first stage."""
        return self.recall[FIRST_STAGE]


def measure(
    score: Scoring, snapshot: Snapshot, briefs: list[Brief], check: FirstStageCheck, seed: int
) -> FirstStageReport:
    """Learn a ranker's first stage on a snapshot, and compare what it finds with the ranking of everyone."""
    smallest = check.stage.model_copy(update={"scored": 1})
    stage = built(score, "measured", snapshot, smallest, lambda _: None)
    chosen = spaced(np.arange(len(briefs)), check.briefs)
    asked = [_asked(briefs[place], snapshot, score) for place in chosen]
    recalls = [
        _recalls(each, stage, check, np.random.default_rng([seed, place]))
        for place, each in enumerate(asked)
        if each and each.best_of(check)
    ]
    found = [each for each in recalls if each]
    return _report(found, len(asked) - len(found), seed)


@dataclass(frozen=True)
class Ranked:
    """Everyone eligible for a brief, ranked."""

    brief: Brief
    snapshot: Snapshot
    rows: Ints
    features: Features
    scores: Scores

    def best_of(self, check: FirstStageCheck) -> int:
        """How many count as the best."""
        return min(BEST, int(len(self.rows) * check.best_share))

    def recall(self, rows: Ints, best: int) -> float:
        """Share of the best among some rows; equal scores are as good as each other."""
        worst = np.sort(self.scores)[-best]
        return min(1.0, float((self.scores_of(rows) >= worst).sum() / best))

    def scores_of(self, rows: Ints) -> Scores:
        """The scores of some of the rows."""
        return self.scores[np.searchsorted(self.rows, rows)]

    def top(self, values: Floats | Features, count: int) -> Ints:
        """The rows with the largest values."""
        return self.rows[best_first(np.asarray(values))[:count]]


def _asked(brief: Brief, snapshot: Snapshot, score: Scoring) -> Ranked | None:
    """Everyone ranked; None for a brief that names what the snapshot does not know."""
    try:
        rows = passing(brief.filters, brief.market, snapshot).rows
        features = match_features(brief, snapshot, rows)
    except RequestError:
        return None
    return Ranked(brief, snapshot, rows, features, score(features))


def _recalls(
    asked: Ranked, stage: FirstStage, check: FirstStageCheck, rng: np.random.Generator
) -> dict[str, float] | None:
    """Share of the best in what each way of looking looks at, and the share of the eligible looked at.

    None for a brief whose market has no part of the first stage, or where it would pick everyone.
    """
    best = asked.best_of(check)
    scored = max(1, check.stage.scored * best // BEST)
    proposer = Proposer(_scoring(stage, scored), asked.snapshot)
    found = proposer.propose(asked.brief, asked.rows, 0, asked.scores_of)
    if found is None:
        return None
    looked = {FIRST_STAGE: found.rows}
    names = tuple(FEATURES)
    looked |= {name: asked.top(asked.features[:, names.index(by)], scored) for name, by in COLUMNS.items()}
    looked[RANDOM] = asked.top(rng.random(len(asked.rows)), scored)
    return {name: asked.recall(rows, best) for name, rows in looked.items()} | {
        "share": len(looked[FIRST_STAGE]) / len(asked.rows)
    }


def _scoring(stage: FirstStage, scored: int) -> FirstStage:
    """The same first stage, which has so many creators scored for a brief."""
    config = stage.facts.config.model_copy(update={"scored": scored})
    return replace(stage, facts=stage.facts.model_copy(update={"config": config}))


def _report(found: Sequence[Mapping[str, float]], left_out: int, seed: int) -> FirstStageReport:
    names = (FIRST_STAGE, *COLUMNS, RANDOM)
    recall = {name: bootstrap_mean(np.array([each[name] for each in found]), seed) for name in names}
    share = float(np.mean([each["share"] for each in found])) if found else float("nan")
    return FirstStageReport(recall, share, left_out)
