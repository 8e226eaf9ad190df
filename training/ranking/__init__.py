"""Rankers: a config, a `fit` on judged rows, a `score` of feature rows. Add yours to the union below.

The contract tests in `tests/training/ranking/test_contract.py` run over every member of the union.
"""

from typing import Annotated, Protocol, Self

from pydantic import Field

from recsys.arrays import Features, Scores
from recsys.judged import Judged
from training.ranking.averaged import AveragedConfig
from training.ranking.baselines import ColumnConfig, LoggedOrderConfig, RandomConfig
from training.ranking.hurdle import HurdleConfig
from training.ranking.lambdamart import LambdaMartConfig
from training.ranking.linear import LinearConfig
from training.ranking.pointwise import PointwiseConfig

RankerConfig = Annotated[
    LambdaMartConfig
    | PointwiseConfig
    | AveragedConfig
    | HurdleConfig
    | LinearConfig
    | RandomConfig
    | ColumnConfig
    | LoggedOrderConfig,
    Field(discriminator="kind"),
]
"""Any ranker, told apart in YAML by its `kind`."""

TreeRankerConfig = Annotated[
    LambdaMartConfig | PointwiseConfig | AveragedConfig | HurdleConfig, Field(discriminator="kind")
]
"""A ranker that ends in one LightGBM `booster_`: the ones that can be exported and served."""


class RowRanker(Protocol):
    """What every ranker does: learn from judged rows, then score rows by their features alone."""

    def fit(self, train: Judged, valid: Judged) -> Self:
        """Learn from `train`; `valid` decides when to stop."""
        ...

    def score(self, features: Features) -> Scores:
        """One finite score a row, higher is better; columns are `train.feature_names` in their order."""
        ...


def fit_and_score(config: RankerConfig, train: Judged, valid: Judged, judged: Judged) -> Scores:
    """The scores a ranker gives to `judged` after learning from `train` and `valid`."""
    return config.build().fit(train, valid).score(judged.features)
