"""Ridge regression on the grade."""

from typing import Literal, Self

import numpy as np
from pydantic import Field

from recsys.arrays import Features, Floats, Scores
from recsys.config import Config
from recsys.judged import Judged


class LinearConfig(Config):
    """Ridge regression on the grade with standardised features: the baseline each ranker has to beat."""

    kind: Literal["linear"] = "linear"
    l2: float = Field(default=1.0, gt=0)

    def build(self) -> "Linear":
        """The ranker these settings describe."""
        return Linear(self)


class Linear:
    """Learns `means_`, `scales_`, `weights_` and `offset_`; missing values become the training mean."""

    def __init__(self, config: LinearConfig) -> None:
        self.config = config

    def fit(self, train: Judged, valid: Judged) -> Self:
        """Learn from `train`; nothing here needs validation."""
        self.means_ = column_means(train.features)
        filled = np.where(np.isnan(train.features), self.means_, train.features)
        spread = filled.std(axis=0)
        self.scales_ = np.where(spread > 0, spread, 1)
        standard = (filled - self.means_) / self.scales_
        self.offset_ = float(train.grades.mean())
        ridge = standard.T @ standard + self.config.l2 * np.eye(standard.shape[1])
        self.weights_ = np.linalg.solve(ridge, standard.T @ (train.grades - self.offset_))
        self.feature_names_ = train.feature_names
        return self

    def score(self, features: Features) -> Scores:
        """The expected grade."""
        standard = np.nan_to_num((features - self.means_) / self.scales_, nan=0.0)
        # A sum by rows does not depend on which rows stand beside it, as a matrix product may.
        return np.asarray((standard * self.weights_).sum(axis=1) + self.offset_, np.float32)


def column_means(features: Features) -> Floats:
    """Mean of each column's known values, 0 where none is known."""
    known = ~np.isnan(features)
    total = np.where(known, features, 0).sum(axis=0, dtype=np.float64)
    return np.asarray(total / np.maximum(known.sum(axis=0), 1))
