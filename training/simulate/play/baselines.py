"""Policies everybody has: the largest, the best known, the best selling, and chance."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Floats, Ints
from recsys.snapshot import Snapshot
from recsys.stages import best_first
from training.simulate.draws import stream
from training.simulate.play.question import Observed, Question


@dataclass
class ByColumn:
    """Goes down the pool by one number of the snapshot; creators it does not know come last."""

    column: str
    exploration: float = 0.0
    snapshot: Snapshot | None = None

    def learn(self, observed: Observed) -> None:
        """Look at the new week's snapshot."""
        self.snapshot = observed.snapshot

    def rank(self, question: Question) -> Ints:
        """Highest first."""
        return best_first(known_values(self.snapshot, self.column, question.creator_ids).astype(np.float32))


@dataclass
class ByChance:
    """Invites anyone who is free, all with the same chance: exploration and nothing else."""

    seed: int
    exploration: float = 1.0

    def learn(self, observed: Observed) -> None:
        """Nothing."""

    def rank(self, question: Question) -> Ints:
        """Any order; each place is drawn anew."""
        rng = stream(self.seed, "random policy", question.row)
        return rng.permutation(len(question.creator_ids))


def known_values(snapshot: Snapshot | None, column: str, creator_ids: Ints) -> Floats:
    """A column of the snapshot's creators; minus infinity for those it lacks, or without a snapshot."""
    if snapshot is None:
        return np.full(len(creator_ids), -np.inf)
    rows, known = snapshot.creators.rows_of(creator_ids)
    values = snapshot.creators[column][rows].astype(np.float64)
    return np.where(known & ~np.isnan(values), values, -np.inf)
