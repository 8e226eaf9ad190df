"""Judged rows: what a ranker learns from and is evaluated on."""

from dataclasses import dataclass, field, replace

import numpy as np

from recsys.arrays import Array, Features, Flags, Grades, GroupSizes, Ints
from recsys.errors import TableError


@dataclass(frozen=True)
class Judged:
    """Rows grouped by query: rows of one query stand together, in the order they were shown or retrieved.

    `positions` are the 1-based shown positions (None where nothing was logged). `query_segments` has one
    value per query under each name, `row_segments` one per row (a creator's tier, say).
    """

    features: Features
    grades: Grades
    group_sizes: GroupSizes
    feature_names: tuple[str, ...]
    positions: Ints | None = None
    query_segments: dict[str, Array] = field(default_factory=dict)
    row_segments: dict[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = len(self.grades)
        if self.features.shape != (rows, len(self.feature_names)) or self.features.dtype != np.float32:
            raise TableError(
                f"judged features: expected float32 of shape {(rows, len(self.feature_names))}, "
                f"found {self.features.dtype} of shape {self.features.shape}"
            )
        if self.group_sizes.sum() != rows or (self.group_sizes <= 0).any():
            raise TableError(f"group sizes add up to {self.group_sizes.sum()}, expected {rows}, all above 0")
        shown = {} if self.positions is None else {"positions": self.positions}
        _check_lengths(shown | self.row_segments, rows)
        _check_lengths(self.query_segments, len(self.group_sizes))

    @property
    def starts(self) -> Ints:
        """Row at which each query starts."""
        return np.asarray(np.cumsum(self.group_sizes) - self.group_sizes, np.int64)

    @property
    def query_of_row(self) -> Ints:
        """Index of the query each row belongs to."""
        return np.repeat(np.arange(len(self.group_sizes)), self.group_sizes)

    def column(self, name: str) -> Features:
        """One feature of all rows; raises TableError for an unknown name."""
        if name not in self.feature_names:
            raise TableError(f"there is no feature {name!r} among {len(self.feature_names)} features")
        return self.features[:, self.feature_names.index(name)]

    def take(self, queries: Flags) -> "Judged":
        """Only the chosen queries, in their order."""
        rows = np.repeat(queries, self.group_sizes)
        return replace(
            self,
            features=self.features[rows],
            grades=self.grades[rows],
            group_sizes=self.group_sizes[queries],
            positions=None if self.positions is None else self.positions[rows],
            query_segments={name: values[queries] for name, values in self.query_segments.items()},
            row_segments={name: values[rows] for name, values in self.row_segments.items()},
        )


def _check_lengths(columns: dict[str, Array], expected: int) -> None:
    for name, values in columns.items():
        if len(values) != expected:
            raise TableError(f"judged {name}: expected {expected} values, found {len(values)}")
