"""A creator's days one by one (R16): followers, and what their videos were counted."""

import ibis

from features.known import Known


def followers_by_day(known: Known, first: int, last: int) -> ibis.Table:
    """Per creator and day from `first` to `last` days ago: followers at the end of the day."""
    return _between(known, "creator_daily", first, last).select("creator_id", "day", "followers")


def counts_by_day(known: Known, first: int, last: int) -> ibis.Table:
    """Per creator and day on which a video of theirs was counted: views, and likes + comments + shares."""
    daily = _between(known, "video_daily", first, last)
    rows = daily.join(known["videos"].select("video_id", "creator_id"), "video_id")
    return rows.group_by("creator_id", "day").aggregate(
        views=rows.views.sum(), engagements=(rows.likes + rows.comments + rows.shares).sum()
    )


def _between(known: Known, name: str, first: int, last: int) -> ibis.Table:
    daily = known[name]
    return daily.filter((daily.day >= known.day(first)) & (daily.day <= known.day(last)))
