"""Who may answer a brief (R13): creators of its market who pass its filter, each condition counted."""

from dataclasses import dataclass

import numpy as np

from features.creator_filters import Counted, passing
from recsys.arrays import Ints
from recsys.brief import Brief
from recsys.snapshot import Snapshot
from recsys.stages import Candidates
from serving.answers import FilterCount


@dataclass(frozen=True)
class Eligible:
    """The creators who pass every filter: a brief's retriever, which proposes them all."""

    rows: Ints
    """Rows of the snapshot's creators, in order of id."""
    counts: tuple[FilterCount, ...]

    def retrieve(self, query: Brief) -> Candidates:
        """All of them, as rows of the snapshot, with nothing yet to order them by."""
        return Candidates(self.rows, np.zeros(len(self.rows), np.float32))


def eligible_creators(brief: Brief, snapshot: Snapshot) -> Eligible:
    """Apply the brief's market and filters one after the other, counting who is left after each.

    Raises RequestError for a word that the snapshot does not know, with near ones.
    """
    found = passing(brief.filters, brief.market, snapshot)
    return Eligible(found.rows, filter_counts(found.counts))


def filter_counts(counts: tuple[Counted, ...]) -> tuple[FilterCount, ...]:
    """The counts of conditions as an answer shows them."""
    return tuple(FilterCount(filter=each.name, asked=each.asked, left=each.left) for each in counts)
