"""Factors of creators: few numbers from which a creator's score for any brief is a weighted sum, nearly.

Scores of creators (rows) for briefs (columns) are almost of low rank. A few of the briefs, the anchors, span
what the others say (a CUR decomposition, Mahoney and Drineas 2009); their scores are turned into factors.
"""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Features, Floats, Ints

SMALL = 1e-9
"""Share of the largest spread below which a direction tells nothing."""


@dataclass(frozen=True)
class Turn:
    """How scores for the anchors become factors, and what briefs usually weigh them by."""

    anchors: Ints
    """Columns of the briefs that are anchors."""
    mean: Floats
    """(anchors,); of their scores."""
    matrix: Floats
    """(anchors, factors)."""
    weights: Floats
    """(factors,); mean over briefs of a brief's weights, which spread by about 1 around it."""
    noise: float
    """Mean square of what factors do not tell of a score."""

    def factors(self, scores: Array) -> Features:
        """(rows, factors) of scores (rows, anchors)."""
        return ((scores - self.mean) @ self.matrix).astype(np.float32)


def turned(scores: Floats, anchors: int, factors: int) -> Turn:
    """Choose anchors, and learn how to turn their scores, from scores (creators, briefs).

    There are fewer anchors and factors where fewer directions tell anything.
    """
    centred = scores - scores.mean(axis=0)
    chosen = spanning(centred, anchors)
    own = centred[:, chosen]
    to_briefs = np.linalg.lstsq(own, centred, rcond=SMALL)[0]
    _, spread, turn = np.linalg.svd(own @ to_briefs, full_matrices=False)
    kept = turn[:factors][spread[:factors] > SMALL * max(float(spread[0]), SMALL)]
    briefs = scores.shape[1]
    matrix = to_briefs @ kept.T / np.sqrt(briefs)
    weights = np.sqrt(briefs) * kept
    missed = centred - own @ matrix @ weights
    return Turn(chosen, scores.mean(axis=0)[chosen], matrix, weights.mean(axis=1), float((missed**2).mean()))


def spanning(centred: Floats, count: int) -> Ints:
    """Columns that span the others: each is the one that those before it tell least of (pivoted QR).

    Fewer where the rest is told already.
    """
    left, chosen = centred.copy(), []
    largest = float((left**2).sum(axis=0).max())
    for _ in range(min(count, *centred.shape)):
        told = (left**2).sum(axis=0)
        best = int(told.argmax())
        if told[best] <= SMALL * largest:
            break
        direction = left[:, best] / np.sqrt(told[best])
        left -= np.outer(direction, direction @ left)
        chosen.append(best)
    return np.array(chosen, np.int64)
