"""Logged actions: their rewards, and how likely each of two policies was to take them."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from recsys.errors import TableError


@dataclass(frozen=True)
class Predicted:
    """What a reward model expects in each logged context; it must not have seen the row it speaks about."""

    logged: Floats
    """(rows,): the expected reward of the logged action."""
    target: Floats
    """(rows,): the expected reward of the target policy: the sum of its probabilities × predictions."""

    @classmethod
    def of(cls, expected: Floats, taken: Ints, target: Floats) -> Self:
        """From (rows, actions): the expected reward and the target's probability of every action."""
        return cls(expected[np.arange(len(taken)), taken], (expected * target).sum(axis=1))


@dataclass(frozen=True)
class LoggedActions:
    """One row per logged action; the order of rows counts for nothing.

    Raises TableError if lengths differ, a number is missing or infinite, or a probability is out of range.
    """

    reward: Floats
    """(rows,): what the action brought, in any unit."""
    propensity: Floats
    """(rows,): P(the action | context) under the policy that logged it; above 0, at most 1."""
    target: Floats
    """(rows,): P(the action | context) under the policy to be valued; 0 to 1."""
    cluster: Ints | None = None
    """(rows,): rows of one value (a brief, say) hang together; None where every row stands alone."""
    predicted: Predicted | None = None
    """What doubly robust estimates start from."""

    def __post_init__(self) -> None:
        for name, column in self._columns().items():
            _check_numbers(name, column, len(self.reward))
        if not len(self.reward):
            raise TableError("logged actions: expected at least one row, found none")
        _check_range("propensity", self.propensity, self.propensity > 0, "(0, 1]")
        _check_range("target", self.target, self.target >= 0, "[0, 1]")

    def __len__(self) -> int:
        return len(self.reward)

    @property
    def weights(self) -> Floats:
        """How much more often the target policy takes each logged action; their mean is 1 in expectation."""
        return np.asarray(self.target / self.propensity)

    @property
    def clusters(self) -> Ints:
        """(rows,): 0, 1, …: the number of each row's cluster."""
        if self.cluster is None:
            return np.arange(len(self))
        return np.asarray(np.unique(self.cluster, return_inverse=True)[1])

    def _columns(self) -> dict[str, Array]:
        columns: dict[str, Array] = {
            "reward": self.reward,
            "propensity": self.propensity,
            "target": self.target,
        }
        if self.cluster is not None:
            columns["cluster"] = self.cluster
        if self.predicted is not None:
            columns["predicted.logged"] = self.predicted.logged
            columns["predicted.target"] = self.predicted.target
        return columns


def _check_numbers(name: str, column: Array, rows: int) -> None:
    if column.shape != (rows,):
        raise TableError(f"logged actions: {name} has shape {column.shape}, expected ({rows},) as reward has")
    if not np.isfinite(column).all():
        wrong = column[~np.isfinite(column)][0]
        raise TableError(f"logged actions: {name} holds {wrong}, expected finite numbers")


def _check_range(name: str, column: Floats, above: Flags, expected: str) -> None:
    within = above & (column <= 1)
    if not within.all():
        raise TableError(f"logged actions: {name} holds {column[~within][0]}, expected numbers in {expected}")
