"""One run of one contender, or of one of our commands, in a process of its own.

Imports as little as it can: what a contender's own process holds is what that contender needs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time
from typing import Literal, TypeVar

from training.bench.apart import run_apart
from training.bench.feature_peers.asked import Asked
from training.bench.peak import peak_mb

CONTENDERS = ("ours", "sql", "polars", "pandas")
"""Modules of `training.bench.feature_peers`."""
WholeName = Literal["snapshot", "match_snapshot", "lists"]
WHOLES: tuple[WholeName, ...] = ("snapshot", "match_snapshot", "lists")
"""Functions of `training.bench.feature_wholes`."""
Result = TypeVar("Result")


@dataclass(frozen=True)
class Run:
    """What a run took."""

    seconds: float
    """On the clock, from the open question to the last answer."""
    cpu_seconds: float
    """Of all threads together."""
    import_mb: float
    """Peak of memory before the first row was read: Python and the libraries."""
    peak_mb: float
    """Peak of memory, imports and answers among it."""


def run_contender(name: str, asked: Asked, keep: Path | None) -> Run:
    """A contender's answers to everything; with `keep`, an empty folder's path, they are left there."""
    return run_apart(name, _contend, name, asked, keep)


def run_whole(name: WholeName, asked: Asked, folder: Path) -> Run:
    """One of our commands from the tables to the files in `folder`."""
    return run_apart(name, _whole, name, asked, folder)


def _contend(name: str, asked: Asked, keep: Path | None) -> Run:
    contender = import_module(f"training.bench.feature_peers.{name}")
    contender.prepare(asked)
    answers, run = _measured(lambda: contender.answers(asked))
    if keep is not None:
        import_module("training.bench.feature_answers").keep(answers, contender.as_arrow, keep)
    return run


def _whole(name: str, asked: Asked, folder: Path) -> Run:
    work = getattr(import_module("training.bench.feature_wholes"), name)
    return _measured(lambda: work(asked, folder))[1]


def _measured(work: Callable[[], Result]) -> tuple[Result, Run]:
    imports, started, cpu_started = peak_mb(), perf_counter(), process_time()
    result = work()
    seconds, cpu_seconds = perf_counter() - started, process_time() - cpu_started
    return result, Run(seconds, cpu_seconds, imports, peak_mb())
