"""What retrieval said about the pairs it proposed, as columns for the matrix."""

from collections.abc import Sequence

import numpy as np

from features.recommending.content import CONTENT_BLOCKS, SCALED
from features.recommending.matrix import Pairs
from recsys.arrays import Array, Flags, Ints
from recsys.interactions.matrix import NOTHING
from recsys.retrieval import Retrieved


def proposed(
    retrieved: Retrieved, signals: Sequence[str], creator_rows: Ints, item_rows: Ints
) -> tuple[Pairs, dict[str, Array]]:
    """Every proposed pair, creator by creator in retrieval order, and the columns `matrix.RETRIEVED`.

    `creator_rows` and `item_rows` are what was asked: the snapshot's rows behind the graph's users and items.
    """
    there = retrieved.items != NOTHING
    users, _ = np.nonzero(there)
    pairs = Pairs(creator_rows[users], item_rows[retrieved.items[there]])
    best = retrieved.scores.max(axis=1, keepdims=True, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        behind = retrieved.scores - best
    ranks = np.broadcast_to(np.arange(1, there.shape[1] + 1), there.shape)
    columns: dict[str, Array] = {"score": behind[there], "rank": ranks[there].astype(np.float32)}
    return pairs, columns | {name: _sum(retrieved, kind, there) for name, kind in _kinds(signals).items()}


def _kinds(signals: Sequence[str]) -> dict[str, Flags]:
    """Which signals are learnt from choices, compare content, or say what everybody likes."""
    content = np.array([name in CONTENT_BLOCKS and name not in SCALED for name in signals])
    popularity = np.array([name in SCALED for name in signals])
    return {"collaborative": ~(content | popularity), "content": content, "popularity": popularity}


def _sum(retrieved: Retrieved, signals: Flags, there: Flags) -> Array:
    return np.asarray(retrieved.shares[signals].sum(axis=0)[there], np.float32)
