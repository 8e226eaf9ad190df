"""How big and how new to selling the creator is."""

import numpy as np

from features.feature import pair_feature
from recsys.arrays import Array


@pair_feature(reason="popularity")
def creator_followers_log(creator_followers: Array) -> Array:
    """ln(1 + the creator's followers); missing before the first day."""
    return np.log1p(creator_followers)


@pair_feature(reason="popularity")
def creator_views_log(creator_mean_views: Array) -> Array:
    """ln(1 + mean views of the creator's latest videos); missing before the first."""
    return np.log1p(creator_mean_views)


@pair_feature(reason="sales")
def creator_shoppable_log(creator_n_shoppable: Array) -> Array:
    """ln(1 + shoppable videos the creator ever posted): how new they are to selling (R28)."""
    return np.log1p(creator_n_shoppable)


@pair_feature(reason="sales")
def creator_orders_log(creator_orders_28: Array) -> Array:
    """ln(1 + the creator's orders in 28 days, all sources)."""
    return np.log1p(creator_orders_28)
