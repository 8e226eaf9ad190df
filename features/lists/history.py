"""How much rates vary within and between creators before a quarter: what shrinkage is fitted to (R11).

Every rate of a creator is parts over wholes, observed many times: a day, a video, a livestream, a message or
a sample at a time. Per creator their number `n` and the sums of `part`, `whole` and `square` = part² / whole
are all that the moments of Bühlmann and Straub (1970) need; columns are called `<rate>_<sum>`. Sums are of
integers: they do not depend on the order of rows.
"""

from collections.abc import Mapping

import ibis

from features.known import Known
from features.portable import real, seconds
from features.profiles.messages import GRACE_DAYS, LONGEST_WAIT
from features.profiles.samples import sample_states

DAYS = 90
"""Days before the quarter that are looked at."""
FINE = 1 / 1024
STEPS = {
    "video_gpm": 16.0, "live_gpm": 16.0, "gmv": 1024.0,
    "video_views_per_content": 16.0, "live_views_per_content": 16.0,
}  # fmt: skip
"""part² / whole is counted in steps of FINE, of means 1; of these in longer ones, to fit into 64 bits."""
Rate = tuple[ibis.Value, ibis.Value]
"""Part and whole of an observation."""


def video_history(known: Known) -> ibis.Table:
    """Per creator, over days with views of their videos: sums of the video rates' observations."""
    daily = known["video_daily"]
    videos = known["videos"]
    videos = videos.select("video_id", "creator_id", shoppable=videos.product_ids.length() > 0)
    rows = daily.filter(daily.day >= known.day(DAYS)).join(videos, "video_id")
    by_day = rows.group_by("creator_id", "day").aggregate(
        views=rows.views.sum(),
        watch=rows.watch_seconds.sum(),
        engagements=(rows.likes + rows.comments + rows.shares).sum(),
        gained=rows.followers_gained.sum(),
        shop_views=rows.views.sum(where=rows.shoppable).fill_null(0),
        shop_orders=rows.orders.sum(where=rows.shoppable).fill_null(0),
        shop_gmv=rows.gmv.sum(where=rows.shoppable).fill_null(0),
    )
    rates = {
        "video_gpm": (by_day.shop_gmv, by_day.shop_views),
        "video_orders": (by_day.shop_orders, by_day.shop_views),
        "video_watch_seconds": (by_day.watch, by_day.views),
        "video_engagement_rate": (by_day.engagements, by_day.views),
    }
    counts = {"followers_growth": by_day.gained, "views_growth": by_day.shop_views}
    return by_day.group_by("creator_id").aggregate(**_rates(rates), **_means(counts))


def content_history(known: Known) -> ibis.Table:
    """Per creator, over videos posted: sums of their views."""
    videos, daily = known["videos"], known["video_daily"]
    videos = videos.filter(videos.posted_at >= known.moment(DAYS)).select("video_id", "creator_id")
    rows = daily.filter(daily.day >= known.day(DAYS)).join(videos, "video_id")
    each = rows.group_by("creator_id", "video_id").aggregate(views=rows.views.sum())
    return each.group_by("creator_id").aggregate(**_means({"video_views_per_content": each.views}))


def live_history(known: Known) -> ibis.Table:
    """Per creator, over livestreams: sums of the live rates' observations."""
    rows = known["livestreams"]
    rows = rows.filter(rows.ended_at >= known.moment(DAYS))
    engagements = rows.likes + rows.comments + rows.shares
    rates = {
        "live_gpm": (rows.gmv, rows.views),
        "live_orders": (rows.orders, rows.viewers),
        "live_watch_seconds": (rows.watch_seconds, rows.viewers),
        "live_engagement_rate": (engagements, rows.views),
    }
    means = _means({"live_views_per_content": rows.views})
    return rows.group_by("creator_id").aggregate(**_rates(rates), **means)


def sales_history(known: Known) -> ibis.Table:
    """Per creator, over days: sums of GMV's lower bound."""
    daily = known["creator_daily"]
    daily = daily.filter(daily.day >= known.day(DAYS))
    return daily.group_by("creator_id").aggregate(**_means({"gmv": daily.gmv_low}))


def message_history(known: Known) -> ibis.Table:
    """Per creator, over messages that were due: answers, and seconds waited, a week at most."""
    sent = known["messages"]
    rows = sent.filter((sent.sent_at >= known.moment(DAYS)) & (sent.sent_at < known.moment(GRACE_DAYS)))
    waited = (seconds(rows.replied_at) - seconds(rows.sent_at)).fill_null(LONGEST_WAIT)
    means = {
        "response_rate": rows.replied_at.notnull().cast("int64"),
        "response_time": ibis.least(waited, LONGEST_WAIT),
    }
    return rows.group_by("creator_id").aggregate(**_means(means))


def sample_history(known: Known) -> ibis.Table:
    """Per creator, over decided samples: those fulfilled (R7)."""
    states = sample_states(known)
    rows = states.filter((states.state == "fulfilled") | (states.state == "failed"))
    fulfilled = (rows.state == "fulfilled").cast("int64")
    return rows.group_by("creator_id").aggregate(**_means({"fulfilment_rate": fulfilled}))


def _rates(rates: Mapping[str, Rate]) -> dict[str, ibis.Value]:
    sums: dict[str, ibis.Value] = {}
    for name, (part, whole) in rates.items():
        seen, square = whole > 0, real(part) * real(part) / real(whole).nullif(0)
        sums[f"{name}_n"] = seen.sum()
        sums[f"{name}_part"] = part.sum(where=seen)
        sums[f"{name}_whole"] = whole.sum(where=seen)
        sums[f"{name}_square"] = _sum(square, STEPS.get(name, FINE))
    return sums


def _means(means: Mapping[str, ibis.Value]) -> dict[str, ibis.Value]:
    """As `_rates`, each observation's whole being 1."""
    sums: dict[str, ibis.Value] = {}
    for name, part in means.items():
        sums[f"{name}_n"], sums[f"{name}_whole"] = part.count(), part.count()
        sums[f"{name}_part"] = part.sum()
        sums[f"{name}_square"] = _sum(real(part) * real(part), STEPS.get(name, 1.0))
    return sums


def _sum(square: ibis.Value, step: float) -> ibis.Value:
    return real((square / step).floor().cast("int64").sum()) * step
