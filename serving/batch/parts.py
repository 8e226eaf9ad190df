"""An output that can be continued: a folder of Parquet parts, each whole or absent, of one job."""

import fcntl
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.errors import ConfigError
from recsys.files import canonical_json, sha256_of, sha256_of_json, sync_folder, write_atomic
from recsys.output import Facts

JOB, MANIFEST = "_job.json", "_manifest.json"
"""Readers of Parquet folders leave files out that start with an underscore."""
OURS = re.compile(r"\.?(part-\d{5,}\.parquet|_job\.json|_manifest\.json)(\..*)?")
"""What a job writes, whole or, with a dot in front, not yet."""
Work = Mapping[str, str | int]
"""What a job computes and from what; a job of other work has other parts."""


@dataclass
class Parts:
    """The parts that a job has written so far; one process at a time writes them (`parts_of`)."""

    folder: Path
    rows: int
    """Of each part but the last."""
    work: Work
    facts: Facts
    """What each file says about itself."""
    sizes: list[int] = field(default_factory=list)
    """Rows of each part that is there."""

    @property
    def written(self) -> int:
        """Rows of all parts that are there."""
        return sum(self.sizes)

    @property
    def ended(self) -> bool:
        """Whether the last part is the last of all, being shorter than it may be."""
        return bool(self.sizes) and self.sizes[-1] < self.rows

    def add(self, rows: pa.Table) -> None:
        """Write the next part: its bytes depend on its rows alone."""
        (self.folder / MANIFEST).unlink(missing_ok=True)
        target = self.folder / part_name(len(self.sizes))
        temporary = target.with_name(f".{target.name}.new")
        labels = {name: value.encode() for name, value in sorted(self.labels.items())}
        with temporary.open("wb") as file:
            pq.write_table(rows.combine_chunks().replace_schema_metadata(labels), file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        sync_folder(self.folder)
        self.sizes.append(len(rows))

    @property
    def labels(self) -> dict[str, str]:
        """The facts, and which job wrote the part."""
        return {**self.facts, "job": sha256_of_json(self.work)}

    def finish(self) -> dict[str, Any]:
        """Write the manifest, which says that nothing is missing, with the hash of each part."""
        files = [part_name(place) for place in range(len(self.sizes))]
        parts = [
            {"file": name, "rows": size, "sha256": sha256_of(self.folder / name)}
            for name, size in zip(files, self.sizes, strict=True)
        ]
        done = {"state": "complete", "rows": self.written, "parts": parts, "facts": dict(self.facts)}
        write_atomic(self.folder / MANIFEST, canonical_json({"job": dict(self.work), **done}))
        return done

    def find(self) -> None:
        """Look which parts are there; raises ConfigError for one that is not of this job."""
        while (path := self.folder / part_name(len(self.sizes))).exists():
            footer = pq.read_metadata(path)
            found = (footer.metadata or {}).get(b"job", b"").decode()
            if found != self.labels["job"] or footer.num_rows > self.rows or self.ended:
                raise ConfigError(f"{path} is no part of this job; --restart starts over")
            self.sizes.append(footer.num_rows)


def part_name(place: int) -> str:
    """The file of a part, from 0."""
    return f"part-{place:05}.parquet"


@contextmanager
def parts_of(folder: Path, work: Work, facts: Facts, rows: int, restart: bool) -> Iterator[Parts]:
    """The parts of a job in its folder, which no other process writes meanwhile; made where there is none.

    Raises ConfigError for a folder with anything else, such as a job of other work or other parts, unless
    that is a job and it is to `restart`: then what it wrote is removed.
    """
    asked = {**work, "rows_a_part": rows}
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        _check_is_ours(folder)
        if restart:
            _clear(folder)
        _check_same(folder, asked)
        parts = Parts(folder, rows, asked, facts)
        parts.find()
        yield parts


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise ConfigError(
            f"another process writes {folder}: wait for it, or choose another folder"
        ) from error
    finally:
        os.close(handle)


def _check_is_ours(folder: Path) -> None:
    others = sorted(path.name for path in folder.iterdir() if not OURS.fullmatch(path.name))
    if others:
        raise ConfigError(
            f"expected a new folder or one of a job before in {folder}, found {others[0]} in it"
        )


def _clear(folder: Path) -> None:
    """Remove what a job wrote; the job itself last, so that what is left is always known to be one's."""
    for path in sorted(folder.iterdir(), key=lambda path: (path.name == JOB, path.name != MANIFEST)):
        path.unlink()
    sync_folder(folder)


def _check_same(folder: Path, asked: Work) -> None:
    """Raises ConfigError where there are parts of another job; one that has written none makes way."""
    path = folder / JOB
    found = json.loads(path.read_text("utf-8")) if path.exists() else None
    if found == asked:
        return
    if found is not None and (folder / part_name(0)).exists():
        raise ConfigError(f"{folder} holds another job: {_told(found, asked)}. --restart starts over")
    write_atomic(path, canonical_json(dict(asked)))


def _told(found: Work, asked: Work) -> str:
    other = [name for name in sorted({*asked, *found}) if asked.get(name) != found.get(name)]
    return "; ".join(f"{name} is {found.get(name)!r} there, {asked.get(name)!r} here" for name in other)
