"""What users turned out to like: the answers that a validation or test file holds."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recsys.arrays import Flags, Ints
from recsys.interactions import Interactions
from training.implicit.pairs import Pairs


@dataclass(frozen=True)
class Relevant:
    """For each user the items that were met later, as columns of a catalogue.

    Columns from `catalogue` on are items the catalogue lacks: relevant, but nobody can recommend them.
    """

    user_ids: Ints
    """(users,), rising; each has at least one item."""
    starts: Ints
    """(users + 1,)."""
    items: Ints
    """(pairs,) columns, rising within a user."""
    catalogue: int

    @classmethod
    def of_pairs(cls, user_ids: Ints, items: Ints, catalogue: int) -> Self:
        """From pairs of user id and item column, each pair once, in any order."""
        order = np.lexsort((items, user_ids))
        users, starts = np.unique(user_ids[order], return_index=True)
        return cls(users, np.append(starts, len(order)).astype(np.int64), items[order], catalogue)

    def __len__(self) -> int:
        return len(self.user_ids)

    @property
    def counts(self) -> Ints:
        """(users,): relevant items of each."""
        return np.diff(self.starts)

    @property
    def rows(self) -> Ints:
        """(pairs,): the place of each pair's user."""
        return np.repeat(np.arange(len(self)), self.counts)

    def only(self, items: Flags) -> Self:
        """Only the flagged items of the catalogue; the same users, some of whom have none left."""
        kept = np.append(items, np.zeros(int(self.items.max(initial=0)) + 1, np.bool_))[self.items]
        starts = np.concatenate([[0], np.cumsum(kept)])[self.starts].astype(np.int64)
        return replace(self, starts=starts, items=self.items[kept])


@dataclass(frozen=True)
class Answers:
    """The relevant items of a file, and how many of its pairs and users are what."""

    relevant: Relevant
    pairs: int
    """In the file, each once."""
    repeated: int
    """Rows that repeat a pair."""
    seen: int
    """Pairs left out because the user had met the item before: seen items are never shown again."""
    users_without_relevant: int
    """Users whose every pair was left out."""
    new_users: int
    """Users without any history, answered all the same."""
    cold_pairs: int
    """Pairs with an item that nobody had met."""
    unknown_pairs: int
    """Those of them whose item the catalogue lacks altogether: certain misses."""


def as_interactions(relevant: Relevant, known: Interactions) -> Interactions:
    """The relevant items over the users and items of `known`, which must hold them all."""
    rows = places(known.user_ids, relevant.user_ids)[0][relevant.rows]
    return Interactions.of_pairs(known.user_ids, known.item_ids, (rows, relevant.items))


def answers(pairs: Pairs, known: Interactions) -> Answers:
    """What the pairs of a file ask for, given what is known of users and items."""
    column, in_catalogue = places(known.item_ids, pairs.items)
    missing = pairs.items[~in_catalogue]
    column[~in_catalogue] = len(known.item_ids) + np.unique(missing, return_inverse=True)[1]
    row, is_user = places(known.user_ids, pairs.users)
    seen = is_user & in_catalogue & met(known, row, column)
    relevant = Relevant.of_pairs(pairs.users[~seen], column[~seen], len(known.item_ids))
    cold = np.append(known.item_counts == 0, np.ones(len(missing), np.bool_))
    return Answers(
        relevant=relevant,
        pairs=len(pairs),
        repeated=pairs.repeated,
        seen=int(seen.sum()),
        users_without_relevant=len(np.unique(pairs.users)) - len(relevant),
        new_users=int((of_users(known, relevant.user_ids).lengths == 0).sum()),
        cold_pairs=int(cold[relevant.items].sum()),
        unknown_pairs=int((relevant.items >= relevant.catalogue).sum()),
    )


def places(ids: Ints, asked: Ints) -> tuple[Ints, Flags]:
    """Where each asked id stands among `ids` (rising), and whether it does; its place is free where not."""
    found = np.searchsorted(ids, asked).clip(max=max(len(ids) - 1, 0)).astype(np.int64)
    return found, np.asarray(ids[found] == asked)


def met(known: Interactions, rows: Ints, columns: Ints) -> Flags:
    """Whether each row's user met the column's item."""
    width = max(len(known.item_ids), int(columns.max(initial=0)) + 1)
    return np.isin(rows * width + columns, known.rows * width + known.items)


def of_users(known: Interactions, user_ids: Ints) -> Interactions:
    """The rows of these users, in this order; empty for one whom `known` lacks."""
    nobody = len(known.user_ids)
    padded = replace(
        known, user_ids=np.append(known.user_ids, -1), starts=np.append(known.starts, known.starts[-1])
    )
    row, is_user = places(known.user_ids, user_ids)
    return replace(padded.take(np.where(is_user, row, nobody)), user_ids=user_ids)
