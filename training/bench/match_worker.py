"""What a worker of the service does, in a process of its own: open, answer, and say what it holds."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, process_time

from threadpoolctl import threadpool_limits

from recsys.errors import ConfigError
from recsys.release import Release
from serving.engine import Engine
from serving.requests import MatchRequest

ROLLUP = Path("/proc/self/smaps_rollup")
KIBIBYTES_PER_MIB = 2**10
IMPORT = "from time import process_time as t; a = t(); import serving.engine; print(t() - a)"


@dataclass(frozen=True)
class Answered:
    """One brief, answered."""

    eligible: int
    ranked: int
    wall_ms: float
    cpu_ms: float


@dataclass(frozen=True)
class Session:
    """How a worker started and what it answered."""

    start_seconds: float
    """Of the clock, from nothing open to a proven engine."""
    answered: list[list[Answered]]
    """One list for each list of requests."""


@dataclass(frozen=True)
class Memory:
    """What a worker held after its answers, in MiB."""

    private_mib: float
    """Held by this worker alone: what one more worker costs."""
    shared_part_mib: float
    """Its part of what it shares, such as the snapshot's pages, besides (of its PSS)."""
    resident_mib: float
    """Everything in RAM that it can reach, with all that it shares."""


def work(release: Release, requests: Sequence[Sequence[MatchRequest]]) -> Session:
    """Open a release and answer lists of requests, one at a time; the first answer of each is a warm-up."""
    with threadpool_limits(limits=1):
        started = perf_counter()
        engine = Engine.open(release)
        seconds = perf_counter() - started
        return Session(seconds, [[_answer(engine, each) for each in some][1:] for some in requests])


def _answer(engine: Engine, request: MatchRequest) -> Answered:
    wall, cpu = perf_counter(), process_time()
    answer = engine.match(request)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    return Answered(answer.eligible, answer.ranked, 1000 * wall, 1000 * cpu)


def import_cpu_seconds() -> float:
    """CPU seconds that `import serving.engine` takes in a new interpreter."""
    done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True)
    return float(done.stdout)


def memory_of_workers(release: Release, requests: Sequence[Sequence[MatchRequest]]) -> list[Memory]:
    """What several workers hold at the same time, each after its list of requests.

    Raises ConfigError where the system does not tell.
    """
    if not ROLLUP.exists():
        raise ConfigError(f"a worker's memory is read from {ROLLUP}, which this system lacks")
    context = get_context("spawn")
    ends = [context.Pipe() for _ in requests]
    workers = [
        context.Process(target=_hold, args=(release, some, end))
        for some, (_, end) in zip(requests, ends, strict=True)
    ]
    for worker in workers:
        worker.start()
    for own, _ in ends:
        own.recv()
    for own, _ in ends:
        own.send("measure")
    held: list[Memory] = [own.recv() for own, _ in ends]
    for own, _ in ends:
        own.send("stop")
    for worker in workers:
        worker.join()
    return held


def _hold(release: Release, requests: Sequence[MatchRequest], end: Connection) -> None:
    """Answer, and stay until everybody has been measured."""
    with threadpool_limits(limits=1):
        engine = Engine.open(release)
        for request in requests:
            engine.match(request)
    end.send("ready")
    end.recv()
    end.send(_memory())
    end.recv()


def _memory() -> Memory:
    lines = [line.split() for line in ROLLUP.read_text().splitlines()[1:]]
    held = {name.rstrip(":"): int(count) / KIBIBYTES_PER_MIB for name, count, *_ in lines}
    private = held["Private_Clean"] + held["Private_Dirty"]
    return Memory(private, held["Pss"] - private, held["Rss"])
