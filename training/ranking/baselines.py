"""What a ranker has to beat: chance, one column (followers, GMV, popularity), the order it was given."""

from typing import Literal, Self

import numpy as np

from recsys.arrays import Features, Scores
from recsys.config import Config
from recsys.errors import TableError
from recsys.judged import Judged


class RandomConfig(Config):
    """Any order is as likely as any other; the same seed and number of rows give the same order."""

    kind: Literal["random"] = "random"
    seed: int = 7

    def build(self) -> "Random":
        """The ranker these settings describe."""
        return Random(self)


class Random:
    """Learns nothing."""

    def __init__(self, config: RandomConfig) -> None:
        self.config = config

    def fit(self, train: Judged, valid: Judged) -> Self:
        """Only remember the features' names."""
        self.feature_names_ = train.feature_names
        return self

    def score(self, features: Features) -> Scores:
        """Uniform in [0, 1)."""
        return np.random.default_rng(self.config.seed).random(len(features), np.float32)


class ColumnConfig(Config):
    """One feature as the score: followers, GMV, popularity."""

    kind: Literal["column"] = "column"
    column: str
    ascending: bool = False
    """True if small values are best."""

    def build(self) -> "Column":
        """The ranker these settings describe."""
        return Column(self)


class Column:
    """Learns `place_`, where the column stands."""

    def __init__(self, config: ColumnConfig) -> None:
        self.config = config

    def fit(self, train: Judged, valid: Judged) -> Self:
        """Find the column; raises TableError for a feature that does not exist."""
        names = train.feature_names
        if self.config.column not in names:
            raise TableError(
                f"there is no feature {self.config.column!r} among the {len(names)}: {list(names)}"
            )
        self.place_ = names.index(self.config.column)
        self.feature_names_ = names
        return self

    def score(self, features: Features) -> Scores:
        """The column's value, its negative if `ascending`; a missing value ranks last."""
        values = features[:, self.place_] * np.float32(-1 if self.config.ascending else 1)
        return np.where(np.isnan(values), np.finfo(np.float32).min, values)


class LoggedOrderConfig(Config):
    """The order in which the rows were shown or retrieved."""

    kind: Literal["logged_order"] = "logged_order"

    def build(self) -> "LoggedOrder":
        """The ranker these settings describe."""
        return LoggedOrder(self)


class LoggedOrder:
    """Learns nothing."""

    def __init__(self, config: LoggedOrderConfig) -> None:
        self.config = config

    def fit(self, train: Judged, valid: Judged) -> Self:
        """Only remember the features' names."""
        self.feature_names_ = train.feature_names
        return self

    def score(self, features: Features) -> Scores:
        """Minus the row's number: comparable within a query only."""
        return -np.arange(len(features), dtype=np.float32)
