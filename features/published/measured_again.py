"""Videos that a published set measured more than once: which of them keep growing."""

import ibis

from features.creators.popularity import engagement_rate, share_rate
from features.known import Known
from features.portable import elapsed_days, end_of_day, ratio, seconds
from recsys.vocabulary import VIDEO_COUNTS

NEEDS = {"videos": ("creator_id", "posted_at"), "video_daily": VIDEO_COUNTS}
GREW = 0.1
"""A video keeps growing that gained at least this share of its views."""


def measured_again(known: Known) -> ibis.Table:
    """Per video counted on two days or more: what it had on the first, and what it gained up to the last.

    `age` is in days at the end of the first day, `days` lie between the two; `gained` is views since, as a
    share of those before.
    """
    daily, videos = known["video_daily"], known["videos"].select("video_id", "creator_id", "posted_at")
    first = daily.group_by("video_id").aggregate(first=daily.day.min(), last=daily.day.max())
    first = first.filter(first["last"] > first["first"])
    rows = daily.join(first, "video_id").join(videos, "video_id")
    before = rows.day == rows["first"]
    counts = {name: rows[name].sum(where=before) for name in VIDEO_COUNTS}
    rows = rows.group_by("video_id", "creator_id", "posted_at", "first", "last").aggregate(
        **counts, views_since=rows.views.sum(where=~before)
    )
    age = elapsed_days(end_of_day(rows["first"]) - seconds(rows.posted_at))
    days = elapsed_days(end_of_day(rows["last"]) - end_of_day(rows["first"]))
    gained = ratio(rows.views_since, rows.views)
    return rows.mutate(
        age=age,
        days=days,
        gained=gained,
        grew=gained >= GREW,
        engagement_rate=engagement_rate(rows.likes, rows.comments, rows.shares, rows.views),
        share_rate=share_rate(rows.shares, rows.views),
    ).order_by("video_id")
