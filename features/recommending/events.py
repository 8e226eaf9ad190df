"""What creators did with products and videos: how often, when last, and what it brought (R29)."""

import ibis

from features.known import Known
from features.portable import real, seconds

KEY = ("creator_id", "item_id", "event")
NOTHING = ibis.literal(0, "int64")


def product_log(known: Known) -> ibis.Table:
    """Each moment at which a creator did something with a product: logged, or in showcase and samples.

    Columns `creator_id`, `item_id`, `event` and `at`, in seconds. What the log and a table both tell, and
    whatever is told twice of one second, is there once.
    """
    showcase, samples = known["showcase"], known["samples"]
    told = (
        _log(known, "product"),
        _moments(showcase, "showcased", showcase.added_at),
        _moments(samples, "sampled", samples.requested_at),
    )
    return ibis.union(*told, distinct=True)


def product_events(log: ibis.Table, linked: ibis.Table) -> ibis.Table:
    """Per creator, product and event: `count`, `last_at` in seconds, `gmv` and `followers` it brought.

    `log` is `product_log`, `linked` is `links.linked`. Videos that link the product are `posted`, and brought
    the followers; their orders are `sold`, and brought the GMV. Orders that only the log tells of, such as a
    livestream's, count where they are more.
    """
    item = {"creator_id": linked.creator_id, "item_id": linked.product_id}
    posted = linked.select(
        **item,
        event=ibis.literal("posted"),
        count=real(linked.posts),
        last_at=linked.posted_at,
        gmv=NOTHING,
        followers=linked.followers_gained.fill_null(0),
    )
    sold = linked.filter(linked.orders > 0).select(
        **item,
        event=ibis.literal("sold"),
        count=linked.orders,
        last_at=linked.sold_at,
        gmv=linked.gmv,
        followers=NOTHING,
    )
    rows = ibis.union(_counted(log), posted, sold)
    return rows.group_by(KEY).aggregate(
        count=rows["count"].max(),
        last_at=rows.last_at.max(),
        gmv=rows.gmv.sum(),
        followers=rows.followers.sum(),
    )


def video_log(known: Known) -> ibis.Table:
    """Each moment at which a creator did something with somebody's video; columns as in `product_log`."""
    return _log(known, "video").distinct()


def video_events(known: Known, log: ibis.Table) -> ibis.Table:
    """Per creator, video and event: `count`, `last_at` in seconds, `gmv` and `followers` it brought.

    `log` is `video_log`. `created` brought what came to date of the creator's own video, which is the one
    posted at that very second.
    """
    counted, brought = _counted(log).drop("gmv", "followers"), _brought(known, log)
    rows = counted.left_join(brought, KEY)
    return rows.select(
        *KEY, "count", "last_at", gmv=rows.gmv.fill_null(0), followers=rows.followers.fill_null(0)
    )


def _brought(known: Known, log: ibis.Table) -> ibis.Table:
    videos = known["videos"]
    videos = videos.select("video_id", "creator_id", at=seconds(videos.posted_at))
    created = log.filter(log.event == "created").join(videos, ("creator_id", "at"))
    daily = known["video_daily"].select("video_id", "gmv", "followers_gained").join(created, "video_id")
    return daily.group_by(KEY).aggregate(gmv=daily.gmv.sum(), followers=daily.followers_gained.sum())


def _log(known: Known, kind: str) -> ibis.Table:
    rows = known["interactions"]
    rows = rows.filter(rows.item_kind == kind)
    return rows.select("creator_id", "item_id", "event", at=seconds(rows["at"]))


def _moments(rows: ibis.Table, event: str, at: ibis.Value) -> ibis.Table:
    return rows.select("creator_id", item_id=rows.product_id, event=ibis.literal(event), at=seconds(at))


def _counted(log: ibis.Table) -> ibis.Table:
    rows = log.group_by(KEY).aggregate(count=real(log["at"].count()), last_at=log["at"].max())
    return rows.mutate(gmv=NOTHING, followers=NOTHING)
