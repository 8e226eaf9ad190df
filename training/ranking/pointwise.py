"""Boosted trees that predict how likely a row is positive: a score that can be compared between queries."""

from typing import Literal, Self

import lightgbm
import numpy as np
from pydantic import Field

from recsys.arrays import Features, Scores
from recsys.errors import TableError
from recsys.judged import Judged
from training.ranking.lambdamart import gains, learning_curve, only_best_trees
from training.ranking.trees import REPEATABLE, TreeConfig

OWN_SETTINGS = {"kind", "rounds", "patience", "positive_grade"}


class PointwiseConfig(TreeConfig):
    """Gradient-boosted trees with logistic loss (Friedman 2001) on whether a row reaches a grade."""

    kind: Literal["pointwise"] = "pointwise"
    positive_grade: int = Field(default=1, ge=1)
    """Rows with this grade or a higher one are positive."""

    def build(self) -> "Pointwise":
        """The ranker these settings describe."""
        return Pointwise(self)


class Pointwise:
    """Learns `booster_` (holding the best iteration's trees only), `curve_` and `feature_names_`."""

    def __init__(self, config: PointwiseConfig) -> None:
        self.config = config

    def fit(self, train: Judged, valid: Judged) -> Self:
        """Learn from `train`, stopping early on `valid`; raises TableError where either has one kind of row.

        `curve_` has a dict for each round, `{"round": 1, "auc": .71}`: AUC over the validation rows of all
        queries together.
        """
        self.feature_names_ = train.feature_names
        train_set = self._dataset(train, None)
        history: dict[str, dict[str, list[float]]] = {}
        callbacks = [lightgbm.record_evaluation(history)]
        if self.config.patience is not None:
            callbacks.append(lightgbm.early_stopping(self.config.patience, verbose=False))
        trained = lightgbm.train(
            self._settings,
            train_set,
            self.config.rounds,
            [self._dataset(valid, train_set)],
            ["valid"],
            callbacks=callbacks,
        )
        self.curve_ = learning_curve(history["valid"])
        self.booster_ = only_best_trees(trained)
        return self

    def score(self, features: Features) -> Scores:
        """Log-odds of a positive row."""
        scores = self.booster_.predict(features, raw_score=True, num_threads=self.config.num_threads)
        return np.asarray(scores, np.float32)

    def importance(self) -> dict[str, float]:
        """Total gain of the splits on each feature, largest first."""
        return gains(self.booster_)

    @property
    def _settings(self) -> dict[str, object]:
        settings = self.config.model_dump(exclude=OWN_SETTINGS)
        return settings | REPEATABLE | {"objective": "binary", "metric": "auc"}

    def _dataset(self, judged: Judged, reference: lightgbm.Dataset | None) -> lightgbm.Dataset:
        positive = judged.grades >= self.config.positive_grade
        if not 0 < positive.sum() < len(positive):
            raise TableError(
                f"expected rows below and from grade {self.config.positive_grade} up, "
                f"found {positive.sum()} of {len(positive)} rows that reach it"
            )
        return lightgbm.Dataset(
            judged.features,
            positive.astype(np.int32),
            reference=reference,
            feature_name=list(judged.feature_names),
            params=self._settings,
        )
