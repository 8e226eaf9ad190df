"""LambdaMART (Burges 2010) with LightGBM: the ranker that is exported and served."""

from typing import Any, Literal, Self

import lightgbm
import numpy as np
from pydantic import Field, model_validator

from recsys.arrays import Features, Ints, Scores
from recsys.errors import ConfigError, TableError
from recsys.judged import Judged
from training.ranking.trees import REPEATABLE, TreeConfig

LARGEST_QUERY = 10_000
"""LightGBM refuses queries with more rows than this."""
DEFAULT_LABEL_LEVELS = 31
"""Grades LightGBM knows a gain for (2^grade - 1) where no `label_gain` is given."""
OWN_SETTINGS = {"kind", "rounds", "patience", "cutoffs", "position_bias", "label_gain"}


class LambdaMartConfig(TreeConfig):
    """Gradient-boosted trees that learn the order within a query."""

    kind: Literal["lambdamart"] = "lambdamart"
    objective: Literal["lambdarank", "rank_xendcg"] = "lambdarank"
    """`lambdarank` (Burges 2010) or `rank_xendcg` (Bruch 2021), which samples and so depends on the seed."""
    cutoffs: tuple[int, ...] = Field(default=(10,), min_length=1)
    """NDCG cutoffs of the learning curve; early stopping watches the first."""
    label_gain: tuple[float, ...] | None = None
    """Gain of grade 0, 1, 2 …; null is 2^grade - 1, the gain `recsys.metrics.ndcg` uses."""
    lambdarank_truncation_level: int = Field(default=30, gt=0)
    """Pairs are formed with the rows above this place only; a little above the cutoff that matters."""
    lambdarank_norm: bool = True
    position_bias: bool = False
    """Learn and remove the effect of the shown position (`lambdarank` only; needs logged positions)."""
    lambdarank_position_bias_regularization: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _position_bias_needs_lambdarank(self) -> Self:
        if self.position_bias and self.objective != "lambdarank":
            raise ValueError(f"position_bias works with the lambdarank objective only, not {self.objective}")
        return self

    def build(self) -> "LambdaMart":
        """The ranker these settings describe."""
        return LambdaMart(self)


class LambdaMart:
    """Learns `booster_` (holding the best iteration's trees only), `curve_` and `feature_names_`."""

    def __init__(self, config: LambdaMartConfig) -> None:
        self.config = config

    def fit(self, train: Judged, valid: Judged) -> Self:
        """Learn from `train`, stopping early on `valid`; raises TableError beyond LightGBM's limits.

        `curve_` has a dict for each round, `{"round": 1, "ndcg_at_10": .41, …}`, measured on the validation
        queries that have a relevant row, so that it means what `recsys.evaluation` reports.
        """
        check_limits(train, self.config)
        self.feature_names_ = train.feature_names
        trained, history = self._train(train, valid)
        self.curve_ = learning_curve(history)
        self.booster_ = only_best_trees(trained)
        return self

    def score(self, features: Features) -> Scores:
        """Raw scores; comparable within a query, without a unit."""
        scores = self.booster_.predict(features, num_threads=self.config.num_threads)
        return np.asarray(scores, np.float32)

    def importance(self) -> dict[str, float]:
        """Total gain of the splits on each feature, largest first."""
        return gains(self.booster_)

    def _train(self, train: Judged, valid: Judged) -> tuple[lightgbm.Booster, dict[str, list[float]]]:
        settings = booster_settings(self.config)
        train_set = as_dataset(train, settings, positions_of(train) if self.config.position_bias else None)
        valid_set = as_dataset(with_relevant_rows(valid), settings, None, reference=train_set)
        history: dict[str, dict[str, list[float]]] = {}
        callbacks = [lightgbm.record_evaluation(history)]
        if self.config.patience is not None:
            callbacks.append(lightgbm.early_stopping(self.config.patience, True, verbose=False))
        booster = lightgbm.train(
            settings, train_set, self.config.rounds, [valid_set], ["valid"], callbacks=callbacks
        )
        return booster, history["valid"]


def booster_settings(config: LambdaMartConfig) -> dict[str, Any]:
    """LightGBM's parameters: repeatable for a number of threads, silent, NDCG at the cutoffs."""
    settings = config.model_dump(exclude=OWN_SETTINGS)
    if config.label_gain is not None:
        settings["label_gain"] = list(config.label_gain)
    return settings | REPEATABLE | {"metric": "ndcg", "eval_at": list(config.cutoffs)}


def as_dataset(
    judged: Judged,
    settings: dict[str, Any],
    positions: Ints | None,
    reference: lightgbm.Dataset | None = None,
) -> lightgbm.Dataset:
    """LightGBM's binned form of the rows, whole queries as groups."""
    return lightgbm.Dataset(
        judged.features,
        judged.grades,
        reference=reference,
        group=judged.group_sizes,
        position=positions,
        feature_name=list(judged.feature_names),
        params=settings,
    )


def check_limits(judged: Judged, config: LambdaMartConfig) -> None:
    """Raises TableError for what LightGBM cannot rank: an overlong query, a grade without a gain."""
    largest = int(judged.group_sizes.max(initial=0))
    if largest == 0:
        raise TableError("there are no rows to learn from: expected at least one query")
    if largest > LARGEST_QUERY:
        query = int(judged.group_sizes.argmax())
        raise TableError(f"query {query} has {largest} rows, LightGBM ranks at most {LARGEST_QUERY} together")
    levels = DEFAULT_LABEL_LEVELS if config.label_gain is None else len(config.label_gain)
    if judged.grades.min() < 0 or judged.grades.max() >= levels:
        found = f"{judged.grades.min()} to {judged.grades.max()}"
        raise TableError(f"grades must be 0 to {levels - 1} (label_gain has {levels} levels), found {found}")


def positions_of(judged: Judged) -> Ints:
    """The logged positions; raises ConfigError where there are none."""
    if judged.positions is None:
        raise ConfigError("position_bias needs the shown position of each row, and none was logged")
    return judged.positions


def with_relevant_rows(judged: Judged) -> Judged:
    """The queries whose best grade is above 0: LightGBM would score the others 1."""
    relevant = np.maximum.reduceat(judged.grades, judged.starts) > 0
    if not relevant.any():
        raise TableError(f"none of the {len(relevant)} validation queries has a row with a grade above 0")
    return judged.take(relevant)


def learning_curve(history: dict[str, list[float]]) -> list[dict[str, float]]:
    """One dict per round from LightGBM's `{"ndcg@10": [...]}`, under our metric names."""
    names = [name.replace("@", "_at_") for name in history]
    rounds = zip(*history.values(), strict=True)
    return [
        {"round": number} | {name: float(value) for name, value in zip(names, values, strict=True)}
        for number, values in enumerate(rounds, start=1)
    ]


def gains(booster: lightgbm.Booster) -> dict[str, float]:
    """Total gain of the splits on each feature, largest first."""
    values = booster.feature_importance("gain")
    names = booster.feature_name()
    return {names[place]: float(values[place]) for place in np.argsort(-values, kind="stable")}


def best_round(curve: list[dict[str, float]]) -> int:
    """The round at which the mean of the curve's metrics is best, the first of equals."""
    means = [np.mean([value for name, value in point.items() if name != "round"]) for point in curve]
    return int(np.argmax(means)) + 1


def only_best_trees(booster: lightgbm.Booster) -> lightgbm.Booster:
    """The booster without the trees after its best iteration, if it stopped early."""
    best = booster.best_iteration if booster.best_iteration > 0 else booster.current_iteration()
    return lightgbm.Booster(model_str=booster.model_to_string(num_iteration=best))
