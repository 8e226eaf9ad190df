"""Learning retrieval and ranking at a recipe's moments, nothing of it from what comes after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np

from recsys.arrays import Ints, Scores
from recsys.config import parse
from recsys.vocabulary import CREATOR_OBJECTIVES, CreatorObjective
from training.recommending.prepared import Prepared
from training.recommending.ranking import FittedRanker, RankingConfig, fit_ranker
from training.recommending.retrieving import RetrievalConfig, Retriever, Signals, blocks, learn_weights
from training.recommending.rows import Moment
from training.tuning import SearchSpace, Trial, Tuned, TuningConfig, tune


@dataclass(frozen=True)
class Retrievers:
    """The retrievers in service at each moment but the first, and what the last one is made of."""

    by_moment: Mapping[datetime, Retriever]
    signals: Signals
    """Fitted at the first test moment: the one that is shipped."""
    weights: Scores
    """(objectives × segments, signals × floors), learnt at the moment before."""
    graph: bytes
    """Of the one that is shipped."""


def fit_retrievers(prepared: Prepared, config: RetrievalConfig) -> Retrievers:
    """At every moment models of all that had happened, with weights learnt at the moment before.

    The first test moment's serves all of the test, later arrivals among its creators and items.
    """
    moments = (*prepared.moments.known, prepared.moments.test[0])
    fitted = {at: Signals.fit(prepared.situations[at], config) for at in moments}
    found: dict[datetime, tuple[Retriever, bytes]] = {}
    weights: dict[datetime, Scores] = {}
    for before, at in pairwise(moments):
        weights[at] = learn_weights(fitted[before], prepared.situations[before], prepared.relevance[before])
        found[at] = Retriever.of(fitted[at], weights[at], prepared.situations[at])
    last = moments[-1]
    by_moment = {at: retriever for at, (retriever, _) in found.items()}
    return Retrievers(by_moment, fitted[last], weights[last], found[last][1])


def baseline_retrievers(
    prepared: Prepared, retrievers: Retrievers, baselines: Mapping[str, tuple[str, ...]]
) -> dict[str, Retriever]:
    """Baseline → a retriever of these signals alone, with weights of its own learnt on validation."""
    valid, test = prepared.moments.valid, prepared.moments.test[0]
    at_valid = Signals.fit(prepared.situations[valid], retrievers.signals.config)
    found = {}
    for name, chosen in baselines.items():
        weights = learn_weights(at_valid.only(chosen), prepared.situations[valid], prepared.relevance[valid])
        # A signal alone may be found to speak against what is taken up; a baseline takes it by its word.
        weights = np.ones_like(weights) if len(chosen) == 1 else weights
        found[name] = Retriever.of(retrievers.signals.only(chosen), weights, prepared.situations[test])[0]
    return found


def fit_rankers(
    prepared: Prepared, retrievers: Retrievers, config: RankingConfig, done: Callable[[int], None]
) -> dict[CreatorObjective, FittedRanker]:
    """One for each objective, from all moments at which a retriever was in service before the test."""

    def moments(objective: CreatorObjective, *at: datetime) -> list[Moment]:
        return [Moment(prepared, each, retrievers.by_moment[each], objective) for each in at]

    found = {}
    for objective in CREATOR_OBJECTIVES:
        train = moments(objective, *prepared.moments.learning[1:])
        found[objective] = fit_ranker(train, moments(objective, prepared.moments.valid), config)
        done(1)
    return found


def tune_retrieval(
    prepared: Prepared,
    config: RetrievalConfig,
    space: SearchSpace,
    tuning: TuningConfig,
    name: str,
    told: Callable[[Trial], None],
) -> tuple[RetrievalConfig, Tuned]:
    """The settings with the highest recall of candidates on validation, and every trial.

    `space` names settings by their path, such as `models.als.alpha`.
    """
    start = flat(config.model_dump(mode="json"))

    def value(settings: Mapping[str, Any]) -> float:
        return validation_recall(prepared, with_settings(config, settings))

    tuned = tune(value, space, start, tuning, name, told)
    return with_settings(config, tuned.best.settings), tuned


def validation_recall(prepared: Prepared, config: RetrievalConfig) -> float:
    """Recall of the blend's first places at the validation moment, with weights learnt at the one before."""
    before, at = prepared.moments.learning[-1], prepared.moments.valid
    earlier = Signals.fit(prepared.situations[before], config)
    weights = learn_weights(earlier, prepared.situations[before], prepared.relevance[before])
    situation = prepared.situations[at]
    retriever, _ = Retriever.of(Signals.fit(situation, config), weights, situation)
    recalls = [
        recall_of(prepared, retriever, at, objective, config.tuned_places) for objective in CREATOR_OBJECTIVES
    ]
    return float(np.mean(recalls))


def recall_of(
    prepared: Prepared, retriever: Retriever, at: datetime, objective: CreatorObjective, places: int
) -> float:
    """Mean over creators of the share of what they took up that is among the first places; 0 for none."""
    situation, found = prepared.situations[at], prepared.relevance[at]
    grades = found.dense((len(situation.creators), len(situation.items)), objective)
    asked: Ints = np.flatnonzero((grades > 0).any(axis=1))
    shares = []
    for some in blocks(asked, len(situation.items)):
        items = retriever.retrieve(situation, situation.creators[some], objective, places).items
        wide = np.concatenate([grades[some] > 0, np.zeros((len(some), 1), np.bool_)], axis=1)
        hits = np.take_along_axis(wide, items, axis=1).sum(axis=1)
        shares.append(hits / wide.sum(axis=1))
    return float(np.concatenate(shares).mean()) if shares else 0.0


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings under their paths."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        path = f"{prefix}{name}"
        found |= flat(value, f"{path}.") if isinstance(value, dict) else {path: value}
    return found


def with_settings(config: RetrievalConfig, settings: Mapping[str, Any]) -> RetrievalConfig:
    """The configuration with other values at some paths."""
    values = config.model_dump(mode="json")
    for path, value in settings.items():
        *sections, name = path.split(".")
        section = values
        for each in sections:
            section = section[each]
        section[name] = value
    return parse(RetrievalConfig, values, source="the search space")
