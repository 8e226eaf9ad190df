"""Whether a creator makes content about what the item is about."""

import numpy as np

from features.feature import pair_feature
from features.pairs.vectors import covered
from features.recommending.pairs.codes import at_code
from recsys.arrays import Array


@pair_feature(reason="category")
def same_category(creator_category: Array, item_category: Array) -> Array:
    """1 where the creator's main category is the item's, else 0."""
    return np.equal(creator_category, item_category)


@pair_feature(reason="category")
def category_share(creator_category_mix: Array, item_category: Array) -> Array:
    """Share of the creator's 90 days' videos in the item's category; missing without videos."""
    return at_code(creator_category_mix, item_category)


@pair_feature(reason="category")
def industry_share(creator_category_mix: Array, item_industry: Array) -> Array:
    """Share of the creator's 90 days' videos in any category of the item's level 1; missing without."""
    return covered(creator_category_mix, item_industry)


@pair_feature(reason="category")
def category_kinship(category_share: Array, industry_share: Array) -> Array:
    """Share of the creator's 90 days' videos in the item's category and level 1: the mean of both shares."""
    return np.asarray((category_share + industry_share) / 2)
