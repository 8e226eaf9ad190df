"""A creator's livestreams that are over (R4, R5)."""

import ibis

from features.known import Known
from features.portable import elapsed_days, seconds


def livestreams(known: Known) -> ibis.Table:
    """Per creator: livestreams ended in 28 and 90 days, their length, viewers, engagement and sales."""
    streams = known["livestreams"]
    ended, length = streams.ended_at, seconds(streams.ended_at) - seconds(streams.started_at)
    engagements = streams.likes + streams.comments + streams.shares
    last_28, last_90 = ended >= known.moment(28), ended >= known.moment(90)
    return streams.group_by("creator_id").aggregate(
        lives_28=last_28.sum(),
        live_seconds_28=length.sum(where=last_28),
        live_views_28=streams.views.sum(where=last_28),
        live_gmv_28=streams.gmv.sum(where=last_28),
        lives_90=last_90.sum(),
        live_views_90=streams.views.sum(where=last_90),
        live_viewers_90=streams.viewers.sum(where=last_90),
        live_watch_seconds_90=streams.watch_seconds.sum(where=last_90),
        live_engagements_90=engagements.sum(where=last_90),
        live_orders_90=streams.orders.sum(where=last_90),
        days_since_live=elapsed_days((known.now - seconds(ended)).min()),
    )
