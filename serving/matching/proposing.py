"""Who is ranked for a brief: everyone eligible or, in a large market, whom its first stage proposes."""

from dataclasses import dataclass

import numpy as np

from features.first_stage import FirstStage, Found
from recsys.arrays import Ints
from recsys.brief import Brief
from recsys.stages import Candidates
from serving.filters import Eligible

MANY = 10_000
"""More creators than that want a first stage: scoring them takes more than a tenth of a second."""


@dataclass(frozen=True)
class Proposed:
    """The brief's retriever where there is a first stage: its candidates carry the ranker's own scores.

    The first stage finds them by having the ranker score whom it meets, so this is their ranker too.
    """

    found: Found

    @property
    def rows(self) -> Ints:
        """Rows of the snapshot's creators, rising."""
        return self.found.rows

    def retrieve(self, query: Brief) -> Candidates:
        """All of them, with the ranker's scores."""
        sources = tuple(np.where(self.found.met, "history", "first_stage").tolist())
        return Candidates(self.found.rows, self.found.scores, sources)

    def rank(self, query: Brief, candidates: Candidates) -> Candidates:
        """The candidates as they are: the first stage asked the ranker."""
        return candidates


def lacking(brief: Brief, eligible: Eligible, first_stage: FirstStage | None) -> tuple[str, ...]:
    """What an answer that scored everyone should have had, in words; nothing where they are not many."""
    if len(eligible.rows) <= MANY or (first_stage and first_stage.market(brief.market)):
        return ()
    return (
        f"no first stage for market {brief.market}: all {len(eligible.rows):,} eligible creators were scored",
    )
