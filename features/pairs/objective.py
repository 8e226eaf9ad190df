"""What a creator may achieve of the brief's objective (R18, R20)."""

import numpy as np

from features.feature import pair_feature
from features.pairs.vectors import at, log_ratio
from recsys.arrays import Array


@pair_feature(reason="popularity")
def objective_rank(creator_objective_rank: Array, brief_objective: Array) -> Array:
    """Percentile rank in the market, 0 to 1, in what the objective counts; GMV by its lower bound."""
    return at(creator_objective_rank, brief_objective)


@pair_feature(reason="sales")
def past_result_log(creator_objective_result: Array, brief_objective: Array) -> Array:
    """ln(1 + mean result of past campaigns in the objective's unit); missing without a final result."""
    return np.log1p(at(creator_objective_result, brief_objective))


@pair_feature(reason="sales")
def past_result_per_view(
    creator_objective_result: Array, creator_mean_views: Array, brief_objective: Array
) -> Array:
    """ln of mean result of past campaigns over mean views: not the size (R21); missing without either."""
    return log_ratio(at(creator_objective_result, brief_objective), creator_mean_views)


@pair_feature(reason="popularity")
def objective_standing(creator_objective_standing: Array, brief_objective: Array) -> Array:
    """What a view brings of the objective, in standard deviations from the market's mean; or missing."""
    return at(creator_objective_standing, brief_objective)
