"""Scoring rows of features with a model of a bundle: its graph, or its cascade."""

from collections.abc import Sequence
from typing import Self

import numpy as np

from recsys.arrays import Array, Features, Scores
from recsys.blocks import in_blocks
from recsys.cascade import cascade
from recsys.errors import BundleError
from serving.sessions import feature_names, open_session


class Graph:
    """One graph from features to raw scores."""

    def __init__(self, content: bytes) -> None:
        """Raises BundleError for bytes that are not such a graph."""
        self._session = open_session(content)
        self.feature_names = feature_names(self._session)
        """Columns of `features`, in order."""

    def __call__(self, features: Array) -> Scores:
        """Raw scores (rows,) of float32 features (rows, features); NaN is a missing value."""
        return in_blocks(self._block, features)

    def _block(self, features: Array) -> Scores:
        (scores,) = self._session.run(["score"], {"features": features})
        return np.asarray(scores, np.float32)


class Scorer:
    """A model ready to score: its whole graph and, with a cascade, the stages it is cut into."""

    def __init__(self, whole: Graph, stages: Sequence[Graph] = (), keep: Sequence[int] = ()) -> None:
        self.whole = whole
        self.stages = tuple(stages)
        self.keep = tuple(keep)

    @classmethod
    def open(
        cls, whole: bytes, names: Sequence[str], stages: Sequence[bytes] = (), keep: Sequence[int] = ()
    ) -> Self:
        """Open a model that reads exactly the features `names`, in this order; `keep` as in `Cascade`.

        Raises BundleError if a graph cannot be opened or reads other features.
        """
        scorer = cls(Graph(whole), [Graph(stage) for stage in stages], keep)
        for graph in (scorer.whole, *scorer.stages):
            check_names(graph.feature_names, names)
        return scorer

    @property
    def exactly_scored(self) -> float:
        """How many of the best rows of a call surely get the whole model's score; inf without a cascade."""
        return self.keep[-1] if self.keep else np.inf

    def score(self, features: Features) -> Scores:
        """Scores by which the rows of one query are ranked.

        The best `exactly_scored` rows have the whole model's score, the others a lower bound of it that
        stands below all of those (`recsys.cascade`).
        """
        return cascade(features, self.whole, self.stages, self.keep)

    def exact(self, features: Features) -> Scores:
        """The whole model's raw score of every row, whatever rows come along."""
        return self.whole(features)


def check_names(found: Sequence[str], expected: Sequence[str]) -> None:
    """Raises BundleError that names the first feature a graph reads in place of the expected one."""
    if len(found) != len(expected):
        raise BundleError(f"the graph reads {len(found)} features, expected {len(expected)}")
    for place, (name, wanted) in enumerate(zip(found, expected, strict=True)):
        if name != wanted:
            raise BundleError(f"the graph reads {name!r} in column {place}, expected {wanted!r}")
