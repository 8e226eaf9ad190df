"""A marketplace of which only some tables and columns are known, such as a published data set.

What is not known is absent, never 0: who asks for it is told so.
"""

from collections.abc import Collection, Mapping
from typing import TypeAlias

import ibis
import pyarrow as pa
from ibis.backends import BaseBackend

from recsys.errors import TableError
from recsys.tables.conform import conform_part
from recsys.tables.marketplace import TABLES

Needs: TypeAlias = Mapping[str, Collection[str]]
"""Table → columns that something takes of it."""


class AbsentError(TableError, KeyError):
    """A table or column that a set does not have; a KeyError, so that mappings answer `in` and `get`."""

    __str__ = Exception.__str__


def conform_tables(backend: BaseBackend, tables: Mapping[str, pa.Table]) -> dict[str, ibis.Table]:
    """Arrow tables on a DuckDB backend, each with its key and those of the contract's columns that it has.

    Raises one TableError for tables and columns that the contract does not know, keys that are missing, and
    types that cannot be widened to the contract's without loss.
    """
    problems = [
        f"unknown table {name}, expected some of {list(TABLES)}" for name in tables if name not in TABLES
    ]
    conformed = {}
    for name in tables.keys() & TABLES.keys():
        backend.con.register(name, tables[name])
        try:
            conformed[name] = conform_part(backend.table(name), TABLES[name])
        except TableError as error:
            problems.append(str(error))
    if problems:
        raise TableError("; ".join(sorted(problems)))
    return {name: conformed[name] for name in TABLES if name in conformed}


def has(tables: Mapping[str, ibis.Table], needs: Needs) -> bool:
    """Whether every table and column of `needs` is there."""
    return not any(_absent(tables, needs))


def require(tables: Mapping[str, ibis.Table], needs: Needs) -> None:
    """Raises AbsentError that names every table and column of `needs` that is absent."""
    no_tables, no_columns = _absent(tables, needs)
    lacks = [
        f"no {kind} {', '.join(names)}"
        for kind, names in (("table", no_tables), ("column", no_columns))
        if names
    ]
    if lacks:
        raise AbsentError(f"this set has {' and '.join(lacks)}; found the tables {', '.join(tables)}")


def _absent(tables: Mapping[str, ibis.Table], needs: Needs) -> tuple[list[str], list[str]]:
    """The tables that are not there, and the columns that those there lack."""
    columns = [
        f"{name}.{column}"
        for name, wanted in needs.items()
        if name in tables
        for column in wanted
        if column not in tables[name].columns
    ]
    return [name for name in needs if name not in tables], columns


def require_whole(tables: Mapping[str, ibis.Table]) -> None:
    """Raises AbsentError unless every table and column of the contract is there."""
    missing = TABLES.keys() - tables.keys()
    if missing or any(len(tables[name].columns) < len(TABLES[name].columns) for name in tables):
        found = ", ".join(f"{name} ({', '.join(tables[name].columns)})" for name in tables)
        raise AbsentError(
            f"expected every table and column of the contract (recsys tables); found only {found}"
        )
