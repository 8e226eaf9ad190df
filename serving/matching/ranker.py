"""The ranker of creators for a brief: features of both, through a model."""

import numpy as np

from features.matrix import match_features
from recsys.arrays import Ints, Scores
from recsys.brief import Brief
from recsys.shapley import Score
from recsys.snapshot import Snapshot
from recsys.stages import Candidates

BLOCK = 1 << 16
"""Creators whose features are held at once: bounds memory, whatever the market's size."""


class CreatorRanker:
    """Scores creators for a brief: the features of each block of them, through a model."""

    def __init__(self, snapshot: Snapshot, model: Score) -> None:
        self.snapshot, self.model = snapshot, model

    def rank(self, query: Brief, candidates: Candidates) -> Candidates:
        """The same creators, scored."""
        return candidates.scored(self.score(query, candidates.items))

    def score(self, brief: Brief, rows: Ints) -> Scores:
        """Scores of rows of the snapshot's creators, in their order.

        A cascade keeps its best of each block. Every other score is a lower bound that those exceed, so the
        best of all blocks are among the kept, and are scored by the whole model.
        """
        # At least one block, though it be empty: a brief that names what is unknown is refused in any case.
        blocks = [rows[start : start + BLOCK] for start in range(0, max(1, len(rows)), BLOCK)]
        return np.concatenate([self.model(match_features(brief, self.snapshot, block)) for block in blocks])
