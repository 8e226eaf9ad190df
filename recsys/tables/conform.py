"""Bringing a table that was found to the contract's columns and types, without loss or not at all."""

from collections.abc import Collection
from typing import cast

import ibis
import ibis.expr.datatypes as dt

from recsys.errors import TableError
from recsys.tables.schema import ARROW_TYPES, Column, Table

MICROSECONDS = 6


def conform(found: ibis.Table, table: Table, partitions: Collection[str] = ()) -> ibis.Table:
    """`found` with exactly the contract's columns, in order, each of the contract's type.

    `partitions` are columns whose values were read from folder names: they may have any type, and those the
    contract does not know are left out, because they are layout and not data. Raises TableError that names
    every missing, unknown or wrongly typed column of the table.
    """
    return _conformed(found, table, tuple(table.by_name), partitions)


def conform_part(found: ibis.Table, table: Table) -> ibis.Table:
    """`conform` where only the key has to be there: of the contract's other columns those that are."""
    return _conformed(found, table, table.key, ())


def _conformed(
    found: ibis.Table, table: Table, needed: Collection[str], partitions: Collection[str]
) -> ibis.Table:
    problems = _wrong_names(found, table, needed, partitions)
    problems += [
        f"column {column.name} is {found.schema()[column.name]}, expected {contract_type(column)}"
        for column in table.columns
        if column.name in found.columns
        and column.name not in partitions
        and not widens(found.schema()[column.name], contract_type(column))
    ]
    if problems:
        raise TableError(f"table {table.name}: {'; '.join(problems)}")
    there = [column for column in table.columns if column.name in found.columns]
    return found.select(**{column.name: _typed(found, column) for column in there})


def contract_type(column: Column) -> dt.DataType:
    """The Ibis type of a column of the contract."""
    return cast("dt.DataType", dt.DataType.from_pyarrow(ARROW_TYPES[column.kind]))


def widens(found: dt.DataType, expected: dt.DataType) -> bool:
    """Whether every value of type `found` has an equal one of type `expected`."""
    if isinstance(found, dt.Array) and isinstance(expected, dt.Array):
        return widens(found.value_type, expected.value_type)
    if isinstance(found, dt.Timestamp) and isinstance(expected, dt.Timestamp):
        return (found.scale or 0) <= MICROSECONDS
    if isinstance(found, dt.Integer) and isinstance(expected, dt.Int64):
        return not isinstance(found, dt.UInt64)
    if isinstance(found, dt.Float32) and isinstance(expected, dt.Float64):
        return True
    return type(found) is type(expected)


def _wrong_names(
    found: ibis.Table, table: Table, needed: Collection[str], partitions: Collection[str]
) -> list[str]:
    missing = [name for name in needed if name not in found.columns]
    unknown = [name for name in found.columns if name not in table.by_name and name not in partitions]
    problems = []
    if missing:
        problems.append(f"missing columns {missing}, found {list(found.columns)}")
    if unknown:
        problems.append(f"unknown columns {unknown}, expected only {list(table.by_name)}")
    return problems


def _typed(found: ibis.Table, column: Column) -> ibis.Value:
    expected = contract_type(column)
    values = found[column.name]
    return values if values.type() == expected else values.cast(expected)
