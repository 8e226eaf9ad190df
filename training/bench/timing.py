"""Timing several scorers fairly: in turns, each round on rows that none of them has seen before.

The same rows again would flatter them all: a processor learns the branches that a few thousand rows take
through a model. *Measured:* 50 trees on 50 rows took a fifth of the time when they came again and again.

Times are CPU times of the process, all its threads together: neighbours on the machine do not count, and work
cannot be hidden in a thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import process_time

import numpy as np

from recsys.arrays import Features, Floats
from recsys.cascade import Scoring

ROWS_PER_SAMPLE = 500
"""Small batches are timed several calls together, until about this many rows are scored."""


@dataclass(frozen=True)
class Timing:
    """CPU milliseconds a call; `speedup` is the median over rounds of the reference's time over its own."""

    rows: int
    scorer: str
    median_ms: float
    min_ms: float
    iqr_ms: float
    speedup: float


def time_in_turns(scorers: Mapping[str, Scoring], features: Features, rows: int, rounds: int) -> list[Timing]:
    """A timing of each scorer on batches of `rows`; the first one is the reference of the speedups."""
    calls = max(1, ROWS_PER_SAMPLE // rows)
    batches = batches_of(features, rows, calls * (rounds + 1))
    seconds = {name: np.empty(rounds + 1) for name in scorers}
    for turn in range(rounds + 1):
        for name, score in scorers.items():
            seconds[name][turn] = _seconds(score, batches[turn * calls : (turn + 1) * calls])
    # The first turn warms up.
    reference = seconds[next(iter(scorers))][1:]
    return [_timing(rows, name, taken[1:], reference) for name, taken in seconds.items()]


def batches_of(features: Features, rows: int, count: int) -> list[Features]:
    """`count` batches of consecutive rows; they start again from the top where the rows run out."""
    fresh = max(1, len(features) // rows)
    starts = (np.arange(count) % fresh) * rows
    return [np.ascontiguousarray(features[start : start + rows]) for start in starts]


def _seconds(score: Scoring, batches: list[Features]) -> float:
    started = process_time()
    for batch in batches:
        score(batch)
    return (process_time() - started) / len(batches)


def _timing(rows: int, name: str, seconds: Floats, reference: Floats) -> Timing:
    low, median, high = np.quantile(seconds, [0.25, 0.5, 0.75]) * 1000
    return Timing(
        rows=rows,
        scorer=name,
        median_ms=float(median),
        min_ms=float(seconds.min() * 1000),
        iqr_ms=float(high - low),
        speedup=float(np.median(reference / seconds)),
    )
