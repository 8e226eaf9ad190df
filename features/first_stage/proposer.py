"""Proposing creators of a large market for a brief: its first stage, with who has met the brand."""

from dataclasses import dataclass

import numpy as np

from features.briefs import brand_row
from features.first_stage.history import Met, history, history_factors
from features.first_stage.index import FirstStage, Market
from features.first_stage.search import Found, Score, best_places, estimates, search
from recsys.arrays import Ints
from recsys.brief import Brief
from recsys.snapshot import Snapshot

MOST_MET = 8
"""Creators with a history with the brand who are looked at, for each one to be scored."""


@dataclass(frozen=True)
class Proposer:
    """Looks for a brief's best creators with the first stage of a snapshot."""

    first_stage: FirstStage
    snapshot: Snapshot

    def propose(self, brief: Brief, eligible: Ints, wanted: int, score: Score) -> Found | None:
        """Those likely to be the best of the eligible rows, scored; None where all of them are to be scored.

        `eligible` are rows of the brief's market, rising.
        """
        count = self.first_stage.facts.config.scored_for(wanted)
        market = self.first_stage.market(brief.market)
        if market is None or len(eligible) <= count:
            return None
        met = self._met(brief, market, eligible, MOST_MET * count)
        return search(market, self._places(market, eligible), met, score, count)

    def _places(self, market: Market, rows: Ints) -> Ints:
        """Places of rows of a market within it; of all its rows all places."""
        if len(rows) == len(market.rows):
            return np.arange(len(rows))
        return np.asarray(self.first_stage.places[rows], np.int64)

    def _met(self, brief: Brief, market: Market, eligible: Ints, most: int) -> Met:
        """The eligible with a history with the brand; of too many the best by what briefs usually weigh."""
        rows, pairs = history(self.snapshot, brand_row(brief, self.snapshot))
        among = np.minimum(np.searchsorted(eligible, rows), len(eligible) - 1)
        there = np.flatnonzero(eligible[among] == rows)
        places = self._places(market, rows[there])
        best = best_places(estimates(market, places, market.weights), most)
        return Met(places[best], history_factors(pairs.take(there[best])))
