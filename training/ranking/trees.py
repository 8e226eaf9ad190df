"""Settings that every kind of boosted trees has."""

from typing import Self

from pydantic import Field

from recsys.config import Config


class TreeConfig(Config):
    """Gradient-boosted trees; names are LightGBM's where it has one."""

    rounds: int = Field(default=500, gt=0)
    """Trees at most."""
    patience: int | None = Field(default=50, gt=0)
    """Rounds without a better validation figure before stopping; null trains all rounds."""
    learning_rate: float = Field(default=0.05, gt=0)
    num_leaves: int = Field(default=31, ge=2)
    max_depth: int = -1
    min_data_in_leaf: int = Field(default=20, ge=1)
    min_sum_hessian_in_leaf: float = Field(default=1e-3, ge=0)
    lambda_l1: float = Field(default=0.0, ge=0)
    lambda_l2: float = Field(default=0.0, ge=0)
    min_gain_to_split: float = Field(default=0.0, ge=0)
    path_smooth: float = Field(default=0.0, ge=0)
    extra_trees: bool = False
    feature_fraction: float = Field(default=1.0, gt=0, le=1)
    bagging_fraction: float = Field(default=1.0, gt=0, le=1)
    bagging_freq: int = Field(default=0, ge=0)
    max_bin: int = Field(default=255, ge=2)
    num_threads: int = Field(default=1, gt=0)
    """Pinned: histograms are added up in another order by another number of threads."""
    seed: int = 7

    def with_rounds(self, rounds: int) -> Self:
        """The same settings with exactly this many trees: to fit again on all rows, validation included."""
        return self.model_copy(update={"rounds": rounds, "patience": None})


REPEATABLE = {"deterministic": True, "force_row_wise": True, "verbosity": -1}
"""LightGBM's parameters for the same trees on every run with the same number of threads."""
