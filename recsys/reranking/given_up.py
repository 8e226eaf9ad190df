"""What a re-ranked order costs: the fit given up for variety, freshness, limits and exploration."""

import numpy as np

from recsys.arrays import Floats
from recsys.reranking.scale import above_lowest
from recsys.stages import Candidates


def fit_given_up(before: Candidates, after: Candidates, cutoff: int) -> float:
    """Share of the fit of the best order of `before` that `after` loses above the cutoff; 0 to 1.

    The fit of an order is Σ (score − lowest score) / log2(place + 1) over its first `cutoff` places. Scores
    are those of `before`, whatever `after` carries, and the lowest is that of all its candidates: negative
    scores need no case of their own, and the unit and origin of a ranker's scores do not count. A place left
    empty adds 0, as the lowest candidate would. `after` holds some or all items of `before`.

    0 without candidates or where all score the same; 1 where only lowest candidates are shown.
    """
    fits = above_lowest(before.scores)
    fit_of = dict(zip(before.items.tolist(), fits.tolist(), strict=True))
    shown = np.array([fit_of[item] for item in after.items.tolist()], np.float64)
    best = _discounted_sum(np.sort(fits)[::-1], cutoff)
    return max(0.0, 1 - _discounted_sum(shown, cutoff) / best) if best else 0.0


def _discounted_sum(fits: Floats, cutoff: int) -> float:
    shown = fits[:cutoff]
    return float((shown / np.log2(np.arange(2, len(shown) + 2))).sum())
