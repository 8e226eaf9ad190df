"""What finding the best of many items costs, beside peers: time, recall, memory, time to build."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from pydantic import Field, model_validator
from threadpoolctl import threadpool_limits

from recsys.arrays import Features, Floats
from recsys.config import Config
from recsys.console import Advance
from recsys.errors import ConfigError
from training.bench.machine import describe_machine
from training.bench.retrieve_factors import made_factors
from training.bench.retrieve_peers import Catalogue, by_numpy, contenders, recall
from training.bench.retrieve_timing import Built, build, in_turns
from training.bench.targets import Target
from training.export.probed import ProbeConfig

LIBRARIES = ("onnxruntime", "numpy", "implicit", "faiss-cpu")
REFERENCE = "implicit"
EXACT, EXACT_SPEEDUP = "screened", 1.5
APPROXIMATE, APPROXIMATE_SPEEDUP, APPROXIMATE_RECALL = "probed", 5.0, 0.98
SAMPLES = 50


class RetrieveBenchConfig(Config):
    """What is searched, and how often."""

    items: tuple[int, ...] = Field(default=(100_000, 1_000_000), min_length=1)
    """Catalogue sizes."""
    factors: int = Field(default=128, ge=1)
    count: int = Field(default=100, ge=1)
    """Items wanted."""
    queries: int = Field(default=200, ge=1)
    """Timed one at a time, and those recall is measured on."""
    turn: int = Field(default=10, ge=1)
    """Queries a contender answers before it is the next one's turn."""
    batch: int = Field(default=32, ge=1)
    """Queries answered at once, timed beside single ones."""
    hnsw_items: int = Field(default=100_000, ge=0)
    """Above this no graph of neighbours is built: a million items take one thread many minutes."""
    probes: ProbeConfig = ProbeConfig()
    seed: int = 1

    @model_validator(mode="after")
    def _wants_no_more_than_there_is(self) -> Self:
        if self.count > min(self.items):
            raise ValueError(f"count {self.count} must be at most the smallest catalogue, {min(self.items)}")
        return self


@dataclass(frozen=True)
class Retrieval:
    """One contender on one catalogue, one thread."""

    items: int
    contender: str
    p50_ms: float
    p99_ms: float
    """CPU milliseconds of a query by itself."""
    batch_ms: float
    """CPU milliseconds of a query among `batch`."""
    speedup: float
    """Median over turns of the reference's time over its own."""
    recall: float
    """Share of the exact answer that was found."""
    memory_mb: float | None
    """What the process grew by, beyond the factors it was built from; None where the system does not say."""
    build_seconds: float


@dataclass(frozen=True)
class RetrieveBenchReport:
    """One run on one thread."""

    machine: dict[str, str]
    config: RetrieveBenchConfig
    absent: dict[str, str]
    """Contenders that took no part, by "name, items", and why."""
    retrievals: list[Retrieval]


def run(config: RetrieveBenchConfig, advance: Advance) -> RetrieveBenchReport:
    """Measure every contender on every catalogue; `advance` hears of each of `steps`."""
    absent: dict[str, str] = {}
    retrievals = []
    with threadpool_limits(limits=1):
        for items in config.items:
            catalogue, queries = made_catalogue(items, config)
            built = _built(catalogue, config, absent, advance)
            retrievals += _measured(built, catalogue, queries, config)
            del built
            advance(1)
    return RetrieveBenchReport(describe_machine(*LIBRARIES), config, absent, retrievals)


def made_catalogue(items: int, config: RetrieveBenchConfig) -> tuple[Catalogue, Features]:
    """A catalogue with its samples, and the queries that are measured."""
    factors, queries = made_factors(items, SAMPLES + config.queries, config.factors, config.seed)
    return Catalogue(factors, queries[:SAMPLES], config.count), queries[SAMPLES:]


def steps(config: RetrieveBenchConfig) -> int:
    """How often `run` calls `advance`."""
    return len(config.items) * (len(contenders(config.probes)) + 1)


def _built(
    catalogue: Catalogue, config: RetrieveBenchConfig, absent: dict[str, str], advance: Advance
) -> dict[str, Built]:
    built, items = {}, len(catalogue.factors)
    for name, building in contenders(config.probes).items():
        try:
            _require_affordable(name, items, config)
            built[name] = build(building, catalogue)
        except ConfigError as reason:
            absent[f"{name}, {items} items"] = str(reason)
        advance(1)
    return built


def _require_affordable(name: str, items: int, config: RetrieveBenchConfig) -> None:
    if name == "faiss hnsw" and items > config.hnsw_items:
        raise ConfigError(f"built for at most {config.hnsw_items:,} items: one thread would take minutes")


def _measured(
    built: dict[str, Built], catalogue: Catalogue, queries: Features, config: RetrieveBenchConfig
) -> list[Retrieval]:
    finds = {name: each.find for name, each in built.items()}
    single = in_turns(finds, queries, rows=1, turn=config.turn)
    together = in_turns(finds, queries, rows=min(config.batch, len(queries)), turn=1)
    find_exactly = by_numpy(catalogue)
    exact = np.concatenate([find_exactly(query[None]) for query in queries])
    return [
        Retrieval(
            items=len(catalogue.factors),
            contender=name,
            p50_ms=float(np.quantile(single[name], 0.5)),
            p99_ms=float(np.quantile(single[name], 0.99)),
            batch_ms=float(np.median(together[name])),
            speedup=_speedup(single, name, config.turn),
            recall=recall(np.concatenate([each.find(query[None]) for query in queries]), exact),
            memory_mb=each.memory_mb,
            build_seconds=each.seconds,
        )
        for name, each in built.items()
    ]


def _speedup(taken: dict[str, Floats], name: str, turn: int) -> float:
    turns = range(turn, len(taken[name]), turn)
    reference, own = ([part.mean() for part in np.split(taken[each], turns)] for each in (REFERENCE, name))
    return float(np.median(np.array(reference) / np.array(own)))


@dataclass(frozen=True)
class CatalogueTarget(Target):
    """A promise about a catalogue of so many items."""

    items: int


def targets(report: RetrieveBenchReport) -> list[CatalogueTarget]:
    """How our graphs keep their promises on each catalogue."""
    found = {(each.contender, each.items): each for each in report.retrievals}
    return [target for items in report.config.items for target in _targets(found, items)]


def _targets(found: dict[tuple[str, int], Retrieval], items: int) -> list[CatalogueTarget]:
    kept = []
    if exact := found.get((EXACT, items)):
        promise, fast = f"exact: {EXACT_SPEEDUP:g} × {REFERENCE}", exact.speedup >= EXACT_SPEEDUP
        kept.append(CatalogueTarget(promise, exact.speedup, fast, items))
    if rough := found.get((APPROXIMATE, items)):
        promise = f"approximate: {APPROXIMATE_SPEEDUP:g} × {REFERENCE}"
        fast, enough = rough.speedup >= APPROXIMATE_SPEEDUP, rough.recall >= APPROXIMATE_RECALL
        kept.append(CatalogueTarget(promise, rough.speedup, fast, items))
        promise = f"approximate: recall {APPROXIMATE_RECALL:g}"
        kept.append(CatalogueTarget(promise, rough.recall, enough, items))
    return kept
