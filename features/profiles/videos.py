"""How a creator's videos did: in windows of days, and over the latest videos (R14, R16)."""

import ibis

from features.known import Known
from features.portable import where_known
from features.profiles.rules import rules
from recsys.vocabulary import VIDEO_COUNTS

COUNTS = (
    "views", "likes", "comments", "shares", "followers_gained", "product_clicks", "orders", "gmv",
)  # fmt: skip
LATEST = (
    "views", "views_6s", "completions", "watch_seconds", "likes", "comments", "shares",
)  # fmt: skip
STEPS = (7, 14, 28, 30, 56, 90)
"""Days are counted up in these steps once; every window is a sum of steps."""
POSTED_WITHIN = (30, 90)
"""Ages of videos, in days, that the profile looks at apart (R14, R16)."""


def video_counts(known: Known) -> ibis.Table:
    """Sums of 90 days' counts by creator, kind of video and `step` of days: all windows are sums of these.

    `posted_within` is 30 or 90 days, NULL for older videos: what those are counted here is all they ever had.
    """
    daily = known["video_daily"]
    daily = daily.filter(daily.day >= known.day(90))
    videos = known["videos"]
    videos = videos.select(
        "video_id",
        "creator_id",
        posted_within=ibis.cases(
            *((videos.posted_at >= known.moment(days), days) for days in POSTED_WITHIN)
        ).cast("int64"),
        **_kinds(videos),
    )
    joined = daily.join(videos, "video_id")
    edges = [(joined.day >= known.day(step), step) for step in STEPS]
    joined = joined.mutate(step=ibis.cases(*edges).cast("int64"))
    keys = [*(name for name in videos.columns if name != "video_id"), "step"]
    return joined.group_by(keys).aggregate(
        **{name: joined[name].sum() for name in COUNTS if name in joined.columns}
    )


def _kinds(videos: ibis.Table) -> dict[str, ibis.Value]:
    """What kind of video each is, as far as it is known."""
    return {
        **where_known(videos, ("product_ids",), lambda rows: {"shoppable": rows.product_ids.length() > 0}),
        **where_known(videos, ("campaign_id",), lambda rows: {"sponsored": rows.campaign_id.notnull()}),
    }


def windows(counts: ibis.Table) -> ibis.Table:
    """Per creator: views, engagements and sales by window; `shop` is videos that link products.

    What rests on columns that the counts lack is absent.
    """
    step, views = counts.step, counts.views
    return counts.group_by("creator_id").aggregate(
        views_7=views.sum(where=step <= 7),
        views_before_7=views.sum(where=step == 14),
        views_28=views.sum(where=step <= 28),
        views_before_28=views.sum(where=(step > 28) & (step <= 56)),
        views_30=views.sum(where=step <= 30),
        views_90=views.sum(),
        **where_known(counts, ("likes", "comments", "shares"), _engaged),
        **where_known(counts, ("followers_gained",), _followed),
        **where_known(counts, ("shoppable", "product_clicks", "orders", "gmv"), _sold),
        **where_known(counts, ("sponsored",), _sponsored),
        **_posted(counts),
    )


def _engaged(counts: ibis.Table) -> dict[str, ibis.Value]:
    engagements = counts.likes + counts.comments + counts.shares
    return {"engagements_30": engagements.sum(where=counts.step <= 30)}


def _followed(counts: ibis.Table) -> dict[str, ibis.Value]:
    followers = counts.followers_gained
    return {
        "video_followers_28": followers.sum(where=counts.step <= 28),
        "video_followers_90": followers.sum(),
    }


def _sold(counts: ibis.Table) -> dict[str, ibis.Value]:
    shop = counts.shoppable
    last_28 = shop & (counts.step <= 28)
    return {
        "shop_views_28": counts.views.sum(where=last_28),
        "shop_gmv_28": counts.gmv.sum(where=last_28),
        "shop_views_90": counts.views.sum(where=shop),
        "shop_clicks_90": counts.product_clicks.sum(where=shop),
        "shop_orders_90": counts.orders.sum(where=shop),
    }


def _sponsored(counts: ibis.Table) -> dict[str, ibis.Value]:
    return {
        "sponsored_views_90": counts.views.sum(where=counts.sponsored),
        "organic_views_90": counts.views.sum(where=~counts.sponsored),
    }


def _posted(counts: ibis.Table) -> dict[str, ibis.Value]:
    """What videos of the last 30 days, and sponsored and organic ones of 90 days, were counted to date."""
    kinds = {"recent": counts.posted_within == min(POSTED_WITHIN)}
    if "sponsored" in counts.columns:
        in_90_days = counts.posted_within.notnull()
        kinds |= {"sponsored": counts.sponsored & in_90_days, "organic": ~counts.sponsored & in_90_days}
    return {
        f"{kind}_{name}": counts[name].sum(where=where)
        for kind, where in kinds.items()
        for name in VIDEO_COUNTS
        if name in counts.columns
    }


def latest_videos(known: Known) -> ibis.Table:
    """Creator and id of each creator's latest videos, as many as the policy says (R14)."""
    videos = known["videos"].select("creator_id", "video_id", "posted_at")
    newest_first = [ibis.desc(videos.posted_at), ibis.desc(videos.video_id)]
    place = ibis.row_number().over(group_by=videos.creator_id, order_by=newest_first)
    videos = videos.mutate(place=place).join(rules(known), "creator_id")
    return videos.filter(videos.place < videos.last_videos).select("creator_id", "video_id")


def latest(known: Known) -> ibis.Table:
    """Per creator: the counts to date of the latest videos, and their number."""
    daily = known["video_daily"].join(latest_videos(known), "video_id")
    counted = {f"latest_{name}": daily[name].sum() for name in LATEST if name in daily.columns}
    sums = daily.group_by("creator_id").aggregate(**counted)
    # All are counted and cut at the most there may be: finding the latest once more would cost more.
    videos = known["videos"].join(rules(known), "creator_id")
    numbers = videos.group_by("creator_id").aggregate(
        latest_videos=ibis.least(videos.video_id.count(), videos.last_videos.max())
    )
    return numbers.left_join(sums, "creator_id").drop("creator_id_right")
