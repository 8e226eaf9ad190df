"""Bayesian personalised ranking (Rendle et al. 2009) by `implicit`, with the fold-in that it lacks."""

from typing import Literal, Self

import numpy as np
from implicit.cpu.bpr import BayesianPersonalizedRanking
from pydantic import Field

from recsys.arrays import Array, Features, Scores
from recsys.config import Config
from recsys.interactions import Histories, Interactions
from training.retrieval.forms import LinearFactors
from training.retrieval.sparse import csr, csr_of
from training.threads import on_one_blas_thread


class BprConfig(Config):
    """Factors that put what a user met above what the user did not."""

    kind: Literal["bpr"] = "bpr"
    factors: int = Field(64, ge=1)
    learning_rate: float = Field(0.05, gt=0)
    regularization: float = Field(0.01, gt=0)
    iterations: int = Field(100, ge=1)
    fold_in_l2: float = Field(1.0, gt=0)
    """Of the ridge regression that maps the mean of a history's item factors to user factors."""
    seed: int = 1

    def build(self) -> "Bpr":
        """The retriever these settings describe."""
        return Bpr(self)


class Bpr:
    """Learns `form_`; always on one thread, because `implicit`'s threads race."""

    def __init__(self, config: BprConfig) -> None:
        self.config = config

    @on_one_blas_thread
    def fit(self, known: Interactions, content: Features | None = None) -> Self:
        """Factorise, then learn to find a user's factors from the history."""
        given = self.config
        model = BayesianPersonalizedRanking(
            factors=given.factors,
            learning_rate=given.learning_rate,
            regularization=given.regularization,
            iterations=given.iterations,
            num_threads=1,
            random_state=given.seed,
        )
        model.fit(csr(known), show_progress=False)
        items = np.asarray(model.item_factors, np.float64)
        means = averages(known.histories(), items)
        gram = means.T @ means + given.fold_in_l2 * np.eye(items.shape[1])
        ridge = np.linalg.solve(gram, means.T @ np.asarray(model.user_factors, np.float64))
        self.form_ = LinearFactors(
            encode=(items @ ridge).astype(np.float32),
            decode=np.ascontiguousarray(items.T, np.float32),
            averaged=True,
        )
        return self

    def score(self, histories: Histories) -> Scores:
        """(users, items); 0 for a user without history."""
        return np.asarray(averages(histories, self.form_.encode) @ self.form_.decode, np.float32)


def averages(histories: Histories, vectors: Array) -> Array:
    """(users, width): mean of the vectors of each history's items, weighted by confidence; 0 without any."""
    pairs = csr_of(histories, len(vectors))
    return np.asarray((pairs @ vectors) / np.maximum(pairs.sum(axis=1), 1e-30))
