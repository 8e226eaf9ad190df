"""What a creator posts, how regularly, and at which prices (R5, R13)."""

from functools import partial

import ibis

from features.known import Known
from features.portable import SECONDS_A_DAY, elapsed_days, exact_mean, quantile, seconds, where_known

LINKS_COUNTED = 5
"""Linked products count up to here in each post, so that link stuffing does not pay (R5)."""
WEEK = 7


def posts(known: Known) -> ibis.Table:
    """Per creator: videos posted in all and lately, links, weeks with a post, and days since the last one.

    Without a column of what videos link, or of whom they were made for, what rests on it is absent.
    """
    videos = known["videos"]
    at, age = videos.posted_at, known.now - seconds(videos.posted_at)
    last_28, last_30, last_90 = (at >= known.moment(days) for days in (28, 30, 90))
    week = (age / (WEEK * SECONDS_A_DAY)).floor().cast("int64")
    return videos.group_by("creator_id").aggregate(
        n_videos=videos.video_id.count(),
        posts_28=last_28.sum(),
        posts_before_28=(~last_28 & (at >= known.moment(56))).sum(),
        posts_30=last_30.sum(),
        posts_90=last_90.sum(),
        weeks_posted_90=week.nunique(where=last_90),
        days_since_post=elapsed_days(age.min()),
        **where_known(videos, ("product_ids",), partial(_shoppable, last_28)),
        **where_known(videos, ("campaign_id",), partial(_sponsored, last_90)),
    )


def _shoppable(last_28: ibis.Value, videos: ibis.Table) -> dict[str, ibis.Value]:
    links = videos.product_ids.length()
    shoppable = links > 0
    return {
        "n_shoppable": shoppable.sum(),
        "shoppable_posts_28": (last_28 & shoppable).sum(),
        "links_28": ibis.least(links, LINKS_COUNTED).sum(where=last_28 & shoppable),
    }


def _sponsored(last_90: ibis.Value, videos: ibis.Table) -> dict[str, ibis.Value]:
    return {"sponsored_posts_90": (last_90 & videos.campaign_id.notnull()).sum()}


def gaps(known: Known) -> ibis.Table:
    """Per creator: number, sum and sum of squares of the minutes between posts of the last 90 days."""
    videos = known["videos"]
    videos = videos.filter(videos.posted_at >= known.moment(90))
    minute = (seconds(videos.posted_at) / 60).floor().cast("int64")
    before = minute.lag().over(group_by=videos.creator_id, order_by=[videos.posted_at, videos.video_id])
    videos = videos.mutate(gap=minute - before)
    return videos.group_by("creator_id").aggregate(
        gaps_90=videos.gap.count(),
        gap_sum_90=videos.gap.sum(),
        gap_square_sum_90=(videos.gap * videos.gap).sum(),
    )


def promoted(known: Known) -> ibis.Table:
    """Per creator: usual price (median and the middle 80 %) and commission of products linked in 90 days."""
    videos = known["videos"]
    videos = videos.filter(videos.posted_at >= known.moment(90))
    links = videos.select("creator_id", product_id=videos.product_ids).unnest("product_id")
    linked = links.join(known["products"].select("product_id", "price", "commission"), "product_id")
    return linked.group_by("creator_id").aggregate(
        links_90=linked.price.count(),
        price_low=quantile(linked.price, 0.1),
        price_median=quantile(linked.price, 0.5),
        price_high=quantile(linked.price, 0.9),
        commission_usual=exact_mean(linked.commission),
    )
