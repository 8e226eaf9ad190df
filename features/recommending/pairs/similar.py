"""Whether the creator chose or sold similar products before (R31)."""

import numpy as np

from features.feature import pair_feature
from features.pairs.vectors import covered
from features.recommending.pairs.codes import at_code
from recsys.arrays import Array


@pair_feature(reason="similar")
def chosen_category_share(taste_categories: Array, item_category: Array) -> Array:
    """Share of the products the creator ever chose that are of the item's category; missing before."""
    return at_code(taste_categories, item_category)


@pair_feature(reason="similar")
def chosen_industry_share(taste_categories: Array, item_industry: Array) -> Array:
    """Share of the products the creator ever chose that are of the item's level 1; missing before."""
    return covered(taste_categories, item_industry)


@pair_feature(reason="similar")
def similar_sold_log(taste_orders: Array, item_category: Array) -> Array:
    """ln(1 + orders the creator brought to products of the item's category)."""
    return np.log1p(at_code(taste_orders, item_category))


@pair_feature(reason="similar")
def chosen_log(taste_chosen: Array) -> Array:
    """ln(1 + products the creator ever chose), which the shares of categories rest on."""
    return np.log1p(taste_chosen)
