"""Variety: each next item is relevant and unlike those above it."""

from typing import Literal

import numpy as np
from pydantic import Field

from recsys.arrays import Features, Flags, Floats, Ints
from recsys.config import Config
from recsys.reranking.facts import ItemFacts, needed
from recsys.reranking.scale import unit_scale
from recsys.stages import Candidates
from recsys.vectors import unit_vectors


class MmrConfig(Config):
    """Maximal marginal relevance: Carbonell and Goldstein 1998, The use of MMR, diversity-based reranking."""

    kind: Literal["mmr"] = "mmr"
    trade_off: float = Field(0.7, ge=0, le=1)
    """λ: 1 is relevance alone, 0 is variety alone."""
    count: int = Field(20, ge=1)
    """Places filled this way; candidates behind them keep their incoming order."""

    def build(self, facts: ItemFacts) -> "Mmr":
        """The re-ranker of one request; raises ConfigError if the facts have no vectors."""
        return Mmr(self, needed(facts.vectors, "vectors", self.kind))


class Mmr:
    """Fills each place with the item of largest λ · relevance − (1 − λ) · highest cosine with an item above.

    Relevance is the score on a 0 to 1 scale over the query's candidates. Scores stay as they are. Greedy and
    exact in O(count × candidates × factors); of equal gains the earlier candidate is taken.
    """

    def __init__(self, config: MmrConfig, vectors: Features) -> None:
        self.config = config
        self.vectors = vectors

    def rerank(self, query: object, candidates: Candidates) -> Candidates:
        """All candidates in the order of their marginal relevance."""
        relevance = self.config.trade_off * unit_scale(candidates.scores)
        units = unit_vectors(self.vectors[candidates.items])
        is_free = np.ones(len(units), np.bool_)
        nearest = np.full(len(units), -1.0)
        chosen: list[int] = []
        for _ in range(min(self.config.count, len(units))):
            chosen.append(self._next(relevance, nearest, is_free))
            is_free[chosen[-1]] = False
            nearest = np.maximum(nearest, _cosines(units, chosen[-1]))
        return candidates.take(_in_front(chosen, is_free))

    def _next(self, relevance: Floats, nearest: Floats, is_free: Flags) -> int:
        gains = relevance - (1 - self.config.trade_off) * nearest
        return int(np.where(is_free, gains, -np.inf).argmax())


def _cosines(units: Floats, place: int) -> Floats:
    # The last bits of a product depend on where a row stands; without them, equal vectors tie anywhere.
    return np.asarray(np.round(units @ units[place], 9))


def _in_front(chosen: list[int], is_free: Flags) -> Ints:
    return np.concatenate([np.array(chosen, np.int64), np.flatnonzero(is_free)])
