"""The videos a creator can be shown to learn from, and those they met (R32)."""

import ibis

from features.known import Known
from features.portable import elapsed_days, fill_counts, seconds
from features.profiles.videos import latest_videos

COUNTS = (
    "views", "views_6s", "completions", "watch_seconds", "likes", "comments", "shares", "followers_gained",
    "product_clicks", "orders", "gmv",
)  # fmt: skip
WORDS = ("category", "market", "campaign_type", "hook", "structure", "call_to_action")


def videos(known: Known, log: ibis.Table) -> ibis.Table:
    """Per video that is `available`, or that is in the log: what it is, and its counts to date.

    Available is what is public and among its creator's latest, as many as the policy says (R14). `log` is
    `events.video_log`. `views_7` and `views_before_7` are those of the last 7 days and of the 7 before.
    """
    wanted = known.kept(_wanted(known, log))
    rows = known["videos"].join(wanted, "video_id")
    rows = rows.join(known["creators"].select("creator_id", "market"), "creator_id")
    rows = rows.select(
        "video_id",
        "creator_id",
        *WORDS,
        "duration",
        "product_ids",
        "talking_points",
        age_days=elapsed_days(known.now - seconds(rows.posted_at)),
        available=rows.available > 0,
        sponsored=rows.campaign_id.notnull(),
    )
    return fill_counts(rows.left_join(_totals(known, wanted), "video_id").drop("video_id_right"))


def _wanted(known: Known, log: ibis.Table) -> ibis.Table:
    public = known["video_visibility"]
    public = public.filter(public.public_until.isnull())
    offered = latest_videos(known).semi_join(public, "video_id")
    rows = ibis.union(
        offered.select("video_id", available=ibis.literal(1, "int64")),
        log.select(video_id=log.item_id, available=ibis.literal(0, "int64")),
    )
    return rows.group_by("video_id").aggregate(available=rows.available.max())


def _totals(known: Known, wanted: ibis.Table) -> ibis.Table:
    daily = known["video_daily"].semi_join(wanted, "video_id")
    last_7 = daily.day >= known.day(7)
    return daily.group_by("video_id").aggregate(
        **{name: daily[name].sum() for name in COUNTS},
        views_7=daily.views.sum(where=last_7),
        views_before_7=daily.views.sum(where=(daily.day >= known.day(14)) & ~last_7),
    )
