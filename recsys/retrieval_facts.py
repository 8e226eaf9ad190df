"""What a bundle says about its retrieval graph, so that whoever serves it asks as training did."""

from typing import Literal, Self

import numpy as np
from pydantic import Field, FiniteFloat, model_validator

from recsys.arrays import Ints
from recsys.config import Config
from recsys.interactions.weights import EventWeights
from recsys.reranking import RerankerConfig
from recsys.vocabulary import CREATOR_OBJECTIVES, CreatorObjective


class GoldenRequest(Config):
    """A user of training's items, without content, and what the graph must answer."""

    history: tuple[int, ...]
    """Columns of items."""
    confidence: tuple[FiniteFloat, ...]
    row: int
    """Of the blend's weights: the graph's input `segment`."""
    items: tuple[int, ...]
    """Columns, best first."""
    scores: tuple[FiniteFloat, ...]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(self.history) != len(self.confidence) or len(self.items) != len(self.scores):
            raise ValueError("a golden request needs one confidence an item, and one score an answer")
        return self


class RetrievalFacts(Config):
    """How the graph is asked: `recsys.retrieval.Asked` says with what."""

    surface: Literal["products", "inspiration"]
    graph: str
    """File name of the ONNX graph."""
    items: str
    """File name of the ids of training's items, int64 `.npy`, rising: item `i` is the graph's column `i`."""
    signals: tuple[str, ...] = Field(min_length=1)
    """What the blend is made of, in the order of the graph's shares; they name an item's sources (R34)."""
    events: EventWeights
    """How events become confidences."""
    segments: tuple[int, ...]
    """Shoppable videos at which the next segment of creators begins (R28)."""
    candidates: int = Field(ge=1)
    """How many go on to the ranker."""
    rerankers: tuple[RerankerConfig, ...]
    """In their order, after the ranker."""
    content_width: int = Field(ge=1)
    """Columns of users' and items' content."""
    golden: tuple[GoldenRequest, ...]

    @property
    def files(self) -> set[str]:
        """The bundle's files that are named here."""
        return {self.graph, self.items}

    def rows(self, segments: Ints, objective: CreatorObjective) -> Ints:
        """(users,): the graph's input `segment`: a row of weights for each objective and segment (R28)."""
        return np.asarray(segments + CREATOR_OBJECTIVES.index(objective) * (len(self.segments) + 1), np.int64)
