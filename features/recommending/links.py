"""What the videos that link a product brought it, each video's results split evenly over what it links."""

import ibis

from features.known import Known
from features.portable import end_of_day, exact_sum, ratio, seconds

PAIR = ("creator_id", "product_id")
SPLIT = ("gmv", "followers_gained")
"""Counts of a video that are split evenly over the products it links, as its orders are."""
WINDOWED = ("views", "orders", *SPLIT)
TREND_DAYS = 28
SOLD_DAYS = 90


def linked(known: Known) -> ibis.Table:
    """Per creator and product that a video of theirs links: posts, and what they brought.

    `posts`, `posted_at` and `sold_at` (the latest ones, in seconds; a day of orders at its end) and `orders`,
    `gmv`, `followers_gained` to date; `<count>_28` and `<count>_before_28` in the last 28 days and those
    before; `orders_90`. Views are those of the whole videos. Orders are fractions: a video that links three
    products splits each of its orders. GMV and followers are whole, to the nearest.
    """
    rows = _links(known)
    posted = rows.group_by(PAIR).aggregate(
        posts=rows.video_id.count(), posted_at=seconds(rows.posted_at.max())
    )
    brought = _brought(rows, _totals(known, rows))
    return posted.left_join(brought, PAIR).drop("creator_id_right", "product_id_right")


def _links(known: Known) -> ibis.Table:
    videos = known["videos"]
    videos = videos.filter(videos.product_ids.length() > 0)
    columns = {"products": videos.product_ids.length(), "product_id": videos.product_ids}
    return videos.select("video_id", "creator_id", "posted_at", **columns).unnest("product_id")


def _totals(known: Known, links: ibis.Table) -> ibis.Table:
    """Per video that links a product: counts to date and by window, and the end of its last day of orders."""
    daily = known["video_daily"].semi_join(links, "video_id")
    last_28 = daily.day >= known.day(TREND_DAYS)
    before_28 = (daily.day >= known.day(2 * TREND_DAYS)) & ~last_28
    windows = {f"{name}_28": daily[name].sum(where=last_28) for name in WINDOWED}
    windows |= {f"{name}_before_28": daily[name].sum(where=before_28) for name in WINDOWED}
    return daily.group_by("video_id").aggregate(
        **{name: daily[name].sum() for name in ("orders", *SPLIT)},
        **windows,
        orders_90=daily.orders.sum(where=daily.day >= known.day(SOLD_DAYS)),
        sold_at=end_of_day(daily.day.max(where=daily.orders > 0)),
    )


def _brought(links: ibis.Table, totals: ibis.Table) -> ibis.Table:
    rows = links.join(totals, "video_id")
    counts = [name for name in totals.columns if name not in ("video_id", "sold_at")]
    # Added up as integers for each number of products first: dividing comes last.
    rows = rows.group_by(*PAIR, "products").aggregate(
        **{name: rows[name].sum() for name in counts}, sold_at=rows.sold_at.max()
    )
    shares = {name: _share(rows, name) for name in counts}
    return rows.group_by(PAIR).aggregate(**shares, sold_at=rows.sold_at.max())


def _share(rows: ibis.Table, name: str) -> ibis.Value:
    """A product's share of what the videos brought."""
    if name.startswith("views"):
        return rows[name].sum()
    share = ratio(rows[name], rows.products)
    if name.startswith("orders"):
        return exact_sum(share)
    return share.round().cast("int64").sum()
