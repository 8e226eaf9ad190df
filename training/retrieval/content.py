"""Items that look or sound like those of a history: neighbours by content, cold items among them."""

from typing import Literal, Self

import numpy as np
from pydantic import Field

from recsys.arrays import Features, Floats, Scores
from recsys.config import Config
from recsys.errors import ConfigError
from recsys.interactions import Histories, Interactions
from recsys.vectors import unit_vectors
from training.retrieval.forms import Neighbours
from training.retrieval.neighbours import largest, lent
from training.retrieval.sparse import degrees, power

BLOCK = 2_048
"""Items compared with all others at once: bounds memory."""


class ContentConfig(Config):
    """Cosine of centred features; needs one row of features for each item."""

    kind: Literal["content"] = "content"
    neighbours: int = Field(50, ge=1)
    """What each item lends to, those most like it."""
    sharpness: float = Field(2.0, gt=0)
    """Weights are cosine^sharpness; nothing is lent where the cosine is below 0."""
    item_exponent: float = Field(0.5, ge=0, le=1)
    """A known item of degree d counts d^-exponent: what everybody met says little about taste."""
    columns: tuple[int, int] | None = None
    """Use only features from the first to before the second, the image's say; null uses all."""

    def build(self) -> "Content":
        """The retriever these settings describe."""
        return Content(self)


class Content:
    """Learns `form_`."""

    def __init__(self, config: ContentConfig) -> None:
        self.config = config

    def fit(self, known: Interactions, content: Features | None = None) -> Self:
        """Compare all items; raises ConfigError without features."""
        if content is None:
            raise ConfigError("the content retriever needs item features, and none were given")
        _, items = degrees(known)
        near = similar(
            unit_vectors(centred(content[:, slice(*(self.config.columns or (None,)))])), self.config
        )
        counted = power(np.maximum(items, 1), -self.config.item_exponent).astype(np.float32)
        self.form_ = Neighbours(near.ids, near.weights * counted[:, None])
        return self

    def score(self, histories: Histories) -> Scores:
        """(users, items): 0 for what is like nothing in the history."""
        return lent(histories, self.form_)


def centred(content: Features) -> Features:
    """Features less their mean, so that what all items share does not make them alike."""
    return np.asarray(content - content.mean(axis=0, dtype=np.float64), np.float32)


def similar(vectors: Floats, given: ContentConfig) -> Neighbours:
    """The nearest others of each item, block by block."""
    parts = []
    for start in range(0, len(vectors), BLOCK):
        cosines = (vectors[start : start + BLOCK] @ vectors.T).astype(np.float32)
        rows = np.arange(len(cosines))
        cosines[rows, start + rows] = 0
        parts.append(largest(np.maximum(cosines, 0) ** np.float32(given.sharpness), given.neighbours))
    return Neighbours(
        np.concatenate([part.ids for part in parts]), np.concatenate([part.weights for part in parts])
    )
