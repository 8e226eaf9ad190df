"""Boosters that rank creators, and bundles of them, made by hand of what training exports."""

import lightgbm
import numpy as np

from features.catalogue import FEATURES
from recsys.bundle import BundleFacts, Calibration, Model
from training.bundling import golden_rows
from training.export.canonical import canonical
from training.export.graph import tree_graph
from training.export.trees import read_trees

TARGETS = {
    "rank": ("regression", None),
    "invite": ("binary", None),
    "accept": ("binary", None),
    "deliver": ("binary", None),
    "result_gmv": ("poisson", "exp"),
}


def grown(matrix, objective="regression", rounds=40, leaves=15, seed=1):
    """A canonical booster on a target that mixes features of every reason group."""
    rng = np.random.default_rng(seed)
    known = np.nan_to_num(matrix)
    known = (known - known.mean(axis=0)) / (known.std(axis=0) + 1e-6)
    target = np.tanh(known) @ rng.normal(size=matrix.shape[1]) + rng.normal(size=len(matrix))
    values = {"binary": target > 0, "poisson": np.exp(target / 8)}.get(objective, target)
    settings = {"objective": objective, "num_leaves": leaves, "min_data_in_leaf": 5, "num_threads": 1}
    data = lightgbm.Dataset(matrix, values, feature_name=list(FEATURES))
    return canonical(lightgbm.train(settings | {"verbosity": -1, "seed": seed}, data, rounds))


def contents_of(boosters, matrix, **changes):
    """Facts and files of a bundle of these boosters."""
    graphs = {name: tree_graph(read_trees(booster), name) for name, booster in boosters.items()}
    facts = {
        "recipe": "match",
        "code_version": "0.1.0",
        "seed": 1,
        "data": {},
        "feature_names": tuple(FEATURES),
        "reason_groups": {name: feature.reason for name, feature in FEATURES.items()},
        "models": {name: model_of(name) for name in boosters},
        "golden": golden_rows(graphs, matrix, 8),
    }
    return BundleFacts(**facts | changes), {f"{name}.onnx": graph for name, graph in graphs.items()}


def model_of(name):
    objective, link = TARGETS[name]
    logistic = np.linspace(-6, 6, 25)
    calibration = Calibration(raw=logistic, probability=1 / (1 + np.exp(-logistic)))
    return Model(
        graph=f"{name}.onnx",
        calibration=calibration if objective == "binary" else None,
        link=link or "identity",
    )
