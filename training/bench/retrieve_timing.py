"""Making contenders ready and timing them in turns.

Each turn opens with a query that is not timed: so caches hold what they would hold in a server that does
only this, and a neighbour on the machine slows all contenders alike. Times are CPU times of the
process, as in `training.bench.timing`.
"""

import gc
import os
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from recsys.arrays import Features, Floats
from training.bench.retrieve_peers import Building, Catalogue, Finding

STATM = Path("/proc/self/statm")
MEGABYTE = 2**20


@dataclass(frozen=True)
class Built:
    """A contender that is ready."""

    find: Finding
    seconds: float
    memory_mb: float | None


def build(building: Building, catalogue: Catalogue) -> Built:
    """A contender made ready, the seconds it took and the memory it keeps."""
    gc.collect()
    before, started = resident_mb(), perf_counter()
    find = building(catalogue)
    find(catalogue.samples[:1])
    seconds = perf_counter() - started
    gc.collect()
    after = resident_mb()
    return Built(find, seconds, None if before is None or after is None else after - before)


def resident_mb() -> float | None:
    """Memory of this process that is in RAM; None where there is no /proc."""
    if not STATM.exists():
        return None
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def in_turns(finds: dict[str, Finding], queries: Features, rows: int, turn: int) -> dict[str, Floats]:
    """CPU milliseconds a query, of each batch of `rows`, by contender; a turn is `turn` batches."""
    batches = [queries[start : start + rows] for start in range(0, len(queries) - rows + 1, rows)]
    taken: dict[str, list[float]] = {name: [] for name in finds}
    for start in range(0, len(batches), turn):
        for name, find in finds.items():
            # Opens the turn, not timed: brings back to the caches what the others drove out.
            find(batches[start - 1])
            taken[name] += [_milliseconds(find, batch) for batch in batches[start : start + turn]]
    return {name: np.array(each) for name, each in taken.items()}


def _milliseconds(find: Finding, batch: Features) -> float:
    started = process_time()
    find(batch)
    return (process_time() - started) * 1000 / len(batch)
