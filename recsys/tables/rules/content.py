"""Rules about showcases, videos, livestreams, interactions. Each function gives what breaks its sentence."""

import ibis
from ibis.expr.types import BooleanValue

from recsys.tables.rules.rule import Marketplace, row_rule, set_rule


@row_rule("showcase")
def taken_out_after_added(entry: ibis.Table) -> BooleanValue:
    """A product is taken out of a showcase after it was added."""
    return entry.removed_at < entry.added_at


@row_rule("videos")
def lasts(video: ibis.Table) -> BooleanValue:
    """A video is longer than 0 seconds."""
    return video.duration <= 0


@row_rule("videos", via="hashtags")
def hashtags_without_sign(video: ibis.Table) -> BooleanValue:
    """Hashtags are written without #."""
    return video.hashtags.startswith("#")


@row_rule("video_visibility")
def hidden_after_public(stretch: ibis.Table) -> BooleanValue:
    """A public stretch ends after it starts."""
    return stretch.public_until <= stretch.public_from


@set_rule("video_visibility")
def stretches_do_not_overlap(tables: Marketplace) -> ibis.Table:
    """The public stretches of a video do not overlap."""
    stretches = tables["video_visibility"]
    by_video = ibis.window(group_by="video_id", order_by="public_from")
    following = stretches.mutate(
        previous_from=stretches.public_from.lag().over(by_video),
        previous_until=stretches.public_until.lag().over(by_video),
    )
    still_public = following.previous_until.isnull() | (following.public_from < following.previous_until)
    return following.filter(following.previous_from.notnull() & still_public)


@row_rule("video_daily")
def views_6s_within_views(day: ibis.Table) -> BooleanValue:
    """At most as many views reach 6 seconds or the end as there are."""
    return day.views_6s > day.views


@row_rule("video_daily")
def completions_within_views_6s(day: ibis.Table) -> BooleanValue:
    """At most as many views reach the end as reach 6 seconds or the end."""
    return day.completions > day.views_6s


@row_rule("video_daily")
def video_gmv_needs_orders(day: ibis.Table) -> BooleanValue:
    """A day without orders has no GMV."""
    return (day.orders == 0) & (day.gmv > 0)


@row_rule("video_daily")
def video_clicks_within_views(day: ibis.Table) -> BooleanValue:
    """There are at most as many product clicks as views: the click rate is a share."""
    return day.product_clicks > day.views


@row_rule("video_daily")
def video_orders_within_clicks(day: ibis.Table) -> BooleanValue:
    """There are at most as many orders as product clicks: the conversion rate is a share."""
    return day.orders > day.product_clicks


@row_rule("livestreams")
def ends_after_it_starts(livestream: ibis.Table) -> BooleanValue:
    """A livestream ends after it starts."""
    return livestream.ended_at <= livestream.started_at


@row_rule("livestreams")
def viewers_within_views(livestream: ibis.Table) -> BooleanValue:
    """There are at most as many viewers as views."""
    return livestream.viewers > livestream.views


@row_rule("livestreams")
def livestream_gmv_needs_orders(livestream: ibis.Table) -> BooleanValue:
    """A livestream without orders has no GMV."""
    return (livestream.orders == 0) & (livestream.gmv > 0)


@row_rule("livestreams")
def livestream_clicks_within_views(livestream: ibis.Table) -> BooleanValue:
    """There are at most as many product clicks as views: the click rate is a share."""
    return livestream.product_clicks > livestream.views


@row_rule("livestreams")
def livestream_orders_within_clicks(livestream: ibis.Table) -> BooleanValue:
    """There are at most as many orders as product clicks: the conversion rate is a share."""
    return livestream.orders > livestream.product_clicks


@row_rule("livestream_segments")
def segment_ends_after_it_starts(segment: ibis.Table) -> BooleanValue:
    """A segment ends after it starts."""
    return segment.ends_at <= segment.starts_at


@row_rule("livestream_segments", via="livestream_id")
def segment_ends_with_its_livestream(segment: ibis.Table) -> BooleanValue:
    """A segment ends no later than its livestream."""
    return segment.ends_at > segment.its_ended_at


@row_rule("interactions")
def interaction_positions_from_one(interaction: ibis.Table) -> BooleanValue:
    """Positions count from 1."""
    return interaction.position < 1


@row_rule("interactions")
def interaction_shown_with_a_chance(interaction: ibis.Table) -> BooleanValue:
    """The propensity of what was shown is above 0."""
    return interaction.propensity <= 0


@row_rule("interactions")
def only_products_are_traded(interaction: ibis.Table) -> BooleanValue:
    """Only products are showcased, sampled and sold."""
    return (interaction.item_kind != "product") & interaction.event.isin(["showcased", "sampled", "sold"])


@set_rule("interactions")
def product_exists(tables: Marketplace) -> ibis.Table:
    """An interaction with a product is with one in products, not before it was listed."""
    return _without_item(tables, "product", "products", "created_at")


@set_rule("interactions")
def video_exists(tables: Marketplace) -> ibis.Table:
    """An interaction with a video is with one in videos, not before it was posted."""
    return _without_item(tables, "video", "videos", "posted_at")


def _without_item(tables: Marketplace, kind: str, items: str, since: str) -> ibis.Table:
    of_kind = tables["interactions"].filter(tables["interactions"].item_kind == kind)
    item = tables[items].select(item=f"{kind}_id", exists_since=since)
    seen = of_kind.left_join(item, of_kind.item_id == item.item)
    broken = seen.filter(seen.item.isnull() | (seen["at"] < seen.exists_since))
    return broken.select("interaction_id", "item_id", "at", "exists_since")
