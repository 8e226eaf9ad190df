"""How long every expression of the features takes on DuckDB and on Spark: same machine, same run.

Seconds of the clock, and CPU seconds of all threads: this process's, and with Spark those of its JVM, where
the compiling of its code counts as well. One thread on DuckDB; on Spark what the master says.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from time import perf_counter, process_time

from ibis.backends import BaseBackend

from features.expressions import EXPRESSIONS
from features.known import known
from features.sources import Sources, gather
from recsys.policy import Policies
from recsys.tables import Tables, read_tables

Clock = Callable[[], float]
DUCKDB = "duckdb"


@dataclass(frozen=True)
class EngineTiming:
    """Medians over rounds, after one that warms up."""

    expression: str
    engine: str
    """`duckdb`, or Spark's master."""
    rows: int
    seconds: float
    cpu_seconds: float


def time_engines(
    source: str, as_of: datetime, policies: Policies, masters: tuple[str, ...], rounds: int
) -> Iterator[EngineTiming]:
    """The timings of every expression on DuckDB, then at each of Spark's masters."""
    for engine in (DUCKDB, *masters):
        with _opened(source, engine) as tables:
            sources = gather(known(tables, as_of, policies))
            for name in EXPRESSIONS:
                yield _timed(sources, name, engine, rounds)
            sources.known.release()


def steps(masters: tuple[str, ...]) -> int:
    """How many timings there will be."""
    return len(EXPRESSIONS) * (1 + len(masters))


@contextmanager
def _opened(source: str, engine: str) -> Iterator[Tables]:
    if engine == DUCKDB:
        tables = read_tables(source)
        tables.backend.raw_sql("SET threads = 1")
        yield tables
        return
    tables = read_tables(source, "spark", engine)
    try:
        yield tables
    finally:
        # One process holds one session: the next master needs this one's place.
        tables.backend.disconnect()


def _timed(sources: Sources, name: str, engine: str, rounds: int) -> EngineTiming:
    cpu = _cpu_clock(sources.known.backend)
    taken = [_once(sources, name, cpu) for _ in range(1 + rounds)][1:]
    rows, seconds, cpu_seconds = (median(each) for each in zip(*taken, strict=True))
    return EngineTiming(name, engine, int(rows), seconds, cpu_seconds)


def _once(sources: Sources, name: str, cpu: Clock) -> tuple[int, float, float]:
    started, began = perf_counter(), cpu()
    rows = sources.known.read(EXPRESSIONS[name](sources))
    return len(rows), perf_counter() - started, cpu() - began


def _cpu_clock(backend: BaseBackend) -> Clock:
    """CPU seconds so far of what computes."""
    others = getattr(backend, "cpu_seconds", lambda: 0.0)
    return lambda: process_time() + float(others())
