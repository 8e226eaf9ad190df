"""Products or inspiration videos for creators: snapshots → retrieval → ranking → proven graphs → bundle."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from pydantic import Field, model_validator

from features.known import known
from features.recommending.matrix import ITEM_FEATURES, item_features
from features.recommending.proposed import proposed
from features.recommending.surfaces import Surface
from recsys import __version__
from recsys.arrays import Features, Ints
from recsys.bundle import Bundle, BundleFacts, Model
from recsys.config import Config
from recsys.evaluation import Report
from recsys.files import sha256_of_json
from recsys.lift import LIFTS
from recsys.policy import read_policies
from recsys.retrieval_facts import RetrievalFacts
from recsys.tables import Tables, read_tables
from recsys.vocabulary import CREATOR_OBJECTIVES, CreatorObjective
from training.bundling import golden_rows
from training.export.proven import Proven, prove
from training.gate import CUTOFF
from training.lift import LiftConfig
from training.lift.estimate import trait_lifts
from training.recipes.recommend_truth import Shares, oracle_shares
from training.recommending.evaluation import Beyond, Lists, beyond_accuracy, evaluate_lists, lists_of
from training.recommending.golden import golden_requests
from training.recommending.learning import (
    Retrievers,
    baseline_retrievers,
    fit_rankers,
    fit_retrievers,
    tune_retrieval,
)
from training.recommending.parity import RetrievalParity, retrieval_parity
from training.recommending.prepared import PreparationConfig, Prepared, prepare
from training.recommending.ranking import FittedRanker, RankingConfig
from training.recommending.recommender import Lister, RandomOrder, Recommender, RetrievalOrder
from training.recommending.retrieving import RetrievalConfig, blocks
from training.simulate.item_truth import ItemTruth
from training.threads import on_one_blas_thread
from training.tuning import SearchSpace, Trial, Tuned, TuningConfig

OURS, RETRIEVAL, RANDOM = "model", "retrieval", "random"
Done = Callable[[int], None]


class RecommendExperiment(Config):
    """Everything that decides a run, except which tables it reads."""

    surface: Surface
    policies: Path
    """Folder of the policies (R1); relative to the working directory."""
    truth: Path | None
    """Folder of a simulated world's truth: adds the oracle to the report; null otherwise."""
    seed: int
    """Of bootstrap intervals, parity rows and the random baseline; what learns has its own."""
    preparation: PreparationConfig
    retrieval: RetrievalConfig
    """Where the search starts from."""
    tuning: TuningConfig
    space: SearchSpace
    """Settings of `retrieval` by their path; nothing: it is taken as it stands."""
    ranking: RankingConfig
    baselines: dict[str, tuple[str, ...]]
    """Name → signals of which it is made."""
    lift: LiftConfig | None
    """What traits of videos are worth is written into the bundle (R32); null leaves it out."""
    cutoffs: tuple[int, ...] = Field(min_length=1)
    golden_rows: int = Field(ge=1)
    """Rows in the bundle with the scores they must get, and requests with the items."""

    @model_validator(mode="after")
    def _names_exist(self) -> "RecommendExperiment":
        signals = {*self.retrieval.models, *self.retrieval.content}
        unknown = {signal for chosen in self.baselines.values() for signal in chosen} - signals
        if unknown:
            raise ValueError(f"baselines use {sorted(unknown)}, expected signals among {sorted(signals)}")
        if taken := {OURS, RETRIEVAL, RANDOM} & self.baselines.keys():
            raise ValueError(f"baselines need names of their own, found {sorted(taken)}")
        if CUTOFF not in self.cutoffs:
            raise ValueError(f"cutoffs must hold {CUTOFF}, at which the gate compares, found {self.cutoffs}")
        return self


@dataclass(frozen=True)
class Fitted:
    """What was learnt."""

    tuned: Tuned
    retrievers: Retrievers
    rankers: Mapping[CreatorObjective, FittedRanker]
    graphs: Mapping[str, Proven]
    """By model name: each ranker's graph with the booster it was proven equal to."""
    parity: RetrievalParity
    rows: Features
    """Candidates of the first test moment, on which the graphs were proven."""


@dataclass(frozen=True)
class RecommendResult:
    """What a run found."""

    bundle: Bundle
    prepared: Prepared
    fitted: Fitted
    lists: Lists
    """At the test moments, by the bundle first, then by the baselines."""
    report: Report
    beyond: Mapping[str, Beyond]
    shares: Shares | None
    """Of the oracle's expected results, in a simulated world."""
    data: Mapping[str, str]
    """sha256 of each table."""


@on_one_blas_thread
def run(
    experiment: RecommendExperiment,
    source: str | Path,
    out: Path,
    done: Done,
    told: Callable[[Trial], None] = lambda _: None,
) -> RecommendResult:
    """Read → tune → fit → prove → write the bundle below `out` → ask it at the test moments.

    `done` hears of every of `steps(experiment)`, `told` of every trial. Raises ConfigError, TableError or
    BundleError.
    """
    # Opened before anything is fitted, so that a wrong folder is told at once.
    truth = None if experiment.truth is None else ItemTruth.open(experiment.truth)
    tables = read_tables(source)
    weights = experiment.retrieval.events
    prepared = prepare(tables, experiment.policies, experiment.surface, experiment.preparation, weights, done)
    fitted = fit(prepared, experiment, tables.fingerprints(), done, told)
    bundle = write(fitted, prepared, tables, experiment, out)
    lists = lists_of(listers_of(bundle, prepared, fitted, experiment), prepared, max(experiment.cutoffs))
    done(1)
    trained = fitted.retrievers.signals.item_ids
    return RecommendResult(
        bundle=bundle,
        prepared=prepared,
        fitted=fitted,
        lists=lists,
        report=evaluate_lists(lists, prepared, experiment.cutoffs, experiment.seed),
        beyond=beyond_accuracy(lists, prepared, trained, experiment.seed),
        shares=None if truth is None else oracle_shares(truth, lists, prepared),
        data=tables.fingerprints(),
    )


def steps(experiment: RecommendExperiment) -> int:
    """How often `run` says that something is done."""
    moments = experiment.preparation.moments
    trials = experiment.tuning.trials if experiment.space else 1
    return moments.learning + 1 + moments.test + trials + len(CREATOR_OBJECTIVES) + 1


def fit(
    prepared: Prepared,
    experiment: RecommendExperiment,
    data: Mapping[str, str],
    done: Done,
    told: Callable[[Trial], None],
) -> Fitted:
    """Settings by validation, then retrieval and ranking, each proven equal to its graph."""

    def heard(trial: Trial) -> None:
        told(trial)
        done(1)

    name = f"{experiment.surface}-{sha256_of_json([dict(data), experiment.preparation.model_dump()])[:12]}"
    retrieval, tuned = tune_retrieval(
        prepared, experiment.retrieval, experiment.space, experiment.tuning, name, heard
    )
    retrievers = fit_retrievers(prepared, retrieval)
    parity = retrieval_parity(prepared, retrievers, CUTOFF)
    rankers = fit_rankers(prepared, retrievers, experiment.ranking, done)
    rows = test_rows(prepared, retrievers)
    graphs = {
        f"rank_{objective}": prove(ranker.booster, rows, f"rank_{objective}", experiment.seed)
        for objective, ranker in rankers.items()
    }
    return Fitted(tuned, retrievers, rankers, graphs, parity, rows)


def test_rows(prepared: Prepared, retrievers: Retrievers) -> Features:
    """The candidates of some creators at the first test moment."""
    situation = prepared.situations[prepared.moments.test[0]]
    retriever = retrievers.by_moment[situation.at]
    some = blocks(situation.creators, len(situation.items))[0]
    found = retriever.retrieve(situation, some, CREATOR_OBJECTIVES[0], retriever.facts.candidates)
    pairs, said = proposed(found, retriever.facts.signals, some, situation.items)
    return item_features(situation.snapshot, situation.surface, pairs, said)


def listers_of(
    bundle: Bundle, prepared: Prepared, fitted: Fitted, experiment: RecommendExperiment
) -> dict[str, Lister]:
    """The bundle as it will be served, its retrieval alone, and the baselines."""
    recommender = Recommender.of(bundle)
    baselines = baseline_retrievers(prepared, fitted.retrievers, experiment.baselines)
    return {
        OURS: recommender,
        RETRIEVAL: RetrievalOrder(recommender.retriever),
        **{name: RetrievalOrder(retriever) for name, retriever in baselines.items()},
        RANDOM: RandomOrder(experiment.seed),
    }


def write(
    fitted: Fitted, prepared: Prepared, tables: Tables, experiment: RecommendExperiment, out: Path
) -> Bundle:
    """The bundle, written below `out` under a name made of its content."""
    features = ITEM_FEATURES[experiment.surface]
    graphs = {name: proven.graph for name, proven in fitted.graphs.items()}
    retrieval = shipped(fitted.retrievers, prepared, experiment.golden_rows)
    files = {f"{name}.onnx": graph for name, graph in graphs.items()}
    files |= {
        retrieval.graph: fitted.retrievers.graph,
        retrieval.items: npy(fitted.retrievers.signals.item_ids),
    }
    if experiment.lift is not None:
        first_test = known(tables, prepared.moments.test[0], read_policies(experiment.policies))
        files[LIFTS] = trait_lifts(first_test, experiment.lift).model_dump_json(indent=1).encode()
    facts = BundleFacts(
        recipe=experiment.surface,
        code_version=__version__,
        seed=experiment.seed,
        data=tables.fingerprints(),
        feature_names=tuple(features),
        reason_groups={name: feature.reason for name, feature in features.items()},
        models={name: Model(graph=f"{name}.onnx") for name in graphs},
        golden=golden_rows(graphs, fitted.rows, experiment.golden_rows),
        retrieval=retrieval,
    )
    return Bundle.write(out, facts, files)


def shipped(retrievers: Retrievers, prepared: Prepared, requests: int) -> RetrievalFacts:
    """The facts of the retriever that is shipped, with requests that prove its graph."""
    situation = prepared.situations[prepared.moments.test[0]]
    retriever = retrievers.by_moment[situation.at]
    golden = golden_requests(retriever, situation, requests)
    return retriever.facts.model_copy(update={"golden": golden})


def npy(values: Ints) -> bytes:
    """An array as a file of NumPy."""
    buffer = BytesIO()
    np.save(buffer, values, allow_pickle=False)
    return buffer.getvalue()
