"""What a page of creator search costs among many creators (R13), beside peers on the same columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter, process_time

import numpy as np
from pydantic import Field
from threadpoolctl import threadpool_limits

from recsys.arrays import Floats
from recsys.config import Config
from recsys.console import Advance
from serving.creators import CreatorSearch
from training.bench.machine import describe_machine
from training.bench.search_market import made_searches, made_snapshot
from training.bench.search_peers import CONTENDERS, Answer, Find
from training.bench.targets import Target

LIBRARIES = ("numpy", "duckdb")
ENGINE, PROMISED_MS = "engine", 20.0


class SearchBenchConfig(Config):
    """What is searched, and how often."""

    creators: int = Field(default=1_000_000, ge=1)
    searches: int = Field(default=300, ge=1)
    """Random first pages, each with five filters and a sort."""
    turn: int = Field(default=10, ge=1)
    """Searches a contender answers before it is the next one's turn."""
    count: int = Field(default=20, ge=1)
    """Creators on a page."""
    seed: int = 1


@dataclass(frozen=True)
class Searched:
    """One contender on one thread; milliseconds a search."""

    contender: str
    cpu_p50_ms: float
    cpu_p99_ms: float
    wall_p50_ms: float
    wall_p99_ms: float
    """Of the clock: with what neighbours on the machine took."""
    engine_speedup: float
    """Median over searches of this one's CPU time over the engine's."""
    ready_seconds: float
    """To make ready: orders, tables."""
    agreement: float
    """Share of searches with the engine's page and total."""


@dataclass(frozen=True)
class SearchBenchReport:
    """One run."""

    machine: dict[str, str]
    config: SearchBenchConfig
    found_median: float
    """Creators who passed a search's filters, in the middle of all searches."""
    searched: list[Searched]


@dataclass(frozen=True)
class Taken:
    """What one contender answered, and the time each search took it."""

    answers: list[Answer]
    cpu_ms: Floats
    wall_ms: Floats


def run(config: SearchBenchConfig, advance: Advance) -> SearchBenchReport:
    """Measure every contender; `advance` hears of each of `steps`."""
    snapshot = made_snapshot(config.creators, config.seed)
    searches = made_searches(snapshot, config.searches, config.seed, config.count)
    finds, ready = {}, {}
    with threadpool_limits(limits=1):
        for name, contender in CONTENDERS.items():
            started = perf_counter()
            finds[name] = contender(snapshot)
            ready[name] = perf_counter() - started
            advance(1)
        taken = in_turns(finds, searches, config.turn, advance)
    totals = [answer.total for answer in taken[ENGINE].answers]
    searched = [_searched(name, taken, ready[name]) for name in finds]
    return SearchBenchReport(describe_machine(*LIBRARIES), config, float(np.median(totals)), searched)


def steps(config: SearchBenchConfig) -> int:
    """How often `run` calls `advance`."""
    return len(CONTENDERS) + -(-config.searches // config.turn)


def targets(report: SearchBenchReport) -> list[Target]:
    """How the engine keeps its promise."""
    (own,) = (each for each in report.searched if each.contender == ENGINE)
    promise = f"p99 of a search ≤ {PROMISED_MS:g} ms"
    return [Target(promise, own.cpu_p99_ms, own.cpu_p99_ms <= PROMISED_MS)]


def in_turns(
    finds: Mapping[str, Find], searches: list[CreatorSearch], turn: int, advance: Advance
) -> dict[str, Taken]:
    """The contenders' answers to all searches, in turns so that a neighbour slows all of them alike."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in finds}
    answers: dict[str, list[Answer]] = {name: [] for name in finds}
    for start in range(0, len(searches), turn):
        for name, find in finds.items():
            # Opens the turn, not timed: brings back to the caches what the others drove out.
            find(searches[start - 1])
            for search in searches[start : start + turn]:
                answer, *milliseconds = _timed(find, search)
                answers[name].append(answer)
                times[name].append((milliseconds[0], milliseconds[1]))
        advance(1)
    return {name: Taken(answers[name], *np.array(times[name]).T) for name in finds}


def _timed(find: Find, search: CreatorSearch) -> tuple[Answer, float, float]:
    cpu, wall = process_time(), perf_counter()
    answer = find(search)
    return answer, 1000 * (process_time() - cpu), 1000 * (perf_counter() - wall)


def _searched(name: str, taken: Mapping[str, Taken], ready_seconds: float) -> Searched:
    own, engine = taken[name], taken[ENGINE]
    same = [one == other for one, other in zip(own.answers, engine.answers, strict=True)]
    return Searched(
        contender=name,
        cpu_p50_ms=float(np.quantile(own.cpu_ms, 0.5)),
        cpu_p99_ms=float(np.quantile(own.cpu_ms, 0.99)),
        wall_p50_ms=float(np.quantile(own.wall_ms, 0.5)),
        wall_p99_ms=float(np.quantile(own.wall_ms, 0.99)),
        engine_speedup=float(np.median(own.cpu_ms / engine.cpu_ms)),
        ready_seconds=ready_seconds,
        agreement=float(np.mean(same)),
    )
