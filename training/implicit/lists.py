"""Scores of a retriever → the best unseen items of each user, in NumPy; what the exported graph does too."""

from collections.abc import Callable

import numpy as np

from recsys.arrays import Flags, Ints, Scores
from recsys.interactions import Histories, Interactions
from recsys.interactions.matrix import NOTHING

BATCH = 256
"""Users scored at once: bounds memory."""
SILENT = np.float32(-np.inf)
"""Score of an item that is not to be shown, or of which the model says nothing."""


def best_lists(
    score: Callable[[Histories], Scores], histories: Interactions, count: int, allowed: Flags | None = None
) -> Ints:
    """(users, min(count, items)) item columns, best first, NOTHING behind the last.

    `score` gives (users, items), SILENT where it has nothing to say. Such items, those of the history and
    those not `allowed` (items,) are never in a list (R34). Equal scores go by the lower column.
    """
    users = np.arange(len(histories.user_ids))
    parts = []
    for start in range(0, len(users), BATCH):
        some = histories.take(users[start : start + BATCH])
        scores = np.array(score(some.histories()), np.float32)
        scores[some.rows, some.items] = SILENT
        if allowed is not None:
            scores[:, ~allowed] = SILENT
        parts.append(best_of(scores, count))
    return np.concatenate(parts)


def spoken(scores: Scores) -> Scores:
    """SILENT where a retriever's score is 0 or below: it has nothing to say, or speaks against the item."""
    return np.where(scores > 0, scores, SILENT)


def best_of(scores: Scores, count: int) -> Ints:
    """(users, min(count, items)): the columns by falling score, a stable sort; NOTHING in place of SILENT."""
    count = min(count, scores.shape[1])
    least = -np.partition(-scores, count - 1, axis=1)[:, count - 1 : count]
    above, level = scores > least, scores == least
    wanted = count - above.sum(axis=1, keepdims=True)
    # Of those level with the last place the lower columns get in: exactly `count` are chosen in each row.
    chosen = above | (level & (np.cumsum(level, axis=1, dtype=np.int32) <= wanted))
    columns = np.nonzero(chosen)[1].reshape(len(scores), count)
    of_chosen = np.take_along_axis(scores, columns, axis=1)
    order = np.argsort(-of_chosen, axis=1, kind="stable")
    best = np.take_along_axis(np.where(of_chosen > SILENT, columns, NOTHING), order, axis=1)
    return np.asarray(best, np.int64)
