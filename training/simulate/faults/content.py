"""Faults in tables of videos, livestreams and interactions. A docstring tells what happened."""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from training.simulate.faults.fault import every_tenth, fault, moved, put, put_where, swapped

HOUR = 3_600
FOREIGN_IDS = 10**15
FOREVER = datetime.fromisoformat("9999-12-31T00:00")


@fault(
    "videos",
    "videos.posted_at.seconds",
    also=("video_visibility.video_id.not_before", "interactions.video_exists"),
)
def posted_in_milliseconds(rows: pa.Table) -> pa.Table:
    """Times of posting have milliseconds, those of other tables do not."""
    return put(rows, posted_at=pc.add(rows["posted_at"], pa.scalar(250, pa.duration("ms"))))


@fault("videos", "videos.hashtags_without_sign")
def hashtags_with_sign(rows: pa.Table) -> pa.Table:
    """Hashtags are written with #."""
    words = [[f"#{word}" for word in tags] for tags in rows["hashtags"].to_pylist()]
    return put(rows, hashtags=pa.array(words, pa.list_(pa.string())))


@fault("videos", "videos.creator_id.exists")
def creators_of_another_system(rows: pa.Table) -> pa.Table:
    """Every tenth video has its creator's id in another system."""
    return put_where(rows, every_tenth(rows), "creator_id", pc.add(rows["creator_id"], FOREIGN_IDS))


@fault("video_visibility", "video_visibility.stretches_do_not_overlap")
def still_public(rows: pa.Table) -> pa.Table:
    """The ends of public stretches are lost: each video looks public for good."""
    return put_where(rows, rows["public_until"].is_valid(), "public_until", None)


@fault("video_visibility", "video_visibility.public_until.century")
def public_forever(rows: pa.Table) -> pa.Table:
    """What has no end yet ends on 9999-12-31."""
    return put(rows, public_until=pc.fill_null(rows["public_until"], FOREVER))


@fault("video_daily", "video_daily.key")
def day_loaded_twice(rows: pa.Table) -> pa.Table:
    """The last day was loaded a second time, after a job was tried again."""
    return pa.concat_tables([rows, rows.filter(pc.equal(rows["day"], pc.max(rows["day"])))])


@fault("video_daily", "video_daily.video_id.not_before")
def days_in_local_time(rows: pa.Table) -> pa.Table:
    """A day is dated by its start in local time, west of UTC: a day too early."""
    return put(rows, day=pc.subtract(rows["day"].cast("int32"), pa.scalar(1, "int32")))


@fault(
    "video_daily",
    "video_daily.views_6s_within_views",
    also=("video_daily.video_clicks_within_views",),
)
def views_confused(rows: pa.Table) -> pa.Table:
    """Views and views of six seconds are in each other's column."""
    return swapped(rows, "views", "views_6s")


@fault("video_daily", "video_daily.video_orders_within_clicks")
def units_as_orders(rows: pa.Table) -> pa.Table:
    """Orders count units sold, and a customer bought a box of a hundred."""
    return put(rows, orders=pc.multiply(rows["orders"], 100))


@fault("livestreams", "livestreams.orders.range")
def returns_as_orders(rows: pa.Table) -> pa.Table:
    """Orders that were returned are counted below zero."""
    return put(rows, orders=pc.negate(rows["orders"]))


@fault("livestreams", "creators.one_currency_in_a_market")
def sold_in_another_currency(rows: pa.Table) -> pa.Table:
    """Every tenth livestream's money is in the currency of head office."""
    return put_where(rows, every_tenth(rows), "currency", "CHF")


@fault("livestreams", "livestreams.livestream_clicks_within_views")
def clicks_added_up_twice(rows: pa.Table) -> pa.Table:
    """Product clicks are the sum of a counter that was itself a running sum."""
    return put(rows, product_clicks=pc.multiply(rows["product_clicks"], 1_000))


@fault("livestream_segments", "livestream_segments.segment_ends_with_its_livestream")
def segments_end_in_local_time(rows: pa.Table) -> pa.Table:
    """Segments end in local time, eight hours ahead of UTC."""
    return moved(rows, "ends_at", 8 * HOUR)


@fault("interactions", "interactions.product_exists")
def items_of_another_system(rows: pa.Table) -> pa.Table:
    """Products are named by their id in another system."""
    is_product = pc.equal(rows["item_kind"], "product")
    return put_where(rows, is_product, "item_id", pc.add(rows["item_id"], FOREIGN_IDS))
