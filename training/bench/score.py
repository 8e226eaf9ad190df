"""What scoring the candidates of a query costs, beside peers, and what the fast ways cost in NDCG."""

from dataclasses import dataclass
from functools import partial

import lightgbm
import numpy as np
from pydantic import Field

from recsys.cascade import Scoring, cascade
from recsys.config import Config
from recsys.console import Advance
from recsys.evaluation import per_query
from recsys.judged import Judged
from recsys.metrics import ndcg
from training.bench.machine import describe_machine
from training.bench.peers import peers
from training.bench.queries import MadeQueries
from training.bench.targets import Target
from training.bench.timing import Timing, time_in_turns
from training.export.canonical import canonical
from training.export.cascade import CascadeConfig, stage_graphs
from training.export.cascade_search import CascadeChoice, CascadeSearch, choose_cascade
from training.export.graph import tree_graph
from training.export.parity import ParityReport, boundary_rows, check_parity
from training.export.running import open_graph
from training.export.trees import Trees, read_trees

CUTOFF = 10
LIBRARIES = ("lightgbm", "onnxruntime", "numpy")
TARGET_ROWS, TARGET_SPEEDUP, TARGET_LOSS = 500, 6.0, 0.001


class ScoreBenchConfig(Config):
    """What is scored, on how many rows, how often."""

    trees: int = Field(default=300, ge=2)
    leaves: int = Field(default=63, ge=2)
    learning_rate: float = Field(default=0.08, gt=0)
    train: MadeQueries = MadeQueries(queries=400, rows=100, seed=1)
    valid: MadeQueries = MadeQueries(queries=150, rows=500, seed=2)
    """The cascade is chosen on these."""
    test: MadeQueries = MadeQueries(queries=100, rows=500, seed=3)
    """NDCG and times are measured on these."""
    search: CascadeSearch = CascadeSearch(cutoff=CUTOFF)
    rows: tuple[int, ...] = Field(default=(1, 100, 500, 1000), min_length=1)
    """Batch sizes that are timed."""
    rounds: int = Field(default=31, ge=1)
    """Times each batch size is timed for each scorer."""
    boundary_rows: int = Field(default=50_000, ge=1)


@dataclass(frozen=True)
class ScoreBenchReport:
    """One run on one thread."""

    machine: dict[str, str]
    absent: dict[str, str]
    """Peers that took no part, and why."""
    cascade: CascadeChoice
    parity: ParityReport
    """The plain graph and the booster it was made of, on boundary rows."""
    ndcg_at_10: dict[str, float]
    """Mean over the test queries, against the true grades, by scorer."""
    timings: list[Timing]
    """By batch size and scorer; speedups are over LightGBM."""


def run(config: ScoreBenchConfig, advance: Advance) -> ScoreBenchReport:
    """Learn a model, export it, measure every way to score with it; `advance` hears of each of `steps`."""
    booster = learn(config)
    advance(1)
    exported = canonical(booster)
    trees = read_trees(exported)
    choice = choose_cascade(exported, config.valid.make(), config.search)
    advance(1)
    test = config.test.make()
    present, absent = peers(booster)
    scorers = {**present, **ours(trees, choice.config)}
    parity = prove(exported, trees, test, config)
    advance(1)
    quality = {name: mean_ndcg(score, test) for name, score in scorers.items()}
    timings = []
    for rows in config.rows:
        timings += time_in_turns(scorers, test.features, rows, config.rounds)
        advance(1)
    return ScoreBenchReport(describe_machine(*LIBRARIES), absent, choice, parity, quality, timings)


def steps(config: ScoreBenchConfig) -> int:
    """How often `run` calls `advance`."""
    return 3 + len(config.rows)


def learn(config: ScoreBenchConfig) -> lightgbm.Booster:
    """LambdaMART on the training queries."""
    train = config.train.make()
    settings = {
        "objective": "lambdarank",
        "num_leaves": config.leaves,
        "learning_rate": config.learning_rate,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    rows = lightgbm.Dataset(train.features, train.grades, group=train.group_sizes, params=settings)
    return lightgbm.train(settings, rows, config.trees)


def ours(trees: Trees, config: CascadeConfig) -> dict[str, Scoring]:
    """The plain graph and, where one was chosen, the cascade."""
    plain = open_graph(tree_graph(trees, "plain"))
    if not config.enabled:
        return {"plain": plain}
    stages = [open_graph(graph) for graph in stage_graphs(trees, config, "stage")]
    return {"plain": plain, "cascade": partial(cascade, whole=plain, stages=stages, keep=config.keep)}


def prove(exported: lightgbm.Booster, trees: Trees, test: Judged, config: ScoreBenchConfig) -> ParityReport:
    """Parity of the plain graph on boundary rows; raises BundleError if there is none."""
    rows = boundary_rows(trees, test.features, config.boundary_rows, config.test.seed)
    return check_parity(exported, tree_graph(trees, "plain"), rows)


def mean_ndcg(score: Scoring, judged: Judged) -> float:
    """NDCG@10 over the queries, each scored by itself."""
    queries = np.split(judged.features, judged.starts[1:])
    scores = np.concatenate([score(rows) for rows in queries])
    return float(np.nanmean(per_query(scores, judged, ndcg, CUTOFF)))


def targets(report: ScoreBenchReport) -> list[Target]:
    """How the cascade keeps its promises at 500 rows; none where that was not timed or nothing was chosen."""
    timed = {timing.scorer: timing for timing in report.timings if timing.rows == TARGET_ROWS}
    if "cascade" not in timed:
        return []
    speedup = timed["cascade"].speedup
    lost = report.ndcg_at_10["plain"] - report.ndcg_at_10["cascade"]
    peers = [timing.median_ms for name, timing in timed.items() if name.startswith("pylignum")]
    over_peer = [min(peers) / timed["cascade"].median_ms] if peers else []
    return [
        Target(f"at least {TARGET_SPEEDUP:g} times LightGBM's speed", speedup, speedup >= TARGET_SPEEDUP),
        Target(f"NDCG@{CUTOFF} lost: at most {TARGET_LOSS:g}", lost, lost <= TARGET_LOSS),
        *(Target("faster than pylignum (times)", times, times > 1) for times in over_peer),
    ]
