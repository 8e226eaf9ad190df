"""Confidences of users for items: a sparse matrix by rows, and the padded form that graphs read."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recsys.arrays import Array, Flags, Ints, Scores
from recsys.errors import TableError

NOTHING = -1
"""Item column that pads short histories."""


@dataclass(frozen=True)
class Histories:
    """What some users did, one row each, padded to the longest."""

    items: Ints
    """(users, length) item columns, NOTHING behind the last."""
    confidence: Scores
    """(users, length) float32, 0 behind the last."""

    def __len__(self) -> int:
        return len(self.items)

    @classmethod
    def of_slices(cls, starts: Ints, ends: Ints, items: Ints, confidence: Scores) -> Self:
        """Row `u` holds `items[starts[u]:ends[u]]` and their confidences."""
        length = max(int((ends - starts).max(initial=0)), 1)
        places = starts[:, None] + np.arange(length)
        there = places < ends[:, None]
        columns = np.full(there.shape, NOTHING, np.int64)
        weights = np.zeros(there.shape, np.float32)
        columns[there], weights[there] = items[places[there]], confidence[places[there]]
        return cls(columns, weights)

    @property
    def lengths(self) -> Ints:
        """(users,): how many items each has."""
        return np.asarray((self.items != NOTHING).sum(axis=1), np.int64)


@dataclass(frozen=True)
class Interactions:
    """How sure we are that a user likes an item: one confidence above 0 for each pair that met.

    Row `u` holds `items[starts[u]:starts[u + 1]]`, rising. Items and users without a pair are allowed: an
    item that nobody met is *cold*, a user who met nothing is *new*.
    """

    user_ids: Ints
    """(users,), rising."""
    item_ids: Ints
    """(items,), rising."""
    starts: Ints
    """(users + 1,)."""
    items: Ints
    """(pairs,) columns."""
    confidence: Scores
    """(pairs,) float32, finite and above 0."""

    @classmethod
    def of_pairs(
        cls,
        user_ids: Ints,
        item_ids: Ints,
        pairs: tuple[Ints, Ints],
        confidence: Array | None = None,
    ) -> Self:
        """From (rows, columns) of pairs; confidences of a repeated pair add up, 1 each where none are given.

        `user_ids` and `item_ids` name all rows and columns. Raises TableError for an empty log, for ids that
        do not rise, for a place outside the matrix and for a confidence that is not a number above 0.
        """
        rows, columns = pairs
        given = np.ones(len(rows), np.float32) if confidence is None else confidence
        _check(user_ids, item_ids, (rows, columns), given)
        keys, place = np.unique(rows * len(item_ids) + columns, return_inverse=True)
        summed = np.bincount(place, weights=given, minlength=len(keys)).astype(np.float32)
        starts = np.searchsorted(keys // len(item_ids), np.arange(len(user_ids) + 1))
        return cls(user_ids, item_ids, starts.astype(np.int64), keys % len(item_ids), summed)

    @property
    def shape(self) -> tuple[int, int]:
        """Users and items."""
        return len(self.user_ids), len(self.item_ids)

    @property
    def rows(self) -> Ints:
        """(pairs,): the user row of each pair."""
        return np.repeat(np.arange(len(self.user_ids)), self.lengths)

    @property
    def lengths(self) -> Ints:
        """(users,): how many items each user met."""
        return np.diff(self.starts)

    @property
    def item_counts(self) -> Ints:
        """(items,): how many users met each item."""
        return np.bincount(self.items, minlength=len(self.item_ids))

    def of_user(self, row: int) -> Ints:
        """The item columns of one user."""
        return self.items[self.starts[row] : self.starts[row + 1]]

    def take(self, users: Ints) -> "Interactions":
        """Only these users' rows, in this order, as a matrix over the same items."""
        lengths = self.lengths[users]
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        places = np.repeat(self.starts[users], lengths) + within
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        return replace(
            self,
            user_ids=self.user_ids[users],
            starts=starts,
            items=self.items[places],
            confidence=self.confidence[places],
        )

    def only(self, pairs: Flags) -> "Interactions":
        """Only the flagged pairs, over the same users and items."""
        starts = np.concatenate([[0], np.cumsum(pairs)])[self.starts].astype(np.int64)
        return replace(self, starts=starts, items=self.items[pairs], confidence=self.confidence[pairs])

    def histories(self, users: Ints | None = None) -> Histories:
        """The rows of these users (all without), padded."""
        rows = np.arange(len(self.user_ids)) if users is None else users
        return Histories.of_slices(self.starts[rows], self.starts[rows + 1], self.items, self.confidence)


def _check(user_ids: Ints, item_ids: Ints, pairs: tuple[Ints, Ints], confidence: Array) -> None:
    rows, columns = pairs
    if not len(rows):
        raise TableError("the event log is empty: expected at least one pair of user and item")
    for name, ids, places in (("user", user_ids, rows), ("item", item_ids, columns)):
        if (np.diff(ids) <= 0).any():
            raise TableError(f"{name} ids must rise and be there once, found {ids[:5].tolist()} …")
        if places.min() < 0 or places.max() >= len(ids):
            raise TableError(
                f"{name} places must be 0 to {len(ids) - 1}, found {places.min()} to {places.max()}"
            )
    if not (np.isfinite(confidence) & (confidence > 0)).all():
        wrong = confidence[~(np.isfinite(confidence) & (confidence > 0))]
        raise TableError(f"confidences must be finite and above 0, found {wrong[:3].tolist()}")
