"""The stages every answer goes through: query → retrieve → rank → re-rank → slate. Start reading here.

A *query* (a brief, a creator asking for products) is answered by a *retriever*, which proposes candidates;
a *ranker*, which scores them; and *re-rankers*, which reorder them for variety or limits. The result is the
*slate*. Everything else in this project prepares, proves, explains or serves these four steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np

from recsys.arrays import Ints, Scores

Query = TypeVar("Query")
Query_contra = TypeVar("Query_contra", contravariant=True)


@dataclass(frozen=True)
class Candidates:
    """Items with their scores, and the source that proposed each item (R34)."""

    items: Ints
    scores: Scores
    sources: tuple[str, ...] = ()

    def top(self, count: int) -> "Candidates":
        """The best by score; equal scores keep their incoming order, so ranking is repeatable."""
        return self.take(best_first(self.scores)[:count])

    def take(self, order: Ints) -> "Candidates":
        """The candidates at these places, in this order."""
        sources = tuple(self.sources[place] for place in order) if self.sources else ()
        return Candidates(self.items[order], self.scores[order], sources)

    def scored(self, scores: Scores) -> "Candidates":
        """The same items under new scores."""
        return replace(self, scores=scores)


class Retriever(Protocol[Query_contra]):
    """Proposes candidates: cheap, broad, never a filtered or arbitrary item (R34)."""

    def retrieve(self, query: Query_contra) -> Candidates:
        """Candidates for the query, best first where there is an order."""
        ...


class Ranker(Protocol[Query_contra]):
    """Scores candidates against the query; higher is better."""

    def rank(self, query: Query_contra, candidates: Candidates) -> Candidates:
        """The same items in the same order, with their scores."""
        ...


class Reranker(Protocol[Query_contra]):
    """Reorders or drops ranked candidates: variety, limits, exploration."""

    def rerank(self, query: Query_contra, candidates: Candidates) -> Candidates:
        """Some or all of the candidates, in the order to show."""
        ...


def recommend(
    query: Query,
    retriever: Retriever[Query],
    ranker: Ranker[Query],
    rerankers: Sequence[Reranker[Query]],
    count: int,
) -> Candidates:
    """The slate: at most `count` candidates, best first."""
    ranked = ranker.rank(query, retriever.retrieve(query))
    candidates = ranked.top(len(ranked.items))
    for reranker in rerankers:
        candidates = reranker.rerank(query, candidates)
    return candidates.take(np.arange(min(count, len(candidates.items))))


def best_first(scores: Scores) -> Ints:
    """The order from best to worst: a stable sort, NaN last."""
    return np.argsort(-scores, kind="stable").astype(np.int64)
