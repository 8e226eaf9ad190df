"""The cascade: the first trees of a model score every row, later ones only the best so far."""

from collections.abc import Callable, Sequence

import numpy as np

from recsys.arrays import Array, Scores
from recsys.stages import best_first

Scoring = Callable[[Array], Scores]
"""Scores rows (usually of features); the score of a row depends on that row alone."""


def cascade(rows: Array, whole: Scoring, stages: Sequence[Scoring], keep: Sequence[int]) -> Scores:
    """The first stage scores all rows; stage i + 1 adds to the scores of the best `keep[i]` so far.

    The stages must add up to the whole model, and later ones must add more than 0 to every row
    (`training.export.cascade` makes them so). Then rows that went further stand strictly above those that did
    not, and rows left behind together keep their order. Rows of the last stage have the whole model's score,
    the others a lower bound of it. Of equal scores at the border the earlier row goes on.

    Without stages, or with no more rows than the last stage takes, the whole model scores them all.
    """
    if not stages or len(rows) <= keep[-1]:
        return whole(rows)
    scores = stages[0](rows)
    best = np.arange(len(rows))
    for stage, count in zip(stages[1:], keep, strict=True):
        best = np.sort(best[best_first(scores[best])[:count]])
        scores[best] += stage(rows[best])
    return scores
