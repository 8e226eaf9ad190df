"""What ranking lists count, per creator, in a period and in the one before: integers, as Ibis expressions."""

import ibis

from features.known import Known
from features.portable import SECONDS_A_DAY, day_number, seconds
from features.profiles.rules import rules
from recsys.periods import Period


def days(known: Known, period: Period) -> ibis.Table:
    """Per creator: GMV as a range (R17) in the period and before, and followers at the end of both.

    `there_before` is the number of days they were there in the period before.
    """
    daily = known["creator_daily"]
    daily = daily.filter(daily.day >= ibis.literal(period.start_before.date()))
    inside = daily.day >= ibis.literal(period.first_day)
    last, last_before = (ibis.literal(day) for day in (period.last_day, period.eve))
    return daily.group_by("creator_id").aggregate(
        gmv_low=daily.gmv_low.sum(where=inside),
        gmv_high=daily.gmv_high.sum(where=inside),
        gmv_low_before=daily.gmv_low.sum(where=~inside),
        there_before=daily.day.count(where=~inside),
        followers=daily.followers.max(where=daily.day == last),
        followers_before=daily.followers.max(where=daily.day == last_before),
    )


def videos(known: Known, period: Period) -> ibis.Table:
    """Per creator: views, watch time, engagements and sales of videos; `shop` links products, `fresh` is new.

    Fresh videos were published within the policy's `content_days` before the period's end.
    """
    daily = known["video_daily"]
    daily = daily.filter(daily.day >= ibis.literal(period.start_before.date()))
    rows = daily.join(_kinds(known), "video_id")
    inside = rows.day >= ibis.literal(period.first_day)
    shop = rows.shoppable
    return rows.group_by("creator_id").aggregate(
        video_views=rows.views.sum(where=inside),
        video_watch=rows.watch_seconds.sum(where=inside),
        video_engagements=(rows.likes + rows.comments + rows.shares).sum(where=inside),
        fresh_views=rows.views.sum(where=inside & rows.fresh),
        shop_views=rows.views.sum(where=inside & shop),
        shop_orders=rows.orders.sum(where=inside & shop),
        shop_gmv=rows.gmv.sum(where=inside & shop),
        shop_views_before=rows.views.sum(where=~inside & shop),
    )


def livestreams(known: Known, period: Period) -> ibis.Table:
    """Per creator: livestreams that ended in the period, what they brought, and views in the one before.

    `livestreams` are those as long as the policy counts (R5), `live_contents` are all.
    """
    rows = known["livestreams"]
    rows = rows.filter(rows.ended_at >= ibis.literal(period.start_before, "timestamp(6)"))
    rows = rows.join(rules(known), "creator_id")
    inside = rows.ended_at >= ibis.literal(period.start, "timestamp(6)")
    long_enough = seconds(rows.ended_at) - seconds(rows.started_at) >= rows.live_counted
    return rows.group_by("creator_id").aggregate(
        live_contents=inside.sum(),
        livestreams=(inside & long_enough).sum(),
        live_views=rows.views.sum(where=inside),
        live_viewers=rows.viewers.sum(where=inside),
        live_watch=rows.watch_seconds.sum(where=inside),
        live_engagements=(rows.likes + rows.comments + rows.shares).sum(where=inside),
        live_orders=rows.orders.sum(where=inside),
        live_gmv=rows.gmv.sum(where=inside),
        live_views_before=rows.views.sum(where=~inside),
    )


def posts(known: Known, period: Period) -> ibis.Table:
    """Per creator: the period's shoppable videos and products linked in them, capped by post and day (R5)."""
    rows = known["videos"].join(rules(known), "creator_id")
    rows = rows.filter(rows.posted_at >= ibis.literal(period.start, "timestamp(6)"))
    links = rows.product_ids.length()
    rows = rows.mutate(day=day_number(rows.posted_at), links=ibis.least(links, rows.links_counted))
    rows = rows.filter(links > 0)
    daily = rows.group_by("creator_id", "day", "posts_counted", "links_counted").aggregate(
        posts=rows.video_id.count(), links=rows.links.sum()
    )
    return daily.group_by("creator_id").aggregate(
        shoppable_posts=ibis.least(daily.posts, daily.posts_counted).sum(),
        linked_products=ibis.least(daily.links, daily.posts_counted * daily.links_counted).sum(),
    )


def live_links(known: Known, period: Period) -> ibis.Table:
    """Per creator: products featured in the period's livestreams, capped in each (R5)."""
    streams = known["livestreams"]
    streams = streams.filter(streams.ended_at >= ibis.literal(period.start, "timestamp(6)"))
    streams = streams.select("livestream_id", "creator_id").join(rules(known), "creator_id")
    rows = known["livestream_segments"].select("livestream_id", "product_id").join(streams, "livestream_id")
    each = rows.group_by("creator_id", "livestream_id", "links_counted").aggregate(
        products=rows.product_id.nunique()
    )
    return each.group_by("creator_id").aggregate(
        live_products=ibis.least(each.products, each.links_counted).sum()
    )


def contents(known: Known) -> ibis.Table:
    """Per creator: number of fresh videos, as in `videos`."""
    rows = _kinds(known)
    return rows.group_by("creator_id").aggregate(video_contents=rows.fresh.sum())


def activity(known: Known) -> ibis.Table:
    """Per creator: days with a post or livestream within the policy's `activity_days` (R5), and the last one.

    `last_active` is the second since 1970 of the last post, or of the end of the last livestream (R9).
    """
    moments = ibis.union(_moments(known, "videos", "posted_at"), _moments(known, "livestreams", "ended_at"))
    rows = moments.join(rules(known), "creator_id")
    since = known.now - rows.activity_days * SECONDS_A_DAY
    return rows.group_by("creator_id").aggregate(
        active_days=rows.day.nunique(where=rows.second >= since),
        last_active=rows.second.max(),
    )


def _moments(known: Known, table: str, moment: str) -> ibis.Table:
    rows = known[table]
    return rows.select("creator_id", second=seconds(rows[moment]), day=day_number(rows[moment]))


def _kinds(known: Known) -> ibis.Table:
    """Per video: its creator, whether it links products, and whether it is fresh."""
    rows = known["videos"].join(rules(known), "creator_id")
    since = known.now - rows.content_days * SECONDS_A_DAY
    return rows.select(
        "video_id",
        "creator_id",
        shoppable=rows.product_ids.length() > 0,
        fresh=seconds(rows.posted_at) >= since,
    )


def currencies(known: Known) -> ibis.Table:
    """Per market: the currency of its money."""
    days = (
        known["creator_daily"]
        .group_by("creator_id")
        .aggregate(currency=known["creator_daily"].currency.max())
    )
    rows = days.join(known["creators"].select("creator_id", "market"), "creator_id")
    return rows.group_by("market").aggregate(currency=rows.currency.max())
