"""EASE: the linear item–item autoencoder in closed form (Steck 2019), dense or with few neighbours."""

from typing import Literal, Self

import numpy as np
from pydantic import Field
from scipy.linalg import lapack
from scipy.sparse import csr_matrix

from recsys.arrays import Features, Floats, Scores
from recsys.config import Config
from recsys.errors import TableError
from recsys.interactions import Histories, Interactions
from training.retrieval.forms import ItemToItem, Neighbours
from training.retrieval.neighbours import largest, lent
from training.retrieval.sparse import csr, csr_of

LARGEST = 30_000
"""Items (or users, where they are fewer) whose square still fits into memory, 7 GB of float64."""


class EaseConfig(Config):
    """Regression of every item on all others."""

    kind: Literal["ease"] = "ease"
    l2: float = Field(30.0, gt=0)
    neighbours: int | None = Field(None, ge=1)
    """Keep this many of each item's weights, the largest by absolute value; null keeps all."""

    def build(self) -> "Ease":
        """The retriever these settings describe."""
        return Ease(self)


class Ease:
    """Learns `form_`."""

    def __init__(self, config: EaseConfig) -> None:
        self.config = config

    def fit(self, known: Interactions, content: Features | None = None) -> Self:
        """Invert the Gram matrix, on the side with fewer rows; raises TableError where both are too many."""
        if min(known.shape) > LARGEST:
            raise TableError(
                f"ease inverts a square of {min(known.shape):,} rows, at most {LARGEST:,}; use als"
            )
        inverse = inverse_gram(csr(known), self.config.l2)
        weights = inverse / -np.diag(inverse)
        np.fill_diagonal(weights, 0)
        matrix = weights.astype(np.float32)
        self.form_ = (
            whole(matrix) if self.config.neighbours is None else largest(matrix, self.config.neighbours)
        )
        return self

    def score(self, histories: Histories) -> Scores:
        """(users, items): 0 where no known item says anything, below 0 where they speak against it."""
        form = self.form_
        if isinstance(form, Neighbours):
            return lent(histories, form)
        return np.asarray(csr_of(histories, len(form.into)) @ form.matrix, np.float32)


def inverse_gram(pairs: csr_matrix, l2: float) -> Floats:
    """(XᵀX + l2·I)⁻¹, by Woodbury's identity from the users' side where there are fewer users than items."""
    users, items = pairs.shape
    wide = pairs.astype(np.float64)
    if items <= users:
        return inverse((wide.T @ wide).toarray() + l2 * np.eye(items))
    inner = inverse((wide @ wide.T).toarray() + l2 * np.eye(users))
    return np.asarray((np.eye(items) - wide.T @ (wide.T @ inner).T) / l2)


def inverse(matrix: Floats) -> Floats:
    """Of a symmetric positive definite matrix, by Cholesky: half the work of the general way."""
    factor, _ = lapack.dpotrf(matrix, lower=True)
    lower, _ = lapack.dpotri(factor, lower=True)
    return np.asarray(np.tril(lower) + np.tril(lower, -1).T)


def whole(matrix: Scores) -> ItemToItem:
    """Every weight."""
    ones = np.ones(len(matrix), np.float32)
    return ItemToItem(into=ones, matrix=matrix, out=ones)
