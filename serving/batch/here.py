"""Batch scoring in this process: batches stream from file to file; memory does not grow with the pairs."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recsys import __version__
from recsys.errors import RequestError
from recsys.files import sha256_of, sha256_of_json
from serving.batch.pairs import PAIRS, ROWS, SCORED, Job
from serving.batch.parts import Parts, Work

ROWS_A_PART = 1_000_000
"""Pairs of a part, at most what a killed job has to do again; they are in memory together, 30 bytes each."""
EVERYONE = "all eligible"


def work_of(job: Job, pairs: Path | None) -> Work:
    """What the scores are of: the content of bundle, snapshot, briefs and pairs, not where these are.

    The code is part of it: another version may compute other features. Raises RequestError for a folder of
    no pairs.
    """
    briefs = {name: brief.model_dump(mode="json") for name, brief in job.briefs.items()}
    asked = [sha256_of(file) for file in asked_files(pairs)] if pairs else EVERYONE
    return {
        "code": __version__,
        "bundle": job.bundle.name,
        "snapshot": job.snapshot.name,
        "briefs": sha256_of_json(briefs),
        "input": sha256_of_json(asked),
    }


def score_here(job: Job, pairs: Path | None, parts: Parts, advance: Callable[[int], None]) -> int:
    """Write the scores of the pairs, without any of every brief with its eligible creators; how many.

    Goes on behind the parts that are there: the result is that of one run, byte by byte. It keeps the order
    of the pairs. Raises RequestError as `Job.score` does, and for files that have no such pairs.
    """
    advance(parts.written)
    if not parts.ended:
        done = parts.written
        asked = read_pairs(pairs, done) if pairs else behind(done, job.eligible(sorted(job.briefs)))
        for rows in regrouped(_counted(job.score(asked), advance), parts.rows):
            parts.add(rows)
        if not parts.sizes:
            parts.add(SCORED.empty_table())
    parts.finish()
    return parts.written


def pairs_in(path: Path) -> int:
    """How many pairs the files hold."""
    return sum(pq.read_metadata(file).num_rows for file in asked_files(path))


def read_pairs(path: Path, start: int = 0) -> Iterator[pa.RecordBatch]:
    """The pairs of a Parquet file, or of the files of a folder in order of name, from row `start` on."""
    for file in asked_files(path):
        with pq.ParquetFile(file) as opened:
            check_pairs(opened.schema_arrow, file)
            for group in range(opened.num_row_groups):
                size = opened.metadata.row_group(group).num_rows
                if start < size:
                    batches = opened.iter_batches(ROWS, row_groups=[group], columns=PAIRS.names)
                    yield from behind(start, (batch.select(PAIRS.names).cast(PAIRS) for batch in batches))
                start = max(start - size, 0)


def behind(rows: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches without their first rows."""
    for batch in batches:
        if rows < len(batch):
            yield batch.slice(rows)
        rows = max(rows - len(batch), 0)


def regrouped(batches: Iterable[pa.RecordBatch], size: int) -> Iterator[pa.Table]:
    """The same rows in tables of `size` rows, the last of which may be shorter."""
    held: list[pa.RecordBatch] = []
    room = size
    for batch in batches:
        while len(batch) >= room:
            yield pa.Table.from_batches([*held, batch.slice(0, room)])
            batch, held, room = batch.slice(room), [], size  # noqa: PLW2901  # what is left of it
        if len(batch):
            held.append(batch)
            room -= len(batch)
    if held:
        yield pa.Table.from_batches(held)


def files_of(path: Path) -> list[Path]:
    """A Parquet file, or those of a folder in order of name."""
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


def asked_files(path: Path) -> list[Path]:
    """The files of pairs that are asked about; raises RequestError for a folder that has none."""
    files = files_of(path)
    if not files:
        raise RequestError(f"{path}: expected pairs as .parquet files, found none")
    return files


def check_pairs(found: pa.Schema, path: Path) -> None:
    """Raises RequestError unless there are the columns of PAIRS, of types that hold the same values."""
    kinds = {name: found.field(name).type for name in PAIRS.names if name in found.names}
    fits = {"brief": pa.types.is_string, "creator_id": pa.types.is_integer}
    if len(kinds) < len(fits) or not all(fits[name](kind) for name, kind in kinds.items()):
        raise RequestError(f"{path}: expected columns brief (text) and creator_id (integer), found {found}")


def _counted(batches: Iterator[pa.RecordBatch], advance: Callable[[int], None]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch
        advance(len(batch))
