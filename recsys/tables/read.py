"""Opening a marketplace: a folder of Parquet, an Ibis connection URL, or Arrow tables in memory."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends import BaseBackend
from ibis.common.exceptions import TableNotFound

from recsys.errors import TableError
from recsys.files import sha256_of, sha256_of_json
from recsys.tables.conform import conform
from recsys.tables.fingerprint import content_digest
from recsys.tables.marketplace import TABLES
from recsys.tables.schema import Table


@dataclass(frozen=True, eq=False)
class Tables(Mapping[str, ibis.Table]):
    """The marketplace's tables as Ibis expressions with exactly the contract's columns and types.

    `tables["creators"]` is lazy: nothing is read before it is executed on `backend`. `files` are the Parquet
    files of each table, relative to `folder`; both are None when the tables come from elsewhere.
    """

    backend: BaseBackend
    expressions: dict[str, ibis.Table]
    folder: Path | None = None
    files: dict[str, tuple[Path, ...]] | None = None

    @classmethod
    def from_arrow(cls, tables: Mapping[str, pa.Table]) -> Self:
        """Tables held in memory, under the same checks as files; raises TableError like `read_tables`."""
        backend = connect_quietly()
        for name, rows in tables.items():
            backend.con.register(name, rows)
        return cls(backend, _opened_by_name(backend, "the tables in memory"))

    def __getitem__(self, name: str) -> ibis.Table:
        return self.expressions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.expressions)

    def __len__(self) -> int:
        return len(self.expressions)

    def fingerprints(self) -> dict[str, str]:
        """Hex sha256 of each table as it is read the first time this is asked.

        A table in one Parquet file has that file's hash; in several, the hash of their paths and hashes;
        one from elsewhere the hash of its content in key order (which reads it once).
        """
        return dict(self._fingerprints)

    @cached_property
    def _fingerprints(self) -> dict[str, str]:
        if self.folder is None or self.files is None:
            return {name: content_digest(self[name], TABLES[name].key) for name in self}
        return {name: _digest_of_files(self.folder, paths) for name, paths in self.files.items()}


def read_tables(source: str | Path) -> Tables:
    """The marketplace in a folder of Parquet or behind an Ibis connection URL such as `duckdb://market.db`.

    In a folder, a table is `creators.parquet` or any `*.parquet` below `creators/` (hive partitions allowed).
    Raises TableError for a missing folder, database, table or column, an unknown column, a type that cannot
    be widened to the contract's without loss, or a marketplace without creators.
    """
    if "://" in str(source):
        return _read_database(str(source))
    return _read_folder(Path(source))


def empty(name: str) -> pa.Table:
    """A table of the contract with its columns and no rows."""
    return TABLES[name].arrow_schema.empty_table()


def connect_quietly() -> BaseBackend:
    """A DuckDB in memory that never draws its progress bar on stdout, where `--json` prints.

    DuckDB draws one where it takes the session for interactive: in a notebook, and in every worker process.
    """
    backend = ibis.duckdb.connect()
    backend.con.execute("SET enable_progress_bar = false")
    return backend


def _read_database(url: str) -> Tables:
    try:
        # Opening a DuckDB file that is not there would create it.
        backend = ibis.connect(url, **({"read_only": True} if url.startswith("duckdb://") else {}))
    except Exception as error:
        reason = str(error).replace(url, _without_login(url))
        raise TableError(f"cannot open {_without_login(url)}: {reason}") from error
    return Tables(backend, _opened_by_name(backend, _without_login(url)))


def _without_login(url: str) -> str:
    """The URL as it may be shown: without user and password."""
    return re.sub(r"//[^/@]*@", "//", url)


def _opened_by_name(backend: BaseBackend, source: str) -> dict[str, ibis.Table]:
    return _each(lambda table: conform(_table(backend, table.name, source), table))


def _each(open_table: Callable[[Table], ibis.Table]) -> dict[str, ibis.Table]:
    """Every table of the contract, opened; raises one TableError with the problems of all of them."""
    opened, problems = {}, []
    for name, table in TABLES.items():
        try:
            opened[name] = open_table(table)
        except TableError as error:
            problems.append(str(error))
    if problems:
        raise TableError("; ".join(problems))
    if opened["creators"].count().to_pyarrow().as_py() == 0:
        raise TableError("table creators is empty; expected at least one creator")
    return opened


def _table(backend: BaseBackend, name: str, source: str) -> ibis.Table:
    try:
        return backend.table(name)
    except TableNotFound as error:
        raise TableError(f"{source} has no table {name}; expected {', '.join(TABLES)}") from error


def _read_folder(folder: Path) -> Tables:
    if not folder.is_dir():
        raise TableError(f"there is no folder {folder}; expected one with a Parquet file for each table")
    backend = connect_quietly()
    opened = _each(lambda table: _open_files(backend, folder, table))
    return Tables(backend, opened, folder, {name: _files_of(folder, name) for name in TABLES})


def _files_of(folder: Path, name: str) -> tuple[Path, ...]:
    """The table's Parquet files, relative to the folder, in a fixed order."""
    single = folder / f"{name}.parquet"
    found = sorted((folder / name).rglob("*.parquet"))
    if single.is_file() and found:
        raise TableError(f"table {name} is there twice: as {single} and below {folder / name}")
    if not single.is_file() and not found:
        raise TableError(f"table {name} is missing; expected {single} or Parquet files below {folder / name}")
    return tuple(path.relative_to(folder) for path in ([single] if single.is_file() else found))


def _open_files(backend: BaseBackend, folder: Path, table: Table) -> ibis.Table:
    files = _files_of(folder, table.name)
    _check_schemas_agree(folder, files)
    partitions = partition_keys(files[0])
    rows = backend.read_parquet(
        [str(folder / file) for file in files],
        table_name=table.name,
        hive_partitioning=bool(partitions),
        # Parquet's min and max leave NaN out, and DuckDB would conclude that there is none (duckdb#25521).
        can_have_nan=True,
    )
    return conform(rows, table, partitions)


def partition_keys(file: Path) -> frozenset[str]:
    """The names of hive partitions in a path: {"day"} for `creator_daily/day=2026-01-01/part.parquet`."""
    return frozenset(part.split("=", 1)[0] for part in file.parent.parts if "=" in part)


def _check_schemas_agree(folder: Path, files: tuple[Path, ...]) -> None:
    expected = _schema_of(folder / files[0])
    for file in files[1:]:
        found = _schema_of(folder / file)
        if not found.equals(expected):
            raise TableError(
                f"{folder / file} differs from {folder / files[0]}: expected {_brief(expected)}, "
                f"found {_brief(found)}"
            )


def _schema_of(path: Path) -> pa.Schema:
    """A file's columns and types; whether its writer allowed NULL does not matter, the rules see to that."""
    try:
        found = pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path} is not a readable Parquet file: {error}") from error
    return pa.schema([field.with_nullable(True).remove_metadata() for field in found])


def _brief(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name} {field.type}" for field in schema)


def _digest_of_files(folder: Path, files: tuple[Path, ...]) -> str:
    hashes = {file.as_posix(): sha256_of(folder / file) for file in files}
    return next(iter(hashes.values())) if len(hashes) == 1 else sha256_of_json(hashes)
