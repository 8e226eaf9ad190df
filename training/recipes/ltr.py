"""Any LETOR or SVMlight ranking set: settings by cross-validation on train → fit → one look at test."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from recsys.arrays import Flags
from recsys.config import Config, parse
from recsys.errors import TableError
from recsys.evaluation import Report, evaluate
from recsys.judged import Judged
from training.export.proven import Proven, prove
from training.letor import read_letor
from training.ranking import RankerConfig, fit_and_score
from training.ranking.averaged import averaged, mean_curve
from training.ranking.lambdamart import LambdaMartConfig, best_round
from training.threads import on_one_blas_thread

MODEL = "ranker"


class SearchConfig(Config):
    """Random search with repeated cross-validation by query."""

    candidates: int = Field(gt=0)
    """Settings that are tried; the first are the `ranker` settings themselves."""
    folds: int = Field(ge=2)
    repeats: int = Field(gt=0)
    """Times the queries are dealt into folds anew."""
    space: dict[str, tuple[Any, ...]]
    """Setting of the ranker → values to draw from."""
    keep: int = Field(gt=0)
    """How many of the best candidates are averaged: the very best is partly luck."""


class LtrExperiment(Config):
    """Everything that decides a run, besides the two files."""

    ranker: LambdaMartConfig
    """Where the search starts from; `rounds` is the most it may choose, `cutoffs` what it chooses by."""
    search: SearchConfig
    members: int = Field(gt=0)
    """Rankers, with other seeds, of each kept candidate."""
    baselines: dict[str, RankerConfig]
    cutoffs: tuple[int, ...] = Field(min_length=1)
    seed: int


@dataclass(frozen=True)
class Chosen:
    """Settings and their learning curve on left-out queries, averaged over folds and repeats."""

    ranker: LambdaMartConfig
    curve: list[dict[str, float]]

    @property
    def ndcg(self) -> float:
        """At the best round, the mean over the cutoffs."""
        best = self.curve[best_round(self.curve) - 1]
        return float(np.mean([value for name, value in best.items() if name != "round"]))

    def members(self, count: int) -> list[LambdaMartConfig]:
        """The settings with as many rounds as were best, under several seeds."""
        ranker = self.ranker.with_rounds(best_round(self.curve))
        return [ranker.model_copy(update={"seed": ranker.seed + place}) for place in range(count)]


@dataclass(frozen=True)
class LtrResult:
    """What a run found."""

    report: Report
    proven: Proven
    chosen: list[Chosen]
    """The candidates that were kept, best first."""
    train: Judged
    test: Judged


@on_one_blas_thread
def run(
    experiment: LtrExperiment, train_path: Path, test_path: Path, done: Callable[[int], None]
) -> LtrResult:
    """Read → choose settings on train → fit on all of train → export → parity → evaluate on test.

    `done` hears of each of `steps(experiment)`. Raises ConfigError, TableError or BundleError.
    """
    train = read_letor(train_path)
    test = read_letor(test_path, train.feature_names)
    if not test.grades.any():
        raise TableError(f"{test_path.name}: expected a row with a grade above 0, found none")
    chosen = choose(train, experiment, done)
    members = [member for each in chosen for member in each.members(experiment.members)]
    booster = averaged([member.build().fit(train, train).booster_ for member in members])
    done(1)
    proven = prove(booster, test.features, MODEL, experiment.seed)
    scores = {MODEL: proven.score(test.features)}
    scores |= {
        name: fit_and_score(config, train, train, test) for name, config in experiment.baselines.items()
    }
    report = evaluate(scores, test, experiment.cutoffs, experiment.seed)
    done(1)
    return LtrResult(report, proven, chosen, train, test)


def steps(experiment: LtrExperiment) -> int:
    """How often `run` says that something is done."""
    return experiment.search.candidates + 2


def choose(train: Judged, experiment: LtrExperiment, done: Callable[[int], None]) -> list[Chosen]:
    """The candidates with the best cross-validated NDCG, best first."""
    if len(train.group_sizes) < experiment.search.folds:
        raise TableError(f"{len(train.group_sizes)} queries cannot make {experiment.search.folds} folds")
    tried = []
    for ranker in candidates(experiment):
        tried.append(Chosen(ranker, cross_validated(train, ranker, experiment)))
        done(1)
    return sorted(tried, key=lambda each: -each.ndcg)[: experiment.search.keep]


def candidates(experiment: LtrExperiment) -> Iterator[LambdaMartConfig]:
    """The ranker as configured, then draws from the space."""
    rng = np.random.default_rng(experiment.seed)
    start = experiment.ranker.model_copy(update={"patience": None})
    yield start
    for _ in range(experiment.search.candidates - 1):
        drawn = {name: values[rng.integers(len(values))] for name, values in experiment.search.space.items()}
        yield parse(LambdaMartConfig, start.model_dump() | drawn, source="search.space")


def cross_validated(
    train: Judged, ranker: LambdaMartConfig, experiment: LtrExperiment
) -> list[dict[str, float]]:
    """The learning curve on left-out queries, averaged over folds and repeats."""
    return mean_curve(
        [
            ranker.build().fit(train.take(~left_out), train.take(left_out)).curve_
            for left_out in folds(len(train.group_sizes), experiment)
        ]
    )


def folds(queries: int, experiment: LtrExperiment) -> Iterator[Flags]:
    """For each repeat and fold, the queries it leaves out; the same for every candidate."""
    for repeat in range(experiment.search.repeats):
        dealt = np.random.default_rng((experiment.seed, repeat)).permutation(queries)
        for fold in range(experiment.search.folds):
            left_out = np.zeros(queries, np.bool_)
            left_out[dealt[fold :: experiment.search.folds]] = True
            yield left_out
