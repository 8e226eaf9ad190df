"""A ranking model on a snapshot, for the services to serve: a bundle of it, and its text for LightGBM."""

from dataclasses import dataclass
from pathlib import Path

import lightgbm
import numpy as np
from pydantic import Field

from features.catalogue import FEATURES
from recsys import __version__
from recsys.bundle import Bundle, BundleFacts, Model
from recsys.config import Config
from recsys.errors import ConfigError
from recsys.snapshot import Snapshot
from training.bench.http_requests import made_requests
from training.bundling import golden_rows
from training.export.proven import prove

RANK = "rank"
GOLDEN = 8
LEARNT_ON = 60
"""Briefs whose candidates the model is fitted to."""


class MadeModel(Config):
    """A model to fit; by default of the size of the match recipe's."""

    trees: int = Field(default=760, ge=1)
    leaves: int = Field(default=5, ge=2)
    seed: int = 7


@dataclass(frozen=True)
class Served:
    """One model, in the forms that services read."""

    bundle: Path
    graph: Path
    booster: Path


def served_model(snapshot: Snapshot, config: MadeModel, folder: Path, booster: Path | None) -> Served:
    """Export and prove a model, written into a folder: the one given, else one of made grades.

    Raises BundleError for a booster whose graph ranks otherwise, and ConfigError for one that cannot be
    exported or reads other features.
    """
    candidates = min(200, len(snapshot.creators))
    asked = list(made_requests(snapshot, LEARNT_ON, candidates, config.seed))
    features = np.concatenate([each.features for each in asked])
    learnt = _read(booster) if booster else _learnt(features, config)
    proven = prove(learnt, features, RANK, config.seed)
    facts = BundleFacts(
        recipe="match",
        code_version=__version__,
        seed=config.seed,
        data={},
        feature_names=tuple(FEATURES),
        reason_groups={name: feature.reason for name, feature in FEATURES.items()},
        models={RANK: Model(graph=f"{RANK}.onnx")},
        golden=golden_rows({RANK: proven.graph}, features, GOLDEN),
    )
    bundle = Bundle.write(folder, facts, {f"{RANK}.onnx": proven.graph})
    text = folder / f"{RANK}.txt"
    proven.booster.save_model(text)
    return Served(bundle.path, bundle.path / f"{RANK}.onnx", text)


def _read(path: Path) -> lightgbm.Booster:
    try:
        booster = lightgbm.Booster(model_file=path)
    except lightgbm.basic.LightGBMError as error:
        raise ConfigError(f"{path}: expected the text of a LightGBM model, found {error}") from error
    if tuple(booster.feature_name()) != tuple(FEATURES):
        raise ConfigError(f"{path} reads other features than match's: expected a match ranker")
    return booster


def _learnt(features: np.ndarray, config: MadeModel) -> lightgbm.Booster:
    rng = np.random.default_rng(config.seed)
    known = np.nan_to_num(features)
    known = (known - known.mean(axis=0)) / (known.std(axis=0) + 1e-6)
    target = np.tanh(known) @ rng.normal(size=known.shape[1]) + rng.normal(size=len(known))
    settings = {
        "num_leaves": config.leaves,
        "learning_rate": 0.05,
        "min_data_in_leaf": 20,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "seed": config.seed,
        "verbosity": -1,
    }
    rows = lightgbm.Dataset(features, target, feature_name=list(FEATURES), params=settings)
    return lightgbm.train(settings, rows, config.trees)
