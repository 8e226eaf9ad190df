"""What a fitted retriever comes down to: a few arrays, which `training.export.retrieval` writes as a graph.

Every form maps histories (or content) to one number for each item, 0 where the model has nothing to say.
"""

from dataclasses import dataclass

from recsys.arrays import Ints, Scores


@dataclass(frozen=True)
class Fixed:
    """The same scores for everybody."""

    scores: Scores
    """(items,)."""


@dataclass(frozen=True)
class ItemToItem:
    """score = (confidence × into) · matrix^hops × out."""

    into: Scores
    """(items,): what a known item counts."""
    matrix: Scores
    """(items, items)."""
    out: Scores
    """(items,)."""
    hops: int = 1


@dataclass(frozen=True)
class Neighbours:
    """Like ItemToItem, but each item lends to a few others only."""

    ids: Ints
    """(items, neighbours) item columns."""
    weights: Scores
    """(items, neighbours); 0 where an item has fewer."""


@dataclass(frozen=True)
class LinearFactors:
    """score = (weighted mean of `encode` over the history) · decode."""

    encode: Scores
    """(items, factors)."""
    decode: Scores
    """(factors, items)."""
    averaged: bool = False
    """Whether the history is averaged; else it is summed."""


@dataclass(frozen=True)
class FoldIn:
    """What alternating least squares would give a history, solved in the graph by conjugate gradients.

    With factors Y whitened by YᵀY + λI = LLᵀ (Z = Y L⁻ᵀ), the system is I + Σ (c - 1) z zᵀ: its rank above
    the identity is the length of the history, and so many steps and one solve it.
    """

    factors: Scores
    """(items, factors), whitened."""
    alpha: float
    """A pair's weight c is alpha × its confidence (Hu, Koren and Volinsky 2008)."""
    steps: int


@dataclass(frozen=True)
class Alike:
    """score = the user's content · the item's, over the columns from `start` to before `end` of both."""

    start: int
    end: int


Form = Fixed | ItemToItem | Neighbours | LinearFactors | FoldIn | Alike
