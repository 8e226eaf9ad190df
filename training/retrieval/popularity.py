"""What everybody likes: the baseline of every retriever, and all that is known of a new user."""

from typing import Literal, Self

import numpy as np
from pydantic import Field

from recsys.arrays import Features, Scores
from recsys.config import Config
from recsys.interactions import Histories, Interactions
from training.retrieval.forms import Fixed
from training.retrieval.sparse import degrees, power


class PopularityConfig(Config):
    """Summed confidence of each item; decay over time is already in the confidences (`EventWeights`)."""

    kind: Literal["popularity"] = "popularity"
    user_exponent: float = Field(0.0, ge=0, le=2)
    """A user of total confidence d counts d^-exponent: above 0, a few heavy users decide less."""

    def build(self) -> "Popularity":
        """The retriever these settings describe."""
        return Popularity(self)


class Popularity:
    """Learns `form_`."""

    def __init__(self, config: PopularityConfig) -> None:
        self.config = config

    def fit(self, known: Interactions, content: Features | None = None) -> Self:
        """Sum the confidences."""
        users, _ = degrees(known)
        weights = known.confidence * power(users, -self.config.user_exponent)[known.rows]
        summed = np.bincount(known.items, weights, known.shape[1])
        self.form_ = Fixed((summed / max(summed.max(initial=0), 1e-30)).astype(np.float32))
        return self

    def score(self, histories: Histories) -> Scores:
        """(users, items): 0 to 1, the same for everybody."""
        return np.tile(self.form_.scores, (len(histories), 1))
