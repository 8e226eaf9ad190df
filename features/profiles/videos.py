"""How a creator's videos did: in windows of days, and over the latest videos (R14, R16)."""

import ibis

from features.known import Known
from features.profiles.rules import rules

COUNTS = (
    "views", "likes", "comments", "shares", "followers_gained", "product_clicks", "orders", "gmv",
)  # fmt: skip
LATEST = (
    "views", "views_6s", "completions", "watch_seconds", "likes", "comments", "shares",
)  # fmt: skip
STEPS = (7, 14, 28, 30, 56, 90)
"""Days are counted up in these steps once; every window is a sum of steps."""


def video_counts(known: Known) -> ibis.Table:
    """Sums of 90 days' counts by creator, kind of video and `step` of days: all windows are sums of these."""
    daily = known["video_daily"]
    daily = daily.filter(daily.day >= known.day(90))
    videos = known["videos"]
    videos = videos.select(
        "video_id",
        "creator_id",
        "category",
        "campaign_type",
        shoppable=videos.product_ids.length() > 0,
        sponsored=videos.campaign_id.notnull(),
    )
    joined = daily.join(videos, "video_id")
    edges = [(joined.day >= known.day(step), step) for step in STEPS]
    joined = joined.mutate(step=ibis.cases(*edges).cast("int64"))
    keys = ("creator_id", "category", "campaign_type", "shoppable", "sponsored", "step")
    return joined.group_by(keys).aggregate(**{name: joined[name].sum() for name in COUNTS})


def windows(counts: ibis.Table) -> ibis.Table:
    """Per creator: views, engagements and sales by window; `shop` is videos that link products."""
    step, views, shop = counts.step, counts.views, counts.shoppable
    engagements = counts.likes + counts.comments + counts.shares
    return counts.group_by("creator_id").aggregate(
        views_7=views.sum(where=step <= 7),
        views_before_7=views.sum(where=step == 14),
        views_28=views.sum(where=step <= 28),
        views_before_28=views.sum(where=(step > 28) & (step <= 56)),
        views_30=views.sum(where=step <= 30),
        engagements_30=engagements.sum(where=step <= 30),
        video_followers_28=counts.followers_gained.sum(where=step <= 28),
        shop_views_28=views.sum(where=shop & (step <= 28)),
        shop_gmv_28=counts.gmv.sum(where=shop & (step <= 28)),
        video_followers_90=counts.followers_gained.sum(),
        shop_views_90=views.sum(where=shop),
        shop_clicks_90=counts.product_clicks.sum(where=shop),
        shop_orders_90=counts.orders.sum(where=shop),
        views_90=views.sum(),
        sponsored_views_90=views.sum(where=counts.sponsored),
        organic_views_90=views.sum(where=~counts.sponsored),
    )


def latest_videos(known: Known) -> ibis.Table:
    """Creator and id of each creator's latest videos, as many as the policy says (R14)."""
    videos = known["videos"].select("creator_id", "video_id", "posted_at")
    newest_first = [ibis.desc(videos.posted_at), ibis.desc(videos.video_id)]
    place = ibis.row_number().over(group_by=videos.creator_id, order_by=newest_first)
    videos = videos.mutate(place=place).join(rules(known), "creator_id")
    return videos.filter(videos.place < videos.last_videos).select("creator_id", "video_id")


def latest(known: Known) -> ibis.Table:
    """Per creator: the counts to date of the latest videos, and their number."""
    videos = latest_videos(known)
    daily = known["video_daily"].join(videos, "video_id")
    sums = daily.group_by("creator_id").aggregate(**{f"latest_{name}": daily[name].sum() for name in LATEST})
    numbers = videos.group_by("creator_id").aggregate(latest_videos=videos.video_id.count())
    return numbers.left_join(sums, "creator_id").drop("creator_id_right")
