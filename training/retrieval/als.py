"""Alternating least squares on confidences (Hu, Koren and Volinsky 2008) by `implicit`."""

from typing import Literal, Self

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from pydantic import Field

from recsys.arrays import Array, Features, Scores
from recsys.config import Config
from recsys.interactions import Histories, Interactions
from training.retrieval.forms import FoldIn
from training.retrieval.sparse import csr, csr_of
from training.threads import on_one_blas_thread


class AlsConfig(Config):
    """Matrix factorisation; users are folded in by their history, whether training saw them or not."""

    kind: Literal["als"] = "als"
    factors: int = Field(64, ge=1)
    regularization: float = Field(0.05, gt=0)
    alpha: float = Field(20.0, gt=0)
    """A pair's weight is alpha × its confidence; a pair that never met has weight 1."""
    iterations: int = Field(15, ge=1)
    solver_steps: int = Field(12, ge=1)
    """Of conjugate gradients when a history is folded in by the graph."""
    seed: int = 1
    num_threads: int = Field(1, ge=1)

    def build(self) -> "Als":
        """The retriever these settings describe."""
        return Als(self)


class Als:
    """Learns `model_` and `form_`."""

    def __init__(self, config: AlsConfig) -> None:
        self.config = config

    @on_one_blas_thread
    def fit(self, known: Interactions, content: Features | None = None) -> Self:
        """Factorise; the same seed and data give the same factors for any number of threads."""
        given = self.config
        self.model_ = AlternatingLeastSquares(
            factors=given.factors,
            regularization=given.regularization,
            alpha=given.alpha,
            iterations=given.iterations,
            num_threads=given.num_threads,
            random_state=given.seed,
        )
        self.model_.fit(csr(known), show_progress=False)
        factors = whitened(self.model_.item_factors, given.regularization)
        self.form_ = FoldIn(factors, given.alpha, given.solver_steps)
        return self

    @on_one_blas_thread
    def score(self, histories: Histories) -> Scores:
        """(users, items) by `implicit`'s own fold-in; 0 for a user without history."""
        pairs = csr_of(histories, len(self.form_.factors))
        vectors = self.model_.recalculate_user(np.arange(len(histories)), pairs)
        vectors = np.where(histories.lengths[:, None] > 0, vectors, 0)
        return np.asarray(vectors @ self.model_.item_factors.T, np.float32)


def whitened(factors: Array, regularization: float) -> Scores:
    """(items, factors): Y L⁻ᵀ, where YᵀY + regularization·I = LLᵀ."""
    wide = factors.astype(np.float64)
    lower = np.linalg.cholesky(wide.T @ wide + regularization * np.eye(wide.shape[1]))
    return np.asarray(np.linalg.solve(lower, wide.T).T, np.float32)
