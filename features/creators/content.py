"""What a creator's content and its price are like (R13, R36)."""

from features.feature import profile_feature
from features.portable import Number, log1p, log_ratio, ratio, real


@profile_feature(reason="category")
def content_novelty(hashtag_rarity: Number) -> Number:
    """Mean −ln of their hashtags' share of uses in the category, high is unusual (R36); missing without."""
    return real(hashtag_rarity)


@profile_feature(reason="category")
def category_focus(posts_square_sum: Number, posts_90: Number) -> Number:
    """Concentration of 90 days' posts on categories, Herfindahl: 1 is a single one; missing without posts."""
    return ratio(posts_square_sum, real(posts_90) * real(posts_90))


@profile_feature(reason="category")
def categories_log(n_categories: Number) -> Number:
    """ln(1 + categories posted in during 90 days)."""
    return log1p(n_categories)


@profile_feature(reason="price")
def price_level(price_median: Number, price_peers: Number) -> Number:
    """ln of the usual price promoted in 90 days over the peers' usual price; missing without products."""
    return log_ratio(price_median, price_peers)


@profile_feature(reason="price")
def price_spread(price_high: Number, price_low: Number) -> Number:
    """ln of the 90th over the 10th percentile of prices promoted in 90 days; missing without products."""
    return log_ratio(price_high, price_low)


@profile_feature(reason="price")
def usual_commission(commission_usual: Number) -> Number:
    """Mean commission of products promoted in 90 days, a share of GMV; missing without products."""
    return real(commission_usual)


@profile_feature(reason="price")
def fee_per_1000_views_log(fee_median: Number, latest_views: Number, latest_videos: Number) -> Number:
    """ln(1 + usual fee in minor units per 1,000 mean views of 30 videos) (R36); missing without either."""
    return log1p(1000.0 * ratio(fee_median, ratio(latest_views, latest_videos)))


@profile_feature(reason="price")
def price_position(chosen_position: Number, chosen_products: Number) -> Number:
    """Mean ln price over their category's usual of products the creator chose, pulled to 0 by one more."""
    return ratio(chosen_position, chosen_products + 1)


@profile_feature(reason="price")
def chosen_products_log(chosen_products: Number) -> Number:
    """ln(1 + products ever showcased or asked for as samples, which the price position rests on)."""
    return log1p(chosen_products)
