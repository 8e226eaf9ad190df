"""How much a creator is watched and liked (R4, R14, R15, R16)."""

from features.feature import profile_feature
from features.portable import Number, log1p, log_ratio, ratio, real, shrunk

TYPICAL_VIEWS = 1_000.0
"""Views added on both sides of a comparison, so that a handful of views decides nothing."""


@profile_feature(reason="popularity")
def followers_log(followers: Number) -> Number:
    """ln(1 + followers) at the end of yesterday; missing before the first day."""
    return log1p(followers)


@profile_feature(reason="popularity")
def potential_reach_log(followers: Number, active_share: Number) -> Number:
    """ln(1 + followers × active share of the audience) (R15); missing where activity was not measured."""
    return log1p(followers * active_share)


@profile_feature(reason="popularity")
def mean_views_log(latest_views: Number, latest_videos: Number) -> Number:
    """ln(1 + mean views of the last 30 videos) (R14); missing before the first video."""
    return log1p(ratio(latest_views, latest_videos))


@profile_feature(reason="popularity")
def latest_videos_log(latest_videos: Number) -> Number:
    """ln(1 + number of videos that the figures of the last 30 videos rest on), at most 30."""
    return log1p(latest_videos)


@profile_feature(reason="popularity")
def engagement_rate(
    latest_likes: Number, latest_comments: Number, latest_shares: Number, latest_views: Number
) -> Number:
    """(likes + comments + shares) / views of the last 30 videos (R14); missing without views."""
    return ratio(latest_likes + latest_comments + latest_shares, latest_views)


@profile_feature(reason="popularity")
def engagement_rate_30_days(engagements_30: Number, views_30: Number) -> Number:
    """(likes + comments + shares) / views over the last 30 days (R14); missing without views."""
    return ratio(engagements_30, views_30)


@profile_feature(reason="popularity")
def comment_rate(latest_comments: Number, latest_views: Number) -> Number:
    """Comments / views of the last 30 videos; missing without views."""
    return ratio(latest_comments, latest_views)


@profile_feature(reason="popularity")
def share_rate(latest_shares: Number, latest_views: Number) -> Number:
    """Shares / views of the last 30 videos; missing without views."""
    return ratio(latest_shares, latest_views)


@profile_feature(reason="popularity")
def view_through_rate(latest_views_6s: Number, latest_views: Number) -> Number:
    """Share of views of the last 30 videos that reach 6 seconds or the end; missing without views."""
    return ratio(latest_views_6s, latest_views)


@profile_feature(reason="popularity")
def completion_rate(latest_completions: Number, latest_views: Number) -> Number:
    """Share of views of the last 30 videos that reach the end; missing without views."""
    return ratio(latest_completions, latest_views)


@profile_feature(reason="popularity")
def watch_seconds_per_view(latest_watch_seconds: Number, latest_views: Number) -> Number:
    """Seconds watched per view of the last 30 videos; missing without views."""
    return ratio(latest_watch_seconds, latest_views)


@profile_feature(reason="popularity")
def views_per_follower(latest_views: Number, latest_videos: Number, followers: Number) -> Number:
    """ln of mean views of the last 30 videos per follower: not the size (R36); missing without either."""
    return log_ratio(ratio(latest_views, latest_videos), followers)


@profile_feature(reason="popularity")
def views_28_log(views_28: Number) -> Number:
    """ln(1 + views of all videos in 28 days)."""
    return log1p(views_28)


@profile_feature(reason="popularity")
def live_views_log(live_views_28: Number) -> Number:
    """ln(1 + views of livestreams in 28 days)."""
    return log1p(live_views_28)


@profile_feature(reason="popularity")
def live_engagement_rate(live_engagements_90: Number, live_views_90: Number) -> Number:
    """(likes + comments + shares) / views of livestreams in 90 days; missing without views."""
    return ratio(live_engagements_90, live_views_90)


@profile_feature(reason="popularity")
def live_watch_seconds_log(live_watch_seconds_90: Number, live_viewers_90: Number) -> Number:
    """ln(1 + seconds watched per viewer of livestreams in 90 days); missing without viewers."""
    return log1p(ratio(live_watch_seconds_90, live_viewers_90))


@profile_feature(reason="popularity")
def sponsored_lift(
    sponsored_views_90: Number, sponsored_posts_90: Number, organic_views_90: Number, posts_90: Number
) -> Number:
    """ln of views per sponsored over views per organic post in 90 days (R16); missing without both kinds."""
    sponsored = ratio(sponsored_views_90, sponsored_posts_90)
    organic = ratio(organic_views_90, posts_90 - sponsored_posts_90)
    return log_ratio(sponsored + TYPICAL_VIEWS, organic + TYPICAL_VIEWS)


@profile_feature(reason="audience")
def active_audience_share(active_share: Number) -> Number:
    """Active share of the audience as last measured, 0 to 1; missing where it was not."""
    return real(active_share)


@profile_feature(reason="audience")
def main_country_share(main_country_share: Number) -> Number:
    """Share of the audience in the country with most of it, 0 to 1; missing where it was not measured."""
    return real(main_country_share)


@profile_feature(reason="popularity")
def invitation_rate(invited: Number, shown: Number, invite_prior: Number, invite_strength: Number) -> Number:
    """Share of briefs shown for in 180 days that invited the creator, shrunk to the peers' rate (R11)."""
    return shrunk(invited, shown, invite_prior, invite_strength)
