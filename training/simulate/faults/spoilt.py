"""A copy of a marketplace's folder with one fault in it, to see that `recsys check` finds it."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.errors import ConfigError, TableError
from recsys.files import publish_folder, staged_folder
from recsys.tables import read_tables
from training.simulate.faults.fault import Fault

Files = dict[str, tuple[Path, ...]]


@dataclass(frozen=True)
class Spoilt:
    """What was written: the copy, and its one file that differs."""

    folder: Path
    file: Path
    """Relative to the folder."""


def spoil(world: Path, fault: Fault, out: Path) -> Spoilt:
    """Write a copy of the marketplace in `world` with the fault in the first file that has what it spoils.

    The other files are hard links where the file system allows it. `out` appears whole or not at all.
    Raises ConfigError if it is there already or would be inside `world`, or if the fault finds nothing to
    spoil; TableError if `world` is no marketplace in Parquet.
    """
    _refuse(out, world)
    files = _files(world)
    file, rows = _first_spoilt(world, files, fault)
    with staged_folder(out.absolute().parent) as staged:
        for path in (path for paths in files.values() for path in paths):
            _link(world / path, staged / path)
        (staged / file).unlink()
        pq.write_table(rows, staged / file, compression="zstd", store_schema=False)
        publish_folder(staged, out.absolute())
    return Spoilt(out, file)


def _refuse(out: Path, world: Path) -> None:
    if out.exists():
        raise ConfigError(f"{out} exists already; choose another folder")
    if out.resolve().is_relative_to(world.resolve()):
        raise ConfigError(f"{out} is inside {world}; choose a folder beside it")


def _first_spoilt(world: Path, files: Files, fault: Fault) -> tuple[Path, pa.Table]:
    """The first file in which the fault changes anything, and its spoilt rows."""
    for file in files[fault.table]:
        rows = _nullable(pq.ParquetFile(world / file).read())
        try:
            spoilt = fault.spoil(rows)
        except KeyError as error:
            raise TableError(f"{world / file} cannot be spoilt: it has no column {error}") from error
        if not spoilt.equals(rows):
            return file, spoilt
    raise ConfigError(f"the fault {fault.name} finds nothing to spoil in the table {fault.table} of {world}")


def _files(world: Path) -> Files:
    """The files of each table, relative to the folder."""
    files = read_tables(world).files
    if files is None:
        raise TableError(f"{world} is no folder of Parquet files")
    return files


def _nullable(rows: pa.Table) -> pa.Table:
    """The rows under a schema that allows NULL everywhere, as most exports' does."""
    return rows.cast(pa.schema([field.with_nullable(True) for field in rows.schema]))


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
