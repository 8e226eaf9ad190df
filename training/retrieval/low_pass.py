"""Ideal low-pass graph filter (GF-CF: Shen et al. 2021): the smoothest part of the user–item graph."""

from typing import Literal, Self

import numpy as np
from pydantic import Field
from scipy.sparse import diags
from scipy.sparse.linalg import svds

from recsys.arrays import Features, Scores
from recsys.config import Config
from recsys.interactions import Histories, Interactions
from training.retrieval.forms import LinearFactors
from training.retrieval.sparse import csr, csr_of, degrees, power


class LowPassConfig(Config):
    """The first singular vectors of the normalised matrix, as a filter of histories."""

    kind: Literal["low_pass"] = "low_pass"
    factors: int = Field(256, ge=1)
    item_exponent: float = Field(0.5, ge=0, le=1)
    """Items of degree d are divided by d^exponent on the way in, and multiplied by it on the way out."""
    user_exponent: float = Field(0.5, ge=0, le=1)

    def build(self) -> "LowPass":
        """The retriever these settings describe."""
        return LowPass(self)


class LowPass:
    """Learns `form_`."""

    def __init__(self, config: LowPassConfig) -> None:
        self.config = config

    def fit(self, known: Interactions, content: Features | None = None) -> Self:
        """Find the singular vectors."""
        given, (users, items) = self.config, degrees(known)
        scaled = diags(power(users, -given.user_exponent)) @ csr(known).astype(np.float64)
        scaled = scaled @ diags(power(items, -given.item_exponent))
        count = min(given.factors, min(known.shape) - 1)
        # A fixed start makes the decomposition repeatable.
        start = np.ones(min(known.shape)) / np.sqrt(min(known.shape))
        _, _, basis = svds(scaled, k=count, v0=start)
        self.form_ = LinearFactors(
            encode=(power(items, -given.item_exponent)[:, None] * basis.T).astype(np.float32),
            decode=(basis * power(items, given.item_exponent)).astype(np.float32),
        )
        return self

    def score(self, histories: Histories) -> Scores:
        """(users, items)."""
        return np.asarray(csr_of(histories, len(self.form_.encode)) @ self.form_.encode @ self.form_.decode)
