"""Creators of a published set: how their latest videos did (R14) and how regularly they post (R5)."""

from dataclasses import replace

import ibis

from features.creators.diligence import posting_gap_variation
from features.creators.popularity import engagement_rate
from features.known import Known
from features.portable import elapsed_days, ratio, real
from features.profiles.posts import WEEK, gaps, posts
from features.profiles.videos import latest
from recsys.vocabulary import VIDEO_COUNTS

MINUTES_A_DAY = 24 * 60
NEEDS = {
    "creator_daily": ("followers",),
    "videos": ("creator_id", "posted_at"),
    "video_daily": VIDEO_COUNTS,
}
"""Tables and columns that these profiles are made of."""


def popularity(known: Known) -> ibis.Table:
    """Per creator: followers, and the counts of the latest videos that were measured; NULL where none was.

    `latest_videos` is how many those are, at most as many as the policy says (R14). Means are per video.
    """
    counted = known["videos"].semi_join(known["video_daily"], "video_id")
    daily = known["creator_daily"]
    followers = daily.group_by("creator_id").aggregate(followers=daily.followers.argmax(daily.day))
    rows = _beside(known["creators"].select("creator_id"), followers)
    rows = _beside(rows, latest(replace(known, tables={**known.tables, "videos": counted})))
    means = {f"mean_{name}": ratio(rows[f"latest_{name}"], rows.latest_videos) for name in VIDEO_COUNTS}
    return rows.mutate(
        **means,
        engagement_rate=engagement_rate(
            rows.latest_likes, rows.latest_comments, rows.latest_shares, rows.latest_views
        ),
        views_per_follower=ratio(means["mean_views"], rows.followers),
    )


def with_cadence(known: Known) -> ibis.Table:
    """`popularity`, and how regularly each creator posts."""
    return _beside(popularity(known), cadence(known))


def cadence(known: Known) -> ibis.Table:
    """Per creator: days since the last video, and how regularly they posted in 90 days.

    A set may hold the latest videos only: `weeks_posted_share` is of the weeks since the first of them.
    `gap_variation` is 0 for clockwork and 1 for chance. Gaps are missing below two videos.
    """
    rows = _beside(posts(known), gaps(known))
    span = elapsed_days(rows.gap_sum_90.fill_null(0) * 60)
    weeks = ((rows.days_since_post + span) / float(WEEK)).floor() + 1.0
    return rows.select(
        "creator_id",
        "days_since_post",
        gap_days=ratio(rows.gap_sum_90, rows.gaps_90 * MINUTES_A_DAY),
        gap_variation=posting_gap_variation(rows.gaps_90, rows.gap_sum_90, rows.gap_square_sum_90),
        weeks_posted_share=(rows.posts_90 > 0).ifelse(real(rows.weeks_posted_90) / weeks, None),
    )


def _beside(rows: ibis.Table, part: ibis.Table) -> ibis.Table:
    """The rows with the part's columns beside them, NULL where the part has no such creator."""
    return rows.left_join(part, "creator_id").drop("creator_id_right")
