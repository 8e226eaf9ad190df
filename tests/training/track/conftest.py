import shutil

import lightgbm
import numpy as np
import pytest

from recsys.bundle import Bundle, BundleFacts, Golden, Model
from training.export.canonical import canonical
from training.export.graph import tree_graph
from training.export.trees import read_trees
from training.track.store import store

NAMES = ("reach", "price")


@pytest.fixture(scope="session")
def booster():
    rng = np.random.default_rng(3)
    features = rng.normal(size=(200, 2)).astype(np.float32)
    settings = {"objective": "regression", "num_threads": 1, "verbosity": -1, "num_leaves": 4, "seed": 1}
    rows = lightgbm.Dataset(features, features[:, 0] - features[:, 1], feature_name=list(NAMES))
    return canonical(lightgbm.train(settings, rows, 3))


@pytest.fixture
def bundle_with(booster, tmp_path):
    """A function from a seed to a bundle that holds it: another seed is another bundle."""

    def write(seed: int) -> Bundle:
        facts = BundleFacts(
            recipe="match",
            code_version="1",
            seed=seed,
            data={},
            feature_names=NAMES,
            reason_groups={},
            models={"rank": Model(graph="rank.onnx")},
            golden=(Golden(features=(0.0, None), scores={"rank": 0.0}),),
        )
        graph = tree_graph(read_trees(booster), "rank")
        return Bundle.write(tmp_path / "bundles", facts, {"rank.onnx": graph})

    return write


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory):
    """MLflow takes a second to lay out a SQLite file: one is laid out, and copied for each test."""
    folder = tmp_path_factory.mktemp("store")
    with store(f"sqlite:///{folder}/mlflow.db"):
        return folder / "mlflow.db"


@pytest.fixture
def uri(empty_store, tmp_path):
    shutil.copy(empty_store, tmp_path / "mlflow.db")
    return f"sqlite:///{tmp_path}/mlflow.db"
