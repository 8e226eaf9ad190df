"""Whether prices, commission and budget suit a creator (R13, R18)."""

import numpy as np

from features.feature import pair_feature
from features.pairs.vectors import log_ratio
from recsys.arrays import Array


@pair_feature(reason="price")
def price_to_usual(brief_price: Array, creator_price_median: Array) -> Array:
    """ln of the products' price over what the creator usually promotes; missing before any promotion."""
    return log_ratio(brief_price, creator_price_median)


@pair_feature(reason="price")
def price_distance(price_to_usual: Array) -> Array:
    """How far the price is from what the creator usually promotes, in logs; missing before any promotion."""
    return np.abs(price_to_usual)


@pair_feature(reason="price")
def price_in_range(brief_price: Array, creator_price_low: Array, creator_price_high: Array) -> Array:
    """1 where the price is in the middle 80 % of what the creator promotes, else 0; missing before that."""
    inside = (brief_price >= creator_price_low) & (brief_price <= creator_price_high)
    return np.where(np.isnan(creator_price_low), np.nan, inside)


@pair_feature(reason="price")
def commission_to_usual(brief_commission: Array, creator_commission_usual: Array) -> Array:
    """Commission less what the creator usually gets, a share of GMV; missing before any promotion."""
    return brief_commission - creator_commission_usual


@pair_feature(reason="price")
def budget_to_fee(brief_budget_each: Array, creator_fee_median: Array) -> Array:
    """ln of the budget per wanted creator over the creator's usual fee; missing without either."""
    return log_ratio(brief_budget_each, creator_fee_median)


@pair_feature(reason="price")
def budget_to_views(brief_budget_each: Array, creator_mean_views: Array) -> Array:
    """ln of the budget per wanted creator over mean views of the last 30 videos; missing without either."""
    return log_ratio(brief_budget_each, creator_mean_views)


@pair_feature(reason="price")
def price_position_gap(brief_price_position: Array, creator_price_position: Array) -> Array:
    """How much dearer for their kind the products are than those the creator chose, in logs; or missing."""
    return brief_price_position - creator_price_position


@pair_feature(reason="price")
def price_position_distance(price_position_gap: Array) -> Array:
    """How far that is either way, in logs; missing where the creator never chose a product."""
    return np.abs(price_position_gap)


@pair_feature(reason="price")
def budget_to_expected_fee(brief_budget_each: Array, creator_fee_expected: Array) -> Array:
    """ln of the budget per wanted creator over the fee usual for them or for their views; or missing."""
    return log_ratio(brief_budget_each, creator_fee_expected)


@pair_feature(reason="price")
def budget_distance(budget_to_expected_fee: Array) -> Array:
    """How far the budget is from the expected fee either way, in logs; missing where that is."""
    return np.abs(budget_to_expected_fee)
