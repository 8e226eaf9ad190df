"""What matching costs among very many creators: time, recall, memory of workers, time to start."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from features.first_stage import FirstStage, FirstStageConfig
from recsys.brief import Brief
from recsys.bundle import Bundle
from recsys.config import Config
from recsys.console import Advance
from recsys.evaluation import Interval, bootstrap_mean
from recsys.release import Release
from recsys.snapshot import Snapshot
from serving.matching.engine import MatchEngine
from serving.requests import MatchRequest
from training.bench.apart import run_apart
from training.bench.machine import describe_machine
from training.bench.match_briefs import FILTERS, fresh_briefs
from training.bench.match_made import Made
from training.bench.match_worker import Answered, Memory, Session, import_cpu_seconds, memory_of_workers, work
from training.bench.targets import Target

LIBRARIES = ("numpy", "onnxruntime", "pyarrow")
EXPLAINED = (0, 10)
"""Creators with reasons."""
BEST = 100
WORKERS = 2
REMEMBERED = 20
"""Briefs each worker answers before its memory is measured."""
PROMISED_MS, PROMISED_RECALL, PROMISED_MIB = 50.0, 0.95, 300.0
PROMISED_START, PROMISED_IMPORT = 3.0, 0.5


class MatchBenchConfig(Config):
    """What is asked, and of how many creators."""

    creators: int = Field(default=2_000_000, ge=1)
    briefs: int = Field(default=200, ge=2)
    """Timed for each number of filters, without and with reasons; no brief is asked twice."""
    compared: int = Field(default=8, ge=1)
    """Briefs of each number of filters for which everyone eligible is ranked, to see who was missed."""
    stage: FirstStageConfig = FirstStageConfig()
    seed: int = 11


@dataclass(frozen=True)
class Timed:
    """Answers to briefs with so many filters, one at a time in one worker; milliseconds."""

    filters: int
    explained: int
    briefs: int
    eligible: float
    """In the median."""
    ranked: float
    """Creators whom the whole ranker scored, in the median."""
    p50_ms: float
    p99_ms: float
    """Of the clock: with what neighbours on the machine took."""
    cpu_p50_ms: float
    cpu_p99_ms: float


@dataclass(frozen=True)
class MatchBenchReport:
    """One run."""

    machine: dict[str, str]
    config: MatchBenchConfig
    bundle: str
    snapshot: str
    index: str
    snapshot_seconds: float
    """To make and write the snapshot; 0 where it was there."""
    index_seconds: float
    """To learn and write the index; 0 where it was there."""
    import_cpu_seconds: float
    start_seconds: float
    """From nothing open to a proven engine, the files in the system's cache."""
    timed: list[Timed]
    recall: dict[int, Interval]
    """Filters → share of the 100 whom the whole ranker puts first among everyone eligible."""
    recall_of_all: Interval
    workers: list[Memory]


def run(config: MatchBenchConfig, made: Made, advance: Advance) -> MatchBenchReport:
    """Measure a release; `advance` hears of each of `steps`."""
    release, snapshot = made.release, Snapshot.open(made.release.snapshot)
    questions = _questions(snapshot, config)
    session = run_apart("a worker", work, release, list(questions.values()))
    advance(1)
    briefs = {filters: fresh_briefs(snapshot, filters, REMEMBERED, config.seed + 1) for filters in FILTERS}
    mixed = [MatchRequest(brief=brief) for some in zip(*briefs.values(), strict=True) for brief in some]
    held = memory_of_workers(release, [mixed[start::WORKERS] for start in range(WORKERS)])
    advance(1)
    recalls = measure_recall(release, snapshot, config, advance)
    folders = release.folders
    return MatchBenchReport(
        machine=describe_machine(*LIBRARIES),
        config=config,
        bundle=folders["match"].resolve().name,
        snapshot=snapshot.name,
        index=folders["index"].resolve().name,
        snapshot_seconds=made.snapshot_seconds,
        index_seconds=made.index_seconds,
        import_cpu_seconds=import_cpu_seconds(),
        start_seconds=session.start_seconds,
        timed=_timed(questions, session),
        recall={filters: bootstrap_mean(np.array(each), config.seed) for filters, each in recalls.items()},
        recall_of_all=bootstrap_mean(np.concatenate(list(recalls.values())), config.seed),
        workers=held,
    )


def steps(config: MatchBenchConfig) -> int:
    """How often `run` calls `advance`."""
    return 2 + len(FILTERS) * config.compared


Questions = dict[tuple[int, int], list[MatchRequest]]
"""Filters and creators with reasons → requests."""


def _questions(snapshot: Snapshot, config: MatchBenchConfig) -> Questions:
    """One request more than is timed of each kind: the first warms up."""
    found: Questions = {}
    for filters in FILTERS:
        briefs = fresh_briefs(snapshot, filters, len(EXPLAINED) * (config.briefs + 1), config.seed)
        for place, explained in enumerate(EXPLAINED):
            own = briefs[place :: len(EXPLAINED)]
            found[filters, explained] = [MatchRequest(brief=brief, explain=explained) for brief in own]
    return found


def _timed(questions: Questions, session: Session) -> list[Timed]:
    kinds = zip(questions, session.answered, strict=True)
    return [_of_kind(filters, explained, answered) for (filters, explained), answered in kinds]


def _of_kind(filters: int, explained: int, answered: Sequence[Answered]) -> Timed:
    wall = np.array([each.wall_ms for each in answered])
    cpu = np.array([each.cpu_ms for each in answered])
    return Timed(
        filters=filters,
        explained=explained,
        briefs=len(answered),
        eligible=float(np.median([each.eligible for each in answered])),
        ranked=float(np.median([each.ranked for each in answered])),
        p50_ms=float(np.quantile(wall, 0.5)),
        p99_ms=float(np.quantile(wall, 0.99)),
        cpu_p50_ms=float(np.quantile(cpu, 0.5)),
        cpu_p99_ms=float(np.quantile(cpu, 0.99)),
    )


def measure_recall(
    release: Release, snapshot: Snapshot, config: MatchBenchConfig, advance: Advance
) -> dict[int, list[float]]:
    """Filters → of each brief the share of the whole ranker's first 100 among the answer's first 100."""
    bundle = Bundle.open(release.folders["match"])
    quick = MatchEngine.of(bundle, snapshot, FirstStage.open(release.folders["index"]))
    whole = MatchEngine.of(bundle, snapshot)
    found: dict[int, list[float]] = {}
    for filters in FILTERS:
        found[filters] = []
        for brief in fresh_briefs(snapshot, filters, config.compared, config.seed + 2):
            found[filters] += _recall(brief, quick, whole)
            advance(1)
    return found


def _recall(brief: Brief, quick: MatchEngine, whole: MatchEngine) -> list[float]:
    """Nothing where nobody is eligible."""
    best = {item.creator_id for item in whole.match(brief, BEST, 0).items}
    shown = {item.creator_id for item in quick.match(brief, BEST, 0).items}
    return [len(best & shown) / len(best)] if best else []


def targets(report: MatchBenchReport) -> list[Target]:
    """How the engine keeps its promises."""
    slowest = max(each.p99_ms for each in report.timed if each.explained == 0)
    private = max(each.private_mib for each in report.workers)
    recall, start, imported = report.recall_of_all.mean, report.start_seconds, report.import_cpu_seconds
    return [
        Target(f"p99 without reasons ≤ {PROMISED_MS:g} ms", slowest, slowest <= PROMISED_MS),
        Target(f"recall of the first {BEST} ≥ {PROMISED_RECALL:g}", recall, recall >= PROMISED_RECALL),
        Target(f"MiB for one more worker ≤ {PROMISED_MIB:g}", private, private <= PROMISED_MIB),
        Target(f"seconds to start ≤ {PROMISED_START:g}", start, start <= PROMISED_START),
        Target(f"CPU seconds to import ≤ {PROMISED_IMPORT:g}", imported, imported <= PROMISED_IMPORT),
    ]
