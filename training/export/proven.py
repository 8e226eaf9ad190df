"""What every recipe does with its ranker at the end: canonical form, ONNX graph, parity."""

from dataclasses import dataclass

import lightgbm

from recsys.arrays import Features, Scores
from training.export.canonical import canonical
from training.export.graph import tree_graph
from training.export.parity import ParityReport, boundary_rows, check_parity
from training.export.running import open_graph
from training.export.trees import read_trees

BOUNDARY_ROWS = 50_000


@dataclass(frozen=True)
class Proven:
    """A booster in canonical form and the graph that was shown to give the same scores."""

    booster: lightgbm.Booster
    graph: bytes
    parity: tuple[ParityReport, ParityReport]
    """On the rows it was asked to score, and on rows at and beside every threshold."""

    def score(self, features: Features) -> Scores:
        """What the graph gives: the scores every figure of a recipe is computed from."""
        return open_graph(self.graph)(features)


def prove(booster: lightgbm.Booster, features: Features, name: str, seed: int) -> Proven:
    """Export a booster; raises BundleError if its graph ranks these or boundary rows in another order."""
    exact = canonical(booster)
    trees = read_trees(exact)
    graph = tree_graph(trees, name)
    beside = boundary_rows(trees, features, BOUNDARY_ROWS, seed)
    return Proven(exact, graph, (check_parity(exact, graph, features), check_parity(exact, graph, beside)))
