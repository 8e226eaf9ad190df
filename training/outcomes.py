"""What comes of showing a creator (R20): P(invite), P(accept), P(deliver), and the expected result."""

from dataclasses import dataclass
from typing import Any, Literal

import lightgbm
import numpy as np
from pydantic import Field

from recsys.arrays import Features, Flags, Floats, Scores
from recsys.bundle import Model
from recsys.config import Config
from recsys.vocabulary import OBJECTIVES
from training.calibration import Calibrated, CalibrationConfig, calibrate
from training.expected import log_line, on_line
from training.export.canonical import canonical
from training.funnel import Shown
from training.judgements import Judgements
from training.ranking.lambdamart import only_best_trees

Kind = Literal["binary", "tweedie"]
OWN_SETTINGS = {"rounds", "patience", "fewest", "calibration"}


class OutcomeConfig(Config):
    """Small boosted trees, one model for each outcome; names are LightGBM's where it has one."""

    rounds: int = Field(default=200, gt=0)
    patience: int = Field(default=20, gt=0)
    """Rounds without a lower validation loss before stopping."""
    fewest: int = Field(default=20, ge=1)
    """Training rows that each of "yes" and "no" (or results) needs; with fewer there is no model."""
    learning_rate: float = Field(default=0.05, gt=0)
    num_leaves: int = Field(default=15, ge=2)
    min_data_in_leaf: int = Field(default=20, ge=1)
    lambda_l2: float = Field(default=5.0, ge=0)
    feature_fraction: float = Field(default=0.7, gt=0, le=1)
    tweedie_variance_power: float = Field(default=1.5, gt=1, lt=2)
    """Between Poisson (1) and gamma (2): results are often 0 and have a long tail."""
    num_threads: int = Field(default=1, gt=0)
    seed: int = 7
    calibration: CalibrationConfig = CalibrationConfig()


@dataclass(frozen=True)
class Target:
    """What a model predicts: which of the shown rows it is about, and how each of those ended."""

    kind: Kind
    rows: Flags
    values: Floats
    """One per chosen row: 0 or 1, or the result."""


def targets_of(shown: Shown) -> dict[str, Target]:
    """Every outcome of shown rows by model name; each step of the funnel given the one before."""
    everyone = np.ones(len(shown), np.bool_)
    invited, accepted, delivered = (shown.has(stage) for stage in ("invited", "accepted", "delivered"))
    steps = {"invite": (everyone, invited), "accept": (invited, accepted), "deliver": (accepted, delivered)}
    targets = {
        name: Target("binary", given, happened[given].astype(np.float64))
        for name, (given, happened) in steps.items()
    }
    for place, objective in enumerate(OBJECTIVES):
        results = shown.results[:, place]
        known = delivered & ~np.isnan(results)
        targets[f"result_{objective}"] = Target("tweedie", known, results[known])
    return targets


@dataclass(frozen=True)
class Outcome:
    """A fitted model: canonical trees, how its raw score is read, and what it says without any features."""

    kind: Kind
    booster: lightgbm.Booster
    base: float
    """Rate or mean result of the training rows."""
    calibrated: Calibrated | None

    def model(self, graph: str) -> Model:
        """How a bundle describes this model, stored as the file `graph`."""
        if self.calibrated is None:
            return Model(graph=graph, link="exp")
        return Model(graph=graph, calibration=self.calibrated.calibration)

    def predict(self, features: Features) -> Floats:
        """Probabilities, or expected results."""
        return self.model("").predict(raw_scores(self.booster, features))


def fit_outcomes(
    train: Judgements, valid: Judgements, config: OutcomeConfig
) -> tuple[dict[str, Outcome], dict[str, str]]:
    """A model for each outcome with enough rows, and for each other outcome why there is none."""
    fitted, skipped = {}, {}
    names, of_valid = train.judged.feature_names, targets_of(valid.shown)
    for name, target in targets_of(train.shown).items():
        problem = _too_few(target, config) or _too_few_valid(of_valid[name])
        if problem:
            skipped[name] = problem
        else:
            fitted[name] = _fit(
                rows_of(train, target), rows_of(valid, of_valid[name]), names, target.kind, config
            )
    return fitted, skipped


def _too_few(target: Target, config: OutcomeConfig) -> str:
    if target.kind == "tweedie":
        positive = int((target.values > 0).sum())
        return (
            ""
            if positive >= config.fewest
            else f"{positive} training results above 0, {config.fewest} needed"
        )
    yes, no = int(target.values.sum()), int((1 - target.values).sum())
    return "" if min(yes, no) >= config.fewest else f"{yes} yes and {no} no, {config.fewest} of each needed"


def _too_few_valid(target: Target) -> str:
    return "" if len(target.values) else "no validation rows"


Rows = tuple[Features, Floats]


def rows_of(judgements: Judgements, target: Target) -> Rows:
    """Features and values of the rows that a target of these judgements is about."""
    return judgements.judged.features[target.rows], target.values


def _fit(train: Rows, valid: Rows, names: tuple[str, ...], kind: Kind, config: OutcomeConfig) -> Outcome:
    settings = _settings(kind, config)
    train_set = lightgbm.Dataset(*train, feature_name=list(names), params=settings)
    stop = lightgbm.early_stopping(config.patience, verbose=False)
    grown = lightgbm.train(
        settings, train_set, config.rounds, [train_set.create_valid(*valid)], callbacks=[stop]
    )
    booster, base = only_best_trees(grown), float(train[1].mean())
    if kind == "tweedie":
        line = log_line(raw_scores(booster, valid[0]), valid[1], config.tweedie_variance_power)
        return Outcome(kind, canonical(on_line(booster, *line)), base, None)
    booster = canonical(booster)
    calibrated = calibrate(raw_scores(booster, valid[0]), valid[1] > 0, config.calibration)
    return Outcome(kind, booster, base, calibrated)


def _settings(kind: Kind, config: OutcomeConfig) -> dict[str, Any]:
    return config.model_dump(exclude=OWN_SETTINGS) | {
        "objective": kind,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }


def raw_scores(booster: lightgbm.Booster, features: Features) -> Scores:
    """What the booster's graph gives, to the bit, if the booster is canonical."""
    return np.asarray(booster.predict(features, raw_score=True, num_threads=1), np.float32)
