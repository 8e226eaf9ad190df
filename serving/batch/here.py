"""Batch scoring in this process: batches stream from file to file; memory does not grow with the pairs."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.errors import RequestError
from recsys.files import staged_folder, sync_folder
from recsys.output import Facts
from serving.batch.pairs import PAIRS, ROWS, SCORED, Job


def score_here(job: Job, pairs: Path | None, out: Path, facts: Facts, advance: Callable[[int], None]) -> int:
    """Write the scores of the pairs, without those of every brief with its eligible creators; how many.

    The Parquet file is whole or not there, carries the facts in its metadata and keeps the order of the
    pairs. Raises RequestError as `Job.score` does, and for files that have no such pairs.
    """
    asked = read_pairs(pairs) if pairs else job.eligible(sorted(job.briefs))
    with staged_folder(out.parent) as staged:
        written = _write(staged / out.name, _counted(job.score(asked), advance), facts)
        (staged / out.name).replace(out)
    sync_folder(out.parent)
    return written


def read_pairs(path: Path) -> Iterator[pa.RecordBatch]:
    """The pairs of a Parquet file, or of the files of a folder in order of name, batch by batch."""
    for file in files_of(path):
        with pq.ParquetFile(file) as opened:
            check_pairs(opened.schema_arrow, file)
            for batch in opened.iter_batches(ROWS, columns=PAIRS.names):
                yield batch.select(PAIRS.names).cast(PAIRS)


def files_of(path: Path) -> list[Path]:
    """A Parquet file, or those of a folder in order of name."""
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


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


def _write(path: Path, batches: Iterator[pa.RecordBatch], facts: Facts) -> int:
    rows = 0
    with path.open("wb") as file:
        with pq.ParquetWriter(file, SCORED.with_metadata(facts), compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch.replace_schema_metadata(facts))
                rows += len(batch)
        file.flush()
        os.fsync(file.fileno())
    return rows
