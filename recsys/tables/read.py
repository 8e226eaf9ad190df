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

from recsys.engines import EngineName
from recsys.errors import ConfigError, TableError
from recsys.files import sha256_of, sha256_of_json
from recsys.published import PUBLISHED
from recsys.tables.conform import conform
from recsys.tables.engine import connect, connect_quietly, partition_keys, read_parquet
from recsys.tables.fingerprint import content_digest
from recsys.tables.marketplace import TABLES
from recsys.tables.partial import conform_tables, require
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
        """The table; raises AbsentError, a TableError and KeyError, where there is none of that name."""
        require(self.expressions, {name: ()})
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


def read_tables(source: str | Path, engine: EngineName = "duckdb", master: str | None = None) -> Tables:
    """The marketplace in a folder of Parquet or behind an Ibis connection URL such as `duckdb://market.db`.

    In a folder, a table is `creators.parquet` or any `*.parquet` below `creators/` (hive partitions allowed).
    `tiktok_famous://folder`, or the name of another set in PUBLISHED, opens the set's files in the folder as
    those of the contract's tables and columns that it has; `partial.require` asks for what is needed.
    A folder is read with `engine`, on Spark at `master` (`local[*]` unless told), to the same values.
    Raises TableError for a missing folder, database, table or column, an unknown column, a type that cannot
    be widened to the contract's without loss, or a marketplace without creators; ConfigError for an engine
    that is not there, or that cannot read such a source.
    """
    scheme, url, folder = str(source).partition("://")
    if url and engine != "duckdb":
        raise ConfigError(f"engine {engine} reads a folder of Parquet, found {_without_login(str(source))}")
    if scheme in PUBLISHED:
        return partial_tables(PUBLISHED[scheme].read(Path(folder)).tables)
    if url:
        return _read_database(str(source))
    return _read_folder(Path(source), engine, master)


def partial_tables(tables: Mapping[str, pa.Table]) -> Tables:
    """Some of the contract's tables, each with its key and some of its other columns, held in memory.

    Types are the contract's, as in `read_tables`. What is not there stays absent, and asking for it raises
    AbsentError. Raises TableError for what the contract does not know and for what cannot be widened.
    """
    backend = connect_quietly()
    return Tables(backend, conform_tables(backend, tables))


def empty(name: str) -> pa.Table:
    """A table of the contract with its columns and no rows."""
    return TABLES[name].arrow_schema.empty_table()


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


def _read_folder(folder: Path, engine: EngineName, master: str | None) -> Tables:
    if not folder.is_dir():
        raise TableError(f"there is no folder {folder}; expected one with a Parquet file for each table")
    backend = connect(engine, master)
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
    rows = read_parquet(backend, folder, files, table.name)
    return conform(rows, table, partition_keys(files[0]))


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
