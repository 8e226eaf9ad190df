"""Ranking metrics of one query. Each takes the grades in ranked order and all relevant grades.

A query without a relevant item has no value for any of them: `recsys.evaluation` leaves it out and counts it.
"""

from collections.abc import Callable

import numpy as np

from recsys.arrays import Grades

Metric = Callable[[Grades, Grades, int], float]


def dcg(grades: Grades, cutoff: int) -> float:
    """Gains 2^grade - 1, summed and discounted by log2(place + 1) (Burges et al. 2005)."""
    shown = grades[:cutoff]
    return float(((2.0**shown - 1) / np.log2(np.arange(2, len(shown) + 2))).sum())


def ndcg(slate: Grades, relevant: Grades, cutoff: int) -> float:
    """DCG over the best DCG these relevant items allow; 0 to 1 (Järvelin and Kekäläinen 2002)."""
    return dcg(slate, cutoff) / dcg(np.sort(relevant)[::-1], cutoff)


def average_precision(slate: Grades, relevant: Grades, cutoff: int) -> float:
    """Mean of the precisions at each relevant item above the cutoff; its mean over queries is MAP; 0 to 1."""
    hits = slate[:cutoff] > 0
    precisions = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float((precisions * hits).sum() / min(len(relevant), cutoff))


def reciprocal_rank(slate: Grades, relevant: Grades, cutoff: int) -> float:
    """One over the place of the first relevant item, 0 where none is above the cutoff; its mean is MRR."""
    hits = np.flatnonzero(slate[:cutoff] > 0)
    return float(1 / (hits[0] + 1)) if len(hits) else 0.0


def recall(slate: Grades, relevant: Grades, cutoff: int) -> float:
    """Share of the query's relevant items that appear above the cutoff; 0 to 1."""
    return float((slate[:cutoff] > 0).sum() / len(relevant))


METRICS: dict[str, Metric] = {
    "ndcg": ndcg,
    "map": average_precision,
    "mrr": reciprocal_rank,
    "recall": recall,
}
"""By the name under which they are reported: `ndcg_at_10`."""
