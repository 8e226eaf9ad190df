"""How much and how regularly a creator posts (R5)."""

from features.feature import profile_feature
from features.portable import Number, log1p, ratio, real

WEEKS = 13.0


@profile_feature(reason="diligence")
def posts_28_log(posts_28: Number) -> Number:
    """ln(1 + videos posted in 28 days)."""
    return log1p(posts_28)


@profile_feature(reason="diligence")
def posts_90_log(posts_90: Number) -> Number:
    """ln(1 + videos posted in 90 days)."""
    return log1p(posts_90)


@profile_feature(reason="diligence")
def shoppable_posts_log(shoppable_posts_28: Number) -> Number:
    """ln(1 + videos with product links posted in 28 days)."""
    return log1p(shoppable_posts_28)


@profile_feature(reason="diligence")
def shoppable_videos_log(n_shoppable: Number) -> Number:
    """ln(1 + videos with product links ever posted): how new the creator is to selling (R28)."""
    return log1p(n_shoppable)


@profile_feature(reason="diligence")
def links_per_post(links_28: Number, shoppable_posts_28: Number) -> Number:
    """Products linked per shoppable video in 28 days, at most 5 counted in each (R5); missing without one."""
    return ratio(links_28, shoppable_posts_28)


@profile_feature(reason="diligence")
def lives_log(lives_28: Number) -> Number:
    """ln(1 + livestreams ended in 28 days)."""
    return log1p(lives_28)


@profile_feature(reason="diligence")
def live_hours_log(live_seconds_28: Number) -> Number:
    """ln(1 + hours of livestreams ended in 28 days)."""
    return log1p(real(live_seconds_28) / 3600.0)


@profile_feature(reason="diligence")
def weeks_posted_share(weeks_posted_90: Number) -> Number:
    """Share of the last 13 weeks with a post, 0 to 1 (R5: regularity)."""
    return real(weeks_posted_90) / WEEKS


@profile_feature(reason="diligence")
def posting_gap_variation(gaps_90: Number, gap_sum_90: Number, gap_square_sum_90: Number) -> Number:
    """Deviation over mean of the time between posts of 90 days, 0 is clockwork; missing below 2 gaps."""
    mean = ratio(gap_sum_90, gaps_90)
    variance = ratio(gap_square_sum_90, gaps_90) - mean * mean
    return (gaps_90 >= 2).ifelse(ratio(variance.clip(lower=0.0).sqrt(), mean), None)


@profile_feature(reason="diligence")
def days_since_post_log(days_since_post: Number) -> Number:
    """ln(1 + days since the last video); missing before the first."""
    return log1p(days_since_post)


@profile_feature(reason="diligence")
def days_since_live_log(days_since_live: Number) -> Number:
    """ln(1 + days since the last livestream ended); missing before the first."""
    return log1p(days_since_live)


@profile_feature(reason="diligence")
def account_days_log(account_days: Number) -> Number:
    """ln(1 + age of the account in days)."""
    return log1p(account_days)
