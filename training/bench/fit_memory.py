"""The largest matrix that can be factorised in some memory: fitted to small runs, proven by a large one.

Each run has a process of its own, whose peak the system keeps. The peak grows by a number of bytes for each
pair and each row (a user or an item); the first runs say how many. The proof is a run of the largest matrix,
or of the largest that is done in time.
"""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from pydantic import Field
from threadpoolctl import threadpool_limits

from recsys.config import Config
from recsys.console import Advance
from training.bench.apart import run_apart
from training.bench.fit_pairs import MadePairs
from training.bench.peak import peak_mb
from training.retrieval.als import AlsConfig

MB_PER_GIB = 2**10
MARGIN = 0.97
"""Of the memory, for what the line through the small runs does not know."""


class FitMemoryConfig(Config):
    """Sizes of the runs; all have one epoch, which needs as much memory as many."""

    memory_gib: float = Field(default=12.0, gt=0)
    seconds: float = Field(default=70.0, gt=0)
    """How long the proof may take at the speed of the small runs; large ones are up to 1.5 times as slow."""
    pairs_per_user: int = Field(default=50, ge=1)
    users_per_item: int = Field(default=5, ge=1)
    """Shape of the largest matrix."""
    users: tuple[int, int, int] = (20_000, 200_000, 120_000)
    """Of the small runs; the second has a fifth of the pairs for each user, and as many items as users."""
    seed: int = 1


@dataclass(frozen=True)
class FitRun:
    """One epoch of one matrix, in a process of its own."""

    users: int
    items: int
    pairs: int
    peak_mb: float
    """All the process had in RAM at once, the pairs that it was given among it."""
    seconds: float
    """Wall-clock time of the fit."""


@dataclass(frozen=True)
class FitMemory:
    """What fits, by estimate and by proof."""

    memory_gib: float
    runs: list[FitRun]
    base_mb: float
    bytes_per_pair: float
    bytes_per_row: float
    largest_pairs: int
    """Estimated to fit, of the asked shape."""
    proof: FitRun
    proof_is_largest: bool
    """Whether the proof is of `largest_pairs`, and not of what was done in time."""
    proof_fits: bool
    """Whether its peak stayed below the memory."""


def measure_memory(config: FitMemoryConfig, als: AlsConfig, advance: Advance) -> FitMemory:
    """Fit the line, then prove it; raises ConfigError if the system does not say what a process needed."""
    runs = []
    for shape in _small_shapes(config):
        runs.append(_one_epoch(shape, als))
        advance(1)
    base, per_pair, per_row = _line(runs)
    rows_per_pair = (1 + 1 / config.users_per_item) / config.pairs_per_user
    memory = config.memory_gib * MB_PER_GIB
    largest = int(max(memory * MARGIN - base, 0) * 2**20 / (per_pair + per_row * rows_per_pair))
    in_time = int(config.seconds * runs[-1].pairs / runs[-1].seconds)
    proof = _one_epoch(_shape(config, min(largest, in_time)), als)
    advance(1)
    return FitMemory(
        memory_gib=config.memory_gib,
        runs=runs,
        base_mb=base,
        bytes_per_pair=per_pair,
        bytes_per_row=per_row,
        largest_pairs=largest,
        proof=proof,
        proof_is_largest=largest <= in_time,
        proof_fits=proof.peak_mb <= memory,
    )


def steps(config: FitMemoryConfig) -> int:
    """How often `measure_memory` calls its `advance`."""
    return len(config.users) + 1


def _one_epoch(shape: MadePairs, als: AlsConfig) -> FitRun:
    """In a new process; raises ConfigError if the system ends it, as it does for want of memory."""
    one_epoch = als.model_copy(update={"iterations": 1})
    return run_apart(f"the fit of {shape.pairs:,} pairs", _run, shape, one_epoch)


def _run(shape: MadePairs, als: AlsConfig) -> FitRun:
    known = shape.make()
    with threadpool_limits(limits=1):
        started = perf_counter()
        als.build().fit(known)
        seconds = perf_counter() - started
    return FitRun(shape.users, shape.items, shape.pairs, peak_mb(), seconds)


def _small_shapes(config: FitMemoryConfig) -> list[MadePairs]:
    """Two of the asked shape, and one of more rows for its pairs."""
    small, many, large = config.users
    per_user = max(1, config.pairs_per_user // 5)
    many_rows = MadePairs(users=many, items=many, pairs_per_user=per_user, seed=config.seed)
    return [
        _shape(config, small * config.pairs_per_user),
        many_rows,
        _shape(config, large * config.pairs_per_user),
    ]


def _shape(config: FitMemoryConfig, pairs: int) -> MadePairs:
    users = max(1, pairs // config.pairs_per_user)
    items = max(2 * config.pairs_per_user, users // config.users_per_item)
    return MadePairs(users=users, items=items, pairs_per_user=config.pairs_per_user, seed=config.seed)


def _line(runs: list[FitRun]) -> tuple[float, float, float]:
    """MB of the process itself, bytes for each pair and for each row: the line through three runs."""
    sizes = np.array([[1, run.pairs / 2**20, (run.users + run.items) / 2**20] for run in runs])
    base, per_pair, per_row = np.linalg.solve(sizes, [run.peak_mb for run in runs])
    return float(base), float(per_pair), float(per_row)
