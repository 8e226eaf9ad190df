"""What re-rankers know of items beyond their ids and scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from recsys.arrays import Array, Features, Floats, Ints
from recsys.errors import ConfigError, TableError

Column = TypeVar("Column")


@dataclass(frozen=True)
class ItemFacts:
    """One row per item of the catalogue; `candidates.items` are row numbers. None: not known of any item.

    Only rows of candidates are ever read, so a memory-mapped column costs what the candidates touch. Raises
    TableError where two columns differ in length.
    """

    vectors: Features | None = None
    """(items, factors): close vectors are similar items; rows of 0 or NaN are like no other item."""
    groups: Mapping[str, Ints] = field(default_factory=dict)
    """`creator`, `category`, `brand` … → (items,): the group each item is in; negative: in none."""
    age_days: Floats | None = None
    """(items,): days since the item appeared; NaN where not known."""
    times_shown: Ints | None = None
    """(items,): how often this creator was shown the item."""
    days_since_shown: Floats | None = None
    """(items,): days since the last of those times; not read where there were none."""

    def __post_init__(self) -> None:
        lengths = {name: len(column) for name, column in self._columns().items()}
        if len(set(lengths.values())) > 1:
            raise TableError(f"item facts: expected as many rows in every column, found {lengths}")

    def _columns(self) -> dict[str, Array]:
        columns = {
            "vectors": self.vectors,
            "age_days": self.age_days,
            "times_shown": self.times_shown,
            "days_since_shown": self.days_since_shown,
        }
        groups = {f"groups.{name}": column for name, column in self.groups.items()}
        return groups | {name: column for name, column in columns.items() if column is not None}


def needed(column: Column | None, name: str, kind: str) -> Column:
    """The column itself; raises ConfigError where the facts lack what re-ranker `kind` works with."""
    if column is None:
        raise ConfigError(f"re-ranker {kind} needs {name} of the items, found none")
    return column
