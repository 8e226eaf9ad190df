"""How a table is described: columns with type, meaning and range; a key; references to other tables."""

from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

Kind = Literal["id", "text", "texts", "ids", "flag", "count", "money", "share", "number", "day", "time"]
"""What a column holds. `money` is in minor units; `share` is 0 to 1; `day` and `time` are UTC."""

ARROW_TYPES: dict[Kind, pa.DataType] = {
    "id": pa.int64(),
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "ids": pa.list_(pa.int64()),
    "flag": pa.bool_(),
    "count": pa.int64(),
    "money": pa.int64(),
    "share": pa.float64(),
    "number": pa.float64(),
    "day": pa.date32(),
    "time": pa.timestamp("us"),
}
"""The stored type of each kind; times are naive and mean UTC, truncated to seconds."""


@dataclass(frozen=True)
class Column:
    """One column: its name, kind and meaning; NULL only where `optional`; only `choices` where given."""

    name: str
    kind: Kind
    meaning: str
    optional: bool = False
    choices: tuple[str, ...] = ()
    references: str = ""
    """`table.column` that must hold each value."""


@dataclass(frozen=True)
class Table:
    """One table: what a row is, the columns that identify it, and its columns in order."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def arrow_schema(self) -> pa.Schema:
        """The columns in order with their stored types: what a Parquet file of the table should hold."""
        return pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in self.columns])


def ident(name: str, meaning: str, references: str = "", optional: bool = False) -> Column:
    """An id column."""
    return Column(name, "id", meaning, optional=optional, references=references)


def count(name: str, meaning: str) -> Column:
    """A count, 0 or more."""
    return Column(name, "count", meaning)


def time(name: str, meaning: str, optional: bool = True) -> Column:
    """A moment in UTC; NULL means it has not happened."""
    return Column(name, "time", meaning, optional=optional)
