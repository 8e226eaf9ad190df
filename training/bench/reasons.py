"""Reasons measured: do the parts add up, do they agree with TreeSHAP, and what does explaining ten cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import process_time

import lightgbm
import numpy as np
from pydantic import Field

from features.briefs import place
from features.catalogue import FEATURES
from features.matrix import match_features
from recsys.arrays import Array, Features, Floats
from recsys.brief import Brief
from recsys.cascade import Scoring
from recsys.config import Config
from recsys.console import Advance
from recsys.errors import ConfigError
from recsys.shapley import Attribution, Grouping, attribute, single_effects, typical_candidate
from recsys.snapshot import Snapshot
from recsys.vocabulary import REASON_GROUPS
from training.bench.score import ScoreBenchConfig, learn
from training.export.canonical import canonical
from training.export.graph import tree_graph
from training.export.running import open_graph
from training.export.trees import read_trees

SHOWN = 10
"""Candidates explained together, as an answer does."""
NUMBERED = 3
"""Reasons of a candidate that come with numbers."""
TOLERANCE = 1e-5
TARGET_MS = 50.0


class ReasonsBenchConfig(Config):
    """How many answers are checked, and how often an explanation is timed."""

    answers: int = Field(default=10_000, ge=1)
    """Explained rows at most, query after query."""
    compared: int = Field(default=2_000, ge=2)
    """The first of them are compared with TreeSHAP, which takes its time."""
    rounds: int = Field(default=31, ge=1)
    """Times an explanation of ten candidates is timed."""


@dataclass(frozen=True)
class ReasonsReport:
    """What one model's reasons came to."""

    trees: int
    leaves: int
    """Of the largest tree."""
    features: int
    answers: int
    largest_gap: float
    """Largest difference between the sum of an answer's parts and its score less the typical score."""
    compared: int
    correlation: dict[str, float]
    """By group: Pearson's r of the parts and TreeSHAP's (Lundberg 2020) less those of the typical row."""
    correlation_of_all: float
    """Over the parts of all groups together."""
    same_top_reason: float
    """Share of answers whose strongest group is TreeSHAP's as well."""
    explain_ms: float
    """Median CPU milliseconds for the parts of ten candidates, and the numbers of three reasons of each."""


@dataclass(frozen=True)
class Explainable:
    """A canonical booster, the candidates of one query after another, and what their features tell about."""

    booster: lightgbm.Booster
    queries: Iterator[Features]
    grouping: Grouping


def measure_reasons(model: Explainable, config: ReasonsBenchConfig, advance: Advance) -> ReasonsReport:
    """Explain the rows of each query against its typical row; `advance` hears of every ten rows."""
    booster, grouping = model.booster, model.grouping
    trees = read_trees(booster)
    score = open_graph(tree_graph(trees, "reasons"))
    explained = list(_explained(score, model, config.answers, advance))
    parts = np.concatenate([each.parts for each in explained])
    ours, theirs = parts[: config.compared], _tree_shap(booster, explained, config.compared)
    return ReasonsReport(
        trees=len(trees.trees),
        leaves=max(len(tree.leaf) for tree in trees.trees),
        features=len(trees.feature_names),
        answers=len(parts),
        largest_gap=max(_gap(score, each) for each in explained),
        compared=len(ours),
        correlation=_by_group(ours, theirs, grouping),
        correlation_of_all=_correlation(ours.ravel(), theirs.ravel()),
        same_top_reason=float((np.abs(ours).argmax(axis=1) == np.abs(theirs).argmax(axis=1)).mean()),
        explain_ms=_explain_ms(score, explained, grouping, config.rounds),
    )


def made_model(config: ScoreBenchConfig) -> Explainable:
    """The model and queries that `recsys bench score` times, the features dealt out to all eight groups."""
    booster = canonical(learn(config))
    judged = config.test.make()
    names = judged.feature_names
    groups = {name: REASON_GROUPS[place % len(REASON_GROUPS)] for place, name in enumerate(names)}
    queries = iter(np.split(judged.features, judged.starts[1:]))
    return Explainable(booster, queries, Grouping.of(names, groups))


def _explained(score: Scoring, model: Explainable, answers: int, advance: Advance) -> Iterator[Attribution]:
    """Attributions of ten rows at a time until there are enough."""
    tens = (
        (rows[start : start + SHOWN], rows) for rows in model.queries for start in range(0, len(rows), SHOWN)
    )
    for own, rows in islice(tens, -(-answers // SHOWN)):
        yield attribute(score, own, typical_candidate(rows), model.grouping)
        advance(1)


def _tree_shap(booster: lightgbm.Booster, explained: list[Attribution], rows: int) -> Floats:
    """(rows, groups): LightGBM's contributions added up by group, less those of the typical row."""
    grouping = explained[0].grouping
    own = _contributions(booster, np.concatenate([each.candidates for each in explained])[:rows], grouping)
    typical = _contributions(booster, np.stack([each.typical for each in explained]), grouping)
    of_row = np.repeat(np.arange(len(explained)), [len(each.candidates) for each in explained])[:rows]
    return np.asarray(own - typical[of_row])


def _contributions(booster: lightgbm.Booster, rows: Features, grouping: Grouping) -> Floats:
    values = np.asarray(booster.predict(rows, pred_contrib=True, num_threads=1))
    of_group = [grouping.group_of_feature == group for group in range(len(grouping.groups))]
    # The last column is what the model says without any feature.
    return np.stack([values[:, :-1][:, own].sum(axis=1) for own in of_group], axis=1)


def _gap(score: Scoring, explained: Attribution) -> float:
    difference = score(explained.candidates).astype(np.float64) - explained.typical_score
    return float(np.abs(explained.parts.sum(axis=1) - difference).max())


def _by_group(ours: Floats, theirs: Floats, grouping: Grouping) -> dict[str, float]:
    columns = zip(grouping.groups, ours.T, theirs.T, strict=True)
    return {group: _correlation(one, other) for group, one, other in columns}


def _correlation(one: Array, other: Array) -> float:
    """Pearson's r; NaN where either does not vary."""
    one, other = one - one.mean(), other - other.mean()
    norm = np.sqrt((one**2).sum() * (other**2).sum())
    return float((one * other).sum() / norm) if norm > 0 else float("nan")


def _explain_ms(score: Scoring, explained: list[Attribution], grouping: Grouping, rounds: int) -> float:
    """Each round explains rows not seen before, as long as there are some."""
    tens = [each for each in explained if len(each.candidates) == SHOWN] or explained
    seconds = []
    for turn in range(rounds):
        each = tens[turn % len(tens)]
        started = process_time()
        _explain(score, attribute(score, each.candidates, each.typical, grouping))
        seconds.append(process_time() - started)
    return float(np.median(seconds) * 1000)


def _explain(score: Scoring, attribution: Attribution) -> None:
    """What an answer needs besides the parts: the effects of single features of the strongest reasons."""
    for candidate in range(len(attribution.parts)):
        features = attribution.features_of(attribution.strongest(candidate, NUMBERED))
        single_effects(score, attribution, candidate, features)


def snapshot_model(booster: Path, snapshot: Path, briefs: Sequence[Path]) -> Explainable:
    """A ranker of the match recipe, and for each brief every creator of its market as a query.

    Raises ConfigError for a booster file that cannot be read, and what opening snapshot and briefs raises.
    """
    opened = Snapshot.open(snapshot)
    grouping = Grouping.of(tuple(FEATURES), {name: feature.reason for name, feature in FEATURES.items()})
    queries = (_market(Brief.load(brief), opened) for brief in briefs)
    return Explainable(read_booster(booster), queries, grouping)


def _market(brief: Brief, snapshot: Snapshot) -> Features:
    codes = snapshot.creators["market"]
    rows = np.flatnonzero(codes == place(brief.market, snapshot.facts.markets, "market"))
    return match_features(brief, snapshot, rows)


def read_booster(path: Path) -> lightgbm.Booster:
    """LightGBM's text as training tracks it, in canonical form; raises ConfigError if it is none."""
    try:
        return canonical(lightgbm.Booster(model_str=path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, lightgbm.basic.LightGBMError) as error:
        raise ConfigError(f"{path} is not a LightGBM model: {error}") from error
