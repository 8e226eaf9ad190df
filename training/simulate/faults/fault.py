"""What a planted fault is: what went wrong in an export, as a function of rows, and what finds it."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import getdoc

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recsys.arrays import Flags

Spoil = Callable[[pa.Table], pa.Table]
TENTH = 10


@dataclass(frozen=True)
class Fault:
    """A fault of one table that a rule of the data contract finds."""

    name: str
    table: str
    found_by: str
    """The rule that has to find it, wherever there is something to spoil."""
    story: str
    spoil: Spoil
    """The rows of one file of the table → the same with the fault; equal where there is nothing to spoil."""
    also: tuple[str, ...] = ()
    """Rules that may be broken by it besides."""

    def as_json(self) -> dict[str, object]:
        """The fault as JSON values."""
        return {
            "fault": self.name,
            "table": self.table,
            "story": self.story,
            "found_by": self.found_by,
            "also": list(self.also),
        }


FAULTS: dict[str, Fault] = {}
"""Every fault by name, in the order in which their modules are imported."""


def fault(table: str, found_by: str, also: tuple[str, ...] = ()) -> Callable[[Spoil], Spoil]:
    """Register a function as the fault of its name; its docstring tells what happened to the export."""

    def register(spoil: Spoil) -> Spoil:
        name = spoil.__name__
        FAULTS[name] = Fault(name, table, found_by, getdoc(spoil) or name, spoil, also)
        return spoil

    return register


def put(rows: pa.Table, **columns: pa.Array) -> pa.Table:
    """The rows with other values in some columns, which keep their place and type."""
    for name, values in columns.items():
        place = rows.column_names.index(name)
        rows = rows.set_column(place, rows.field(place), values.cast(rows.field(place).type))
    return rows


def put_where(rows: pa.Table, chosen: Flags | pa.Array, name: str, values: object) -> pa.Table:
    """The rows with other values (an array, a number, a word or None) of one column where `chosen`."""
    given = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.scalar(values)
    given = given.cast(rows[name].type)
    return put(rows, **{name: pc.if_else(pa.array(chosen), given, rows[name])})


def moved(rows: pa.Table, name: str, seconds: int) -> pa.Table:
    """The rows with a time moved by seconds, later if above 0."""
    return put(rows, **{name: pc.add(rows[name], pa.scalar(seconds, pa.duration("s")))})


def swapped(rows: pa.Table, one: str, other: str) -> pa.Table:
    """The rows with two columns confused, where both have a value."""
    both = pc.and_(rows[one].is_valid(), rows[other].is_valid())
    return put(
        rows,
        **{
            one: pc.if_else(both, rows[other], rows[one]),
            other: pc.if_else(both, rows[one], rows[other]),
        },
    )


def every_tenth(rows: pa.Table) -> Flags:
    """Which rows are the first, the eleventh, and so on."""
    chosen: Flags = np.arange(rows.num_rows) % TENTH == 0
    return chosen
