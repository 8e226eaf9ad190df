"""How a creator grows (R3, R16)."""

from features.feature import profile_feature
from features.portable import Number, log_growth, ratio, shrunk

FOLLOWERS_BASE = 1_000.0
VIEWS_BASE = 5_000.0
ORDERS_BASE = 10.0
GMV_BASE = 10_000.0
"""Added on both sides of a growth, so that tiny creators do not lead by accident; GMV in minor units."""


@profile_feature(reason="growth")
def followers_growth_7(followers: Number, followers_7: Number) -> Number:
    """Log growth of followers over 7 days, smoothed by 1,000 followers; missing for younger accounts."""
    return log_growth(followers, followers_7, FOLLOWERS_BASE)


@profile_feature(reason="growth")
def followers_growth_28(followers: Number, followers_28: Number) -> Number:
    """Log growth of followers over 28 days, smoothed by 1,000 followers; missing for younger accounts."""
    return log_growth(followers, followers_28, FOLLOWERS_BASE)


@profile_feature(reason="growth")
def followers_growth_90(followers: Number, followers_90: Number) -> Number:
    """Log growth of followers over 90 days, smoothed by 1,000 followers; missing for younger accounts."""
    return log_growth(followers, followers_90, FOLLOWERS_BASE)


@profile_feature(reason="growth")
def views_growth_7(views_7: Number, views_before_7: Number) -> Number:
    """Log growth of video views over 7 days against the 7 before, smoothed by 5,000 views."""
    return log_growth(views_7, views_before_7, VIEWS_BASE)


@profile_feature(reason="growth")
def views_growth_28(views_28: Number, views_before_28: Number) -> Number:
    """Log growth of video views over 28 days against the 28 before, smoothed by 5,000 views."""
    return log_growth(views_28, views_before_28, VIEWS_BASE)


@profile_feature(reason="growth")
def gmv_growth_28(gmv_low_28: Number, gmv_low_before_28: Number) -> Number:
    """Log growth of GMV's lower bound over 28 days against the 28 before, smoothed by 10,000 minor units."""
    return log_growth(gmv_low_28, gmv_low_before_28, GMV_BASE)


@profile_feature(reason="growth")
def orders_growth_28(orders_28: Number, orders_before_28: Number) -> Number:
    """Log growth of orders over 28 days against the 28 before, smoothed by 10 orders."""
    return log_growth(orders_28, orders_before_28, ORDERS_BASE)


@profile_feature(reason="growth")
def growth_days_share(gain_days_28: Number, days_28: Number) -> Number:
    """Share of the last 28 days on which followers rose (R16: consistency); missing before the first day."""
    return ratio(gain_days_28, days_28)


@profile_feature(reason="growth")
def best_day_share(best_gain_28: Number, gained_28: Number) -> Number:
    """Share of 28 days' follower gains made on the best day, 1 is a spike (R16); missing without gains."""
    return ratio(best_gain_28, gained_28)


@profile_feature(reason="growth")
def followers_per_1000_views(video_followers_28: Number, views_28: Number) -> Number:
    """Followers that videos brought per 1,000 views in 28 days; missing without views."""
    return 1000.0 * ratio(video_followers_28, views_28)


@profile_feature(reason="growth")
def follow_rate(video_followers_90: Number, views_90: Number, follow_pooled: Number) -> Number:
    """Followers that videos brought per view in 90 days, pulled to the market's rate by 5,000 views (R11)."""
    return shrunk(video_followers_90, views_90, follow_pooled, VIEWS_BASE)
