"""From arrays to Arrow tables with exactly the contract's columns and types."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from recsys.arrays import Array, Ints
from recsys.errors import TableError
from recsys.tables import Column, Table
from recsys.tables.schema import ARROW_TYPES
from training.simulate.clock import ABSENT

MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class Coded:
    """Text by code: row r holds `names[codes[r]]`, or NULL where the code is negative."""

    codes: Ints
    names: Array


@dataclass(frozen=True)
class Ragged:
    """Lists: row r holds the next `counts[r]` of `values`."""

    values: Array | Coded
    counts: Ints


Values = Array | Coded | Ragged


def schema_of(table: Table) -> pa.Schema:
    """The contract's columns as an Arrow schema; only optional columns may be NULL."""
    return pa.schema(
        [
            pa.field(column.name, ARROW_TYPES[column.kind], nullable=column.optional)
            for column in table.columns
        ]
    )


def arrow_table(table: Table, values: dict[str, Values]) -> pa.Table:
    """The rows of a table from one array per column; raises TableError for missing or unknown columns."""
    if set(values) != set(table.by_name):
        found = sorted(set(values) ^ set(table.by_name))
        raise TableError(f"table {table.name}: columns {found} are missing here or in the contract")
    arrays = [_arrow_array(column, values[column.name]) for column in table.columns]
    return pa.Table.from_arrays(arrays, schema=schema_of(table))


def _arrow_array(column: Column, values: Values) -> pa.Array:
    if isinstance(values, Ragged):
        offsets = np.concatenate([[0], np.cumsum(values.counts)]).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), _texts(values.values)).cast(
            ARROW_TYPES[column.kind]
        )
    if isinstance(values, Coded):
        return _texts(values)
    if column.kind == "time":
        return pa.array(values * MICROSECONDS, pa.timestamp("us"), mask=values == ABSENT)
    mask = (values == ABSENT) if column.optional and values.dtype.kind == "i" else None
    if column.kind == "day":
        return pa.array(values.astype(np.int32), pa.int32()).cast(pa.date32())
    return pa.array(values, ARROW_TYPES[column.kind], mask=mask, from_pandas=column.optional)


def _texts(values: Array | Coded) -> pa.Array:
    if isinstance(values, Coded):
        codes = pa.array(values.codes.astype(np.int32), mask=values.codes < 0)
        return pa.array(values.names.tolist(), pa.string()).take(codes)
    return pa.array(values)
