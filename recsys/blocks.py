"""Scoring many rows in blocks: what a graph holds in between stays in the processor's caches."""

import numpy as np

from recsys.arrays import Array, Scores
from recsys.cascade import Scoring

BLOCK_ROWS = 512
"""*Measured*, 2,000 splits: 1.2 µs a row in blocks of 256 to 512, 1.4 in 1,024, 4.3 in 10,000."""


def in_blocks(score: Scoring, rows: Array) -> Scores:
    """The scores of all rows; that of a row must not depend on the others."""
    if len(rows) <= BLOCK_ROWS:
        return score(rows)
    starts = range(0, len(rows), BLOCK_ROWS)
    return np.concatenate([score(rows[start : start + BLOCK_ROWS]) for start in starts])
