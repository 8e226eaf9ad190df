"""A hurdle model for ranking: who is wanted at all, and what comes of those who are, added up into one model.

The two parts of an expected gain, E[gain] = P(wanted) · E[gain | wanted] (Cragg 1971; Mullahy 1986), are
learnt apart: the first from every row, without the chance of what happened later; the second from the wanted
rows alone. Both give logarithms, so that their sum ranks by the product.
"""

from dataclasses import replace
from typing import Literal, Self

import lightgbm
import numpy as np
from pydantic import Field

from recsys.arrays import Features, Scores
from recsys.config import Config
from recsys.errors import TableError
from recsys.judged import Judged
from training.ranking.averaged import added
from training.ranking.lambdamart import LambdaMartConfig, gains
from training.ranking.trees import REPEATABLE, TreeConfig


class WorthConfig(TreeConfig):
    """Boosted trees on the gain 2^grade - 1 of wanted rows, with log link (Poisson); all rounds are grown."""

    patience: None = None
    objective: Literal["poisson", "gamma"] = "poisson"


class HurdleConfig(Config):
    """Two kinds of trees in one score: ln P(wanted), up to a constant, plus ln E[gain | wanted]."""

    kind: Literal["hurdle"] = "hurdle"
    wanted_grade: int = Field(default=2, ge=1)
    """Rows with this grade or a higher one are wanted; what sets them apart above it is their worth."""
    wanted: LambdaMartConfig = LambdaMartConfig(objective="rank_xendcg")
    """Learns from grades cut off at `wanted_grade`; `rank_xendcg` learns logarithms of their gains."""
    worth: WorthConfig = WorthConfig(rounds=250)
    worth_weight: float = Field(default=1.0, ge=0)

    def build(self) -> "Hurdle":
        """The ranker these settings describe."""
        return Hurdle(self)

    def with_rounds(self, rounds: int) -> "HurdleConfig":
        """The same settings with exactly this many trees for who is wanted."""
        return self.model_copy(update={"wanted": self.wanted.with_rounds(rounds)})


class Hurdle:
    """Learns one merged `booster_`, `curve_` (of who is wanted) and `feature_names_`."""

    def __init__(self, config: HurdleConfig) -> None:
        self.config = config

    def fit(self, train: Judged, valid: Judged) -> Self:
        """Learn both parts; raises TableError without wanted rows, or what LambdaMART raises."""
        limit = self.config.wanted_grade
        wanted = self.config.wanted.build().fit(cut_off(train, limit), cut_off(valid, limit))
        self.feature_names_ = train.feature_names
        self.curve_ = wanted.curve_
        self.booster_ = added([wanted.booster_, self._worth(train)], [1.0, self.config.worth_weight])
        return self

    def score(self, features: Features) -> Scores:
        """Logarithms of expected gains, up to a constant; comparable within a query."""
        threads = self.config.wanted.num_threads
        return np.asarray(self.booster_.predict(features, raw_score=True, num_threads=threads), np.float32)

    def importance(self) -> dict[str, float]:
        """Total gain of the splits on each feature over both parts, largest first."""
        return gains(self.booster_)

    def _worth(self, train: Judged) -> lightgbm.Booster:
        wanted = train.grades >= self.config.wanted_grade
        if not wanted.any():
            raise TableError(f"none of {len(wanted)} rows reaches grade {self.config.wanted_grade}")
        settings = self.config.worth.model_dump(exclude={"rounds", "patience"}) | REPEATABLE
        rows = lightgbm.Dataset(
            train.features[wanted],
            2.0 ** train.grades[wanted] - 1,
            feature_name=list(train.feature_names),
            params=settings,
        )
        return lightgbm.train(settings, rows, self.config.worth.rounds)


def cut_off(judged: Judged, grade: int) -> Judged:
    """The same rows with no grade above this one."""
    return replace(judged, grades=np.minimum(judged.grades, grade).astype(np.int32))
