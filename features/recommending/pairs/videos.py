"""An inspiration video: how it did, how its maker is like the creator, and what its hook is worth (R32)."""

import numpy as np

from features.feature import pair_feature
from features.pairs.vectors import log_ratio, mean_of_present, overlap
from features.recommending.pairs.codes import at_code
from recsys.arrays import Array
from recsys.ratio import ratio
from recsys.vocabulary import OBJECTIVES

FEW_VIEWS = 500.0
THOUSAND = 1_000.0


@pair_feature(reason="category")
def style_share(creator_type_mix: Array, item_campaign_type: Array) -> Array:
    """Share of the creator's 90 days' posts of the video's type; missing without posts or type."""
    return at_code(creator_type_mix, item_campaign_type)


@pair_feature(reason="audience")
def owner_gender_overlap(creator_audience_gender: Array, owner_audience_gender: Array) -> Array:
    """Part of the maker's audience by gender that the creator's covers; missing where either is unknown."""
    return overlap(creator_audience_gender, owner_audience_gender)


@pair_feature(reason="audience")
def owner_age_overlap(creator_audience_age: Array, owner_audience_age: Array) -> Array:
    """Part of the maker's audience by age that the creator's covers; missing where either is unknown."""
    return overlap(creator_audience_age, owner_audience_age)


@pair_feature(reason="audience")
def owner_country_overlap(creator_audience_country: Array, owner_audience_country: Array) -> Array:
    """Part of the maker's audience by country that the creator's covers; missing where either is unknown."""
    return overlap(creator_audience_country, owner_audience_country)


@pair_feature(reason="audience")
def owner_overlap(
    owner_gender_overlap: Array, owner_age_overlap: Array, owner_country_overlap: Array
) -> Array:
    """Mean overlap of the two audiences: by gender, age and country; missing where all are."""
    return mean_of_present(owner_gender_overlap, owner_age_overlap, owner_country_overlap)


@pair_feature(reason="category")
def owner_category_share(owner_category_mix: Array, item_category: Array) -> Array:
    """Share of the maker's 90 days' videos in the video's category; missing without videos."""
    return at_code(owner_category_mix, item_category)


@pair_feature(reason="similar")
def same_size(creator_followers: Array, owner_followers: Array) -> Array:
    """How far apart the two are in ln followers; missing where either is unknown."""
    return np.asarray(np.abs(np.log1p(creator_followers) - np.log1p(owner_followers)))


@pair_feature(reason="price")
def owner_price_gap(owner_taste_position: Array, taste_position: Array) -> Array:
    """How much dearer for their kind the maker's products are than the creator's, in logs; or missing."""
    return np.asarray(owner_taste_position - taste_position)


@pair_feature(reason="price")
def owner_price_distance(owner_price_gap: Array) -> Array:
    """How far apart the two are in how dear their products are, in logs; missing where either chose none."""
    return np.abs(owner_price_gap)


@pair_feature(reason="popularity")
def owner_followers_log(owner_followers: Array) -> Array:
    """ln(1 + the maker's followers)."""
    return np.log1p(owner_followers)


@pair_feature(reason="sales")
def owner_rank_gmv(owner_objective_rank: Array) -> Array:
    """Percentile rank of the maker in the market by GMV, 0 to 1."""
    return np.asarray(owner_objective_rank[:, OBJECTIVES.index("gmv")])


@pair_feature(reason="popularity")
def owner_rank_followers(owner_objective_rank: Array) -> Array:
    """Percentile rank of the maker in the market by followers won, 0 to 1."""
    return np.asarray(owner_objective_rank[:, OBJECTIVES.index("followers")])


@pair_feature(reason="popularity")
def views_to_usual(item_views: Array, owner_mean_views: Array) -> Array:
    """ln of the video's views over the maker's usual ones; missing without either."""
    return log_ratio(item_views, owner_mean_views)


@pair_feature(reason="popularity")
def video_age_log(item_age_days: Array) -> Array:
    """ln(1 + days since it was posted), which views grow with."""
    return np.log1p(item_age_days)


@pair_feature(reason="popularity")
def engagement_rate(item_likes: Array, item_comments: Array, item_shares: Array, item_views: Array) -> Array:
    """(likes + comments + shares) / views; missing without views."""
    return ratio(item_likes + item_comments + item_shares, item_views)


@pair_feature(reason="popularity")
def completion_rate(item_completions: Array, item_views: Array) -> Array:
    """Share of views that reach the end; missing without views."""
    return ratio(item_completions, item_views)


@pair_feature(reason="popularity")
def followers_per_view_log(item_followers_gained: Array, item_views: Array) -> Array:
    """ln of followers it brought per 1,000 views, smoothed by 1 and 500."""
    return np.log(THOUSAND * (item_followers_gained + 1.0) / (item_views + FEW_VIEWS))


@pair_feature(reason="sales")
def video_gpm_log(item_gmv: Array, item_views: Array) -> Array:
    """ln(1 + GMV in minor units per 1,000 views); missing without views."""
    return np.log1p(THOUSAND * ratio(item_gmv, item_views))


@pair_feature(reason="sales")
def is_shoppable(item_shoppable: Array) -> Array:
    """1 where it links a product, else 0."""
    return np.asarray(item_shoppable, np.float32)


@pair_feature(reason="growth")
def video_growth(item_views_7: Array, item_views_before_7: Array) -> Array:
    """ln of views of the last 7 days over those of the 7 before, smoothed by 500."""
    return np.log((item_views_7 + FEW_VIEWS) / (item_views_before_7 + FEW_VIEWS))


@pair_feature(reason="popularity")
def hook_views(hook_views: Array) -> Array:
    """ln of the views a video with its hook gets over its maker's usual, mean over videos."""
    return hook_views


@pair_feature(reason="popularity")
def hook_followers(hook_followers: Array) -> Array:
    """ln of the followers a video with its hook brings over its maker's usual, mean over videos."""
    return hook_followers


@pair_feature(reason="sales")
def hook_gmv(hook_gmv: Array) -> Array:
    """ln of the GMV a shoppable video with its hook brings over its maker's usual, mean over videos."""
    return hook_gmv
