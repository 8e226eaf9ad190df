"""Whether a creator knows what the brief is about (R18, R22)."""

import numpy as np

from features.feature import pair_feature
from features.pairs.vectors import at, covered, log_ratio
from recsys.arrays import Array

FEW_VIEWS = 1_000.0


@pair_feature(reason="category")
def same_category(creator_category: Array, brief_category_code: Array) -> Array:
    """1 where the creator's main category is the brief's, else 0."""
    return np.equal(creator_category, brief_category_code)


@pair_feature(reason="category")
def category_share(creator_category_mix: Array, brief_category: Array) -> Array:
    """Share of 90 days' videos in the brief's category; missing without videos."""
    return at(creator_category_mix, brief_category)


@pair_feature(reason="category")
def industry_share(creator_category_mix: Array, brief_industry: Array) -> Array:
    """Share of 90 days' videos in any category of the brief's level 1; missing without videos."""
    return covered(creator_category_mix, brief_industry)


@pair_feature(reason="category")
def product_category_share(creator_category_mix: Array, brief_product_categories: Array) -> Array:
    """Share of 90 days' videos in the categories of the brief's products; missing without videos."""
    return covered(creator_category_mix, brief_product_categories)


@pair_feature(reason="sales")
def category_gmv_share(creator_category_gmv_mix: Array, brief_category: Array) -> Array:
    """Share of 90 days' video GMV in the brief's category; missing without GMV."""
    return at(creator_category_gmv_mix, brief_category)


@pair_feature(reason="sales")
def industry_gmv_share(creator_category_gmv_mix: Array, brief_industry: Array) -> Array:
    """Share of 90 days' video GMV in any category of the brief's level 1; missing without GMV."""
    return covered(creator_category_gmv_mix, brief_industry)


@pair_feature(reason="category")
def type_share(creator_type_mix: Array, brief_campaign_type: Array) -> Array:
    """Share of 90 days' posts of the campaign's type, live for livestreams; missing without posts."""
    return at(creator_type_mix, brief_campaign_type)


@pair_feature(reason="popularity")
def type_lift(creator_type_views: Array, creator_mean_views_90: Array, brief_campaign_type: Array) -> Array:
    """ln of views per post of the campaign's type over views per post, 90 days; missing without them."""
    return log_ratio(
        at(creator_type_views, brief_campaign_type) + FEW_VIEWS, creator_mean_views_90 + FEW_VIEWS
    )


@pair_feature(reason="category")
def asked_type_share(creator_type_mix: Array, brand_asked_types: Array) -> Array:
    """Mean share of 90 days' posts over the campaign types the brand asks for; missing without posts."""
    return np.asarray(np.add.reduce(creator_type_mix * brand_asked_types, axis=-1))


@pair_feature(reason="category")
def liked_type_fit(creator_type_mix: Array, brand_liked_types: Array) -> Array:
    """How much the creator posts of the types that creators invited by the brand post more of; or missing."""
    return np.asarray(np.add.reduce(creator_type_mix * brand_liked_types, axis=-1))
