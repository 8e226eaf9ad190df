"""Scores of pairs of a brief and a creator: Arrow in, Arrow out, the same here and in workers of Spark."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from recsys.brief import Brief
from recsys.errors import RequestError
from recsys.known_ids import known_rows
from serving.filters import eligible_creators
from serving.matching.engine import MatchEngine

PAIRS = pa.schema([("brief", pa.string()), ("creator_id", pa.int64())])
"""What is asked: the name of a brief, and a creator."""
SCORED = PAIRS.append(pa.field("score", pa.float32()))
"""What is answered: the whole model's raw score, by which `MatchEngine.match` ranks."""
ROWS = 10_000
"""Pairs of a batch, as Spark's Arrow batches have: their features fit in a processor's cache."""
EXAMPLES = 3


@dataclass(frozen=True)
class Job:
    """What to score with: small, so that it can be sent to every worker."""

    bundle: Path
    snapshot: Path
    briefs: Mapping[str, Brief]
    """By name."""

    def score(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Each batch of PAIRS with its scores, on one thread, in its order.

        Raises RequestError for a brief that was not given or names what the snapshot does not know, and for
        creators that the snapshot does not know; BundleError where bundle and snapshot do not fit.
        """
        engine = opened(self.bundle, self.snapshot)
        for batch in batches:
            yield scored(engine, self.briefs, batch)

    def score_eligible(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Scores of all creators eligible for the briefs in the column `brief`; raises as `score` does."""
        return self.score(self.eligible(name for batch in batches for name in batch["brief"].to_pylist()))

    def eligible(self, names: Iterable[str]) -> Iterator[pa.RecordBatch]:
        """PAIRS of each brief with every creator who passes its filters (R13), in order of id."""
        snapshot = opened(self.bundle, self.snapshot).snapshot
        for name in names:
            ids = snapshot.creators.ids[eligible_creators(self.briefs[name], snapshot).rows]
            for start in range(0, len(ids), ROWS):
                part = pa.array(ids[start : start + ROWS])
                yield pa.RecordBatch.from_arrays([pa.repeat(name, len(part)), part], schema=PAIRS)


@lru_cache(maxsize=1)
def opened(bundle: Path, snapshot: Path) -> MatchEngine:
    """The engine of this process, proven once; its snapshot is memory-mapped and shared by all processes."""
    return MatchEngine.open(bundle, snapshot)


def scored(engine: MatchEngine, briefs: Mapping[str, Brief], pairs: pa.RecordBatch) -> pa.RecordBatch:
    """The pairs of one batch with their scores."""
    if any(column.null_count for column in pairs.columns):
        raise RequestError("expected a brief and a creator in every pair, found NULL")
    names = pairs["brief"].dictionary_encode()
    rows = known_rows(engine.snapshot, "creator", pairs["creator_id"].to_numpy())
    codes, scores = names.indices.to_numpy(), np.empty(len(rows), np.float32)
    for code, name in enumerate(names.dictionary.to_pylist()):
        chosen = np.flatnonzero(codes == code)
        scores[chosen] = engine.score(_brief(briefs, name), rows[chosen])
    columns = [pairs["brief"], pairs["creator_id"], pa.array(scores)]
    return pa.RecordBatch.from_arrays(columns, schema=SCORED)


def _brief(briefs: Mapping[str, Brief], name: str) -> Brief:
    if name not in briefs:
        raise RequestError(
            f"unknown brief {name!r}; expected one of {', '.join(sorted(briefs)[:EXAMPLES])} …"
        )
    return briefs[name]
