"""What computes on the tables: DuckDB in this process, or Spark here or on a cluster."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

import ibis
from ibis.backends import BaseBackend
from ibis.backends.duckdb import Backend as DuckDB

from recsys.engines import ENGINES, EngineName, refuse_master
from recsys.errors import ConfigError
from recsys.extras import imported

SPARK = "recsys.tables.spark"
"""Imported by name, as `recsys.cli` imports its commands: it needs the extra `spark`."""


@runtime_checkable
class Keeping(Protocol):
    """A backend that keeps what it computed where it computed it: on Spark, the cluster."""

    def keep(self, rows: ibis.Table) -> ibis.Table:
        """The rows, computed when they are first read and then kept."""
        ...

    def forget(self, name: str) -> None:
        """Let go of a table that was kept, or that came from memory, by its name."""
        ...


def connect(engine: EngineName = "duckdb", master: str | None = None) -> BaseBackend:
    """An engine to read tables with; `master` is Spark's, such as `local[2]` or `spark://host:7077`.

    Raises ConfigError for an unknown engine, a master without Spark, and where Spark or Java are missing.
    """
    if engine not in ENGINES:
        raise ConfigError(f"unknown engine {engine!r}; expected one of {', '.join(ENGINES)}")
    refuse_master(engine, master)
    if engine == "spark":
        module = imported(SPARK, "engine spark", "spark")
        return cast("BaseBackend", module.connect(master))
    return connect_quietly()


def connect_quietly() -> BaseBackend:
    """A DuckDB in memory that never draws its progress bar on stdout, where `--json` prints.

    DuckDB draws one where it takes the session for interactive: in a notebook, and in every worker process.
    """
    backend = ibis.duckdb.connect()
    backend.con.execute("SET enable_progress_bar = false")
    return backend


def read_parquet(backend: BaseBackend, folder: Path, files: Sequence[Path], name: str) -> ibis.Table:
    """The rows of a table's files, which are relative to `folder`, with a column for each hive partition."""
    paths = [str((folder / file).absolute()) for file in files]
    if isinstance(backend, DuckDB):
        # Parquet's min and max leave NaN out, and DuckDB would conclude that there is none (duckdb#25521).
        options: dict[str, bool | str] = {
            "hive_partitioning": bool(partition_keys(files[0])),
            "can_have_nan": True,
        }
    else:
        # Only below that folder is key=value in a path a partition.
        nested = len(files[0].parts) > 1
        options = {"basePath": str((folder / name).absolute())} if nested else {}
    return backend.read_parquet(paths, table_name=name, **options)


def partition_keys(file: Path) -> frozenset[str]:
    """The names of hive partitions in a path: {"day"} for `creator_daily/day=2026-01-01/part.parquet`."""
    return frozenset(part.split("=", 1)[0] for part in file.parent.parts if "=" in part)
