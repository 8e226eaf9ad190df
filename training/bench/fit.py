"""What factorising costs: seconds an epoch beside `implicit` itself, and the memory of large matrices."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import process_time

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from pydantic import Field
from threadpoolctl import threadpool_limits

from recsys.arrays import Floats
from recsys.config import Config
from recsys.console import Advance
from training.bench.fit_memory import FitMemory, FitMemoryConfig, measure_memory
from training.bench.fit_memory import steps as memory_steps
from training.bench.fit_pairs import MadePairs
from training.bench.machine import describe_machine
from training.retrieval.als import AlsConfig
from training.retrieval.sparse import csr

LIBRARIES = ("numpy", "implicit")
HIGHEST_RATIO = 1.05


class FitBenchConfig(Config):
    """What is factorised, and how often."""

    pairs: MadePairs = MadePairs(users=20_000, items=8_000, pairs_per_user=25)
    """Those the seconds are measured on."""
    als: AlsConfig = AlsConfig.model_validate({"factors": 64, "iterations": 5})
    rounds: int = Field(default=8, ge=1)
    """Times each way is timed, in turns."""
    memory: FitMemoryConfig = FitMemoryConfig()


@dataclass(frozen=True)
class FitSpeed:
    """CPU seconds an epoch: those of a whole fit, divided by its epochs; medians over rounds."""

    users: int
    items: int
    pairs: int
    implicit_seconds: float
    ours_seconds: float
    ratio: float
    """Median over rounds of our time over that of `implicit` called directly."""
    same_factors: bool
    """Whether both learnt the same item factors, bit for bit."""


@dataclass(frozen=True)
class FitBenchReport:
    """One run on one thread."""

    machine: dict[str, str]
    config: FitBenchConfig
    speed: FitSpeed
    memory: FitMemory


def run(config: FitBenchConfig, advance: Advance) -> FitBenchReport:
    """Measure both; `advance` hears of each of `steps`."""
    speed = measure_speed(config, advance)
    memory = measure_memory(config.memory, config.als, advance)
    return FitBenchReport(describe_machine(*LIBRARIES), config, speed, memory)


def steps(config: FitBenchConfig) -> int:
    """How often `run` calls `advance`."""
    return config.rounds + memory_steps(config.memory)


def measure_speed(config: FitBenchConfig, advance: Advance) -> FitSpeed:
    """Both ways in turns; each is given the pairs in the form it wants."""
    known = config.pairs.make()
    matrix = csr(known)
    seconds = np.empty((config.rounds, 2))
    same = True
    with threadpool_limits(limits=1):
        for turn in range(config.rounds):
            theirs, ours = directly(config.als), config.als.build()
            fits = partial(theirs.fit, matrix, show_progress=False), partial(ours.fit, known)
            # The second finds warmer caches: each way is first in every other turn.
            for way in ((0, 1), (1, 0))[turn % 2]:
                seconds[turn, way] = cpu_seconds(fits[way])
            same &= np.array_equal(theirs.item_factors, ours.model_.item_factors)
            advance(1)
    return _speed(config, seconds, same)


def directly(als: AlsConfig) -> AlternatingLeastSquares:
    """`implicit`'s own class with the same settings."""
    return AlternatingLeastSquares(
        factors=als.factors,
        regularization=als.regularization,
        alpha=als.alpha,
        iterations=als.iterations,
        num_threads=als.num_threads,
        random_state=als.seed,
    )


def cpu_seconds(work: Callable[[], object]) -> float:
    """What `work` takes, its threads together."""
    started = process_time()
    work()
    return process_time() - started


def _speed(config: FitBenchConfig, seconds: Floats, same: bool) -> FitSpeed:
    theirs, ours = np.median(seconds, axis=0) / config.als.iterations
    return FitSpeed(
        users=config.pairs.users,
        items=config.pairs.items,
        pairs=config.pairs.pairs,
        implicit_seconds=float(theirs),
        ours_seconds=float(ours),
        ratio=float(np.median(seconds[:, 1] / seconds[:, 0])),
        same_factors=same,
    )


def targets(report: FitBenchReport) -> dict[str, bool]:
    """Each promise, and whether it was kept."""
    return {
        f"at most {HIGHEST_RATIO:g} of implicit's own time": report.speed.ratio <= HIGHEST_RATIO,
        "the same factors": report.speed.same_factors,
        f"the proof stays below {report.memory.memory_gib:g} GiB": report.memory.proof_fits,
    }
