"""From proven graphs to the parts of a bundle: models with their files, and golden rows."""

from collections.abc import Mapping

import numpy as np

from recsys.arrays import Features
from recsys.bundle import Cascade, Golden, Model
from training.export.cascade import CascadeConfig, check_stages, stage_graphs
from training.export.proven import Proven
from training.export.running import open_graph
from training.export.trees import read_trees


def ranking_model(
    proven: Proven, cascade: CascadeConfig, name: str, features: Features
) -> tuple[Model, dict[str, bytes]]:
    """A model and its files: one graph, and with a cascade its stages, proven on `features`.

    Raises ConfigError for a cascade that leaves no tree to the last stage, BundleError for a stage that is
    not its trees.
    """
    files = {f"{name}.onnx": proven.graph}
    if not cascade.enabled:
        return Model(graph=f"{name}.onnx"), files
    stages = stage_graphs(read_trees(proven.booster), cascade, name)
    check_stages(proven.booster, cascade, stages, features)
    staged = {f"{name}_{place}.onnx": stage for place, stage in enumerate(stages)}
    return Model(
        graph=f"{name}.onnx", cascade=Cascade(graphs=tuple(staged), keep=cascade.keep)
    ), files | staged


def golden_rows(graphs: Mapping[str, bytes], features: Features, count: int) -> tuple[Golden, ...]:
    """`count` rows spread over `features`, and one that misses everything, with each graph's score."""
    chosen = np.linspace(0, len(features) - 1, min(count, len(features))).astype(np.int64)
    rows = np.concatenate([features[chosen], np.full((1, features.shape[1]), np.nan, np.float32)])
    scores = {name: open_graph(graph)(rows) for name, graph in graphs.items()}
    return tuple(
        Golden(
            features=tuple(None if np.isnan(value) else float(value) for value in row),
            scores={name: float(scored[place]) for name, scored in scores.items()},
        )
        for place, row in enumerate(rows)
    )
