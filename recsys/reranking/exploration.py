"""Exploration: some places go to chance, and the chance is logged, so that other policies can be valued."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from pydantic import Field

from recsys.arrays import Flags, Floats, Ints
from recsys.config import Config
from recsys.reranking.facts import ItemFacts
from recsys.stages import Candidates


class KeyedQuery(Protocol):
    """A query that can be asked again."""

    @property
    def key(self) -> tuple[int, ...]:
        """Creator, moment, surface …, each an int64: the same where a request is repeated, else another."""
        ...


class ExplorationConfig(Config):
    """Each place goes, with probability `epsilon`, to any candidate not above it, all equally likely."""

    kind: Literal["exploration"] = "exploration"
    epsilon: float = Field(0.1, ge=0, le=1)
    depth: int = Field(100, ge=1)
    """Only the best this many candidates take part; those behind keep their places."""
    seed: int = Field(7, ge=0, lt=2**63)

    def build(self, facts: ItemFacts) -> "Exploration":
        """The re-ranker of one request; it needs to know nothing of the items."""
        return Exploration(self)


@dataclass(frozen=True)
class Explored:
    """Candidates in the order to show, each with its chance."""

    candidates: Candidates
    propensities: Floats
    """(candidates,): P(this item takes this place | those above it), in (0, 1]: what `LoggedActions` expects.

    They hold for any first places of the order; the product down a slate is the chance of the slate.
    """


class Exploration:
    """Goes down the places: the best candidate left takes each, or chance decides among all left."""

    def __init__(self, config: ExplorationConfig) -> None:
        self.config = config

    def rerank(self, query: KeyedQuery, candidates: Candidates) -> Candidates:
        """All candidates, some of them moved up by chance."""
        return self.explore(query, candidates).candidates

    def explore(self, query: KeyedQuery, candidates: Candidates) -> Explored:
        """The order to show with the propensities to log; the same for the same seed, key and candidates."""
        size = len(candidates.items)
        free = np.arange(min(size, self.config.depth), 0, -1)
        picks = self._picks(query, free)
        left = list(range(size))
        order = [left.pop(pick) for pick in picks.tolist()] + left
        certain = np.ones(size - len(free))
        chances = chance_of(picks == 0, free, self.config.epsilon)
        return Explored(candidates.take(np.array(order, np.int64)), np.concatenate([chances, certain]))

    def _picks(self, query: KeyedQuery, free: Ints) -> Ints:
        """For each place the rank, among those left, of who takes it."""
        # As pairs of 32 bits each number has one width, so two keys never run into the same words.
        words = np.array([self.config.seed, *query.key], np.int64).view(np.uint32)
        rng = np.random.default_rng(words)
        explores = rng.random(len(free)) < self.config.epsilon
        return np.where(explores, rng.integers(free), 0)


def chance_of(is_best: Flags, free: Ints, epsilon: float) -> Floats:
    """P(a candidate takes a place | those above): epsilon spread evenly over the free, the rest on the best.

    With another epsilon it is the target's probability of the same log.
    """
    each = epsilon / free
    return np.where(is_best, 1 - each * (free - 1), each)
