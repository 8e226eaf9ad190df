"""The metrics of `recsys.metrics`, of all users at once: relevance here is yes or no.

Each takes hits (users, places) bool in ranked order, the number of each user's relevant items (users,), and
the cutoff; each gives (users,) float64 from 0 to 1. Tests hold them equal to `recsys.metrics`.
"""

from collections.abc import Callable, Sequence

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from training.implicit.relevant import Relevant


def recall(hits: Flags, relevant: Ints, cutoff: int) -> Floats:
    """Share of the user's relevant items above the cutoff (as LightGCN defines it, He et al. 2020)."""
    return np.asarray(hits[:, :cutoff].sum(axis=1) / relevant)


def ndcg(hits: Flags, relevant: Ints, cutoff: int) -> Floats:
    """Hits discounted by log2(place + 1), over those of a list with min(relevant, cutoff) hits in front."""
    discounts = 1 / np.log2(np.arange(2, cutoff + 2))
    ideal = np.cumsum(discounts)[np.minimum(relevant, cutoff) - 1]
    shown = hits[:, :cutoff]
    gains: Floats = shown @ discounts[: shown.shape[1]]
    return np.asarray(gains / ideal, np.float64)


def hit_rate(hits: Flags, relevant: Ints, cutoff: int) -> Floats:
    """1 if any relevant item is above the cutoff."""
    return np.asarray(hits[:, :cutoff].any(axis=1), np.float64)


def average_precision(hits: Flags, relevant: Ints, cutoff: int) -> Floats:
    """Mean of the precisions at each hit; its mean over users is MAP."""
    shown = hits[:, :cutoff]
    precisions = np.cumsum(shown, axis=1) / np.arange(1, shown.shape[1] + 1)
    return np.asarray((precisions * shown).sum(axis=1) / np.minimum(relevant, cutoff))


def reciprocal_rank(hits: Flags, relevant: Ints, cutoff: int) -> Floats:
    """One over the place of the first hit, 0 without one; its mean over users is MRR."""
    shown = hits[:, :cutoff]
    return np.where(shown.any(axis=1), 1 / (shown.argmax(axis=1) + 1), 0.0)


MEASURES: dict[str, Callable[[Flags, Ints, int], Floats]] = {
    "recall": recall,
    "ndcg": ndcg,
    "hr": hit_rate,
    "map": average_precision,
    "mrr": reciprocal_rank,
}
"""By the name under which they are reported: `recall_at_20`."""


def hits_of(lists: Ints, relevant: Relevant) -> Flags:
    """(users, places): which places of the lists (users, places; -1 is nobody) hold a relevant item."""
    width = max(relevant.catalogue, int(relevant.items.max(initial=0)) + 1)
    asked = np.arange(len(lists))[:, None] * width + lists
    return np.isin(asked, relevant.rows * width + relevant.items) & (lists >= 0)


def measured(lists: Ints, relevant: Relevant, cutoffs: Sequence[int]) -> dict[str, Floats]:
    """`recall_at_20` … → (users,); NaN for a user without a relevant item."""
    asked = relevant.counts > 0
    hits, counts = hits_of(lists, relevant)[asked], relevant.counts[asked]
    values = {}
    for name, measure in MEASURES.items():
        for cutoff in cutoffs:
            values[f"{name}_at_{cutoff}"] = np.full(len(lists), np.nan)
            values[f"{name}_at_{cutoff}"][asked] = measure(hits, counts, cutoff)
    return values
