"""Brands, their products, and what passed between a brand and a creator."""

import ibis

from features.known import Known
from features.portable import exact_mean, exact_sum, fill_counts, log1p, quantile, ratio
from features.profiles.content import posts_by_type
from features.profiles.prices import positions


def brands(known: Known, profiles: ibis.Table) -> ibis.Table:
    """Per brand: market, category, price tier, campaigns so far, and how invitations to creators went."""
    rows = known["invitations"].join(known["campaigns"].select("campaign_id", "brand_id"), "campaign_id")
    rows = rows.filter(rows.invited_at.notnull()).join(
        profiles.select("creator_id", "followers"), "creator_id"
    )
    funnel = rows.group_by("brand_id").aggregate(
        invited=rows.invited_at.count(),
        accepted=rows.accepted_at.count(),
        followers_log_usual=exact_mean(log1p(rows.followers)),
        fee_median=quantile(rows.fee, 0.5),
    )
    campaigns = known["campaigns"]
    made = campaigns.group_by("brand_id").aggregate(n_campaigns=campaigns.campaign_id.count())
    table = known["brands"].select("brand_id", "market", "category", "price_tier")
    for part in (made, funnel):
        table = table.left_join(part, "brand_id").drop("brand_id_right")
    return fill_counts(table)


def asked_types(known: Known) -> ibis.Table:
    """Per brand and campaign type: campaigns made."""
    rows = known["campaigns"]
    return rows.group_by("brand_id", "campaign_type").aggregate(campaigns=rows.campaign_id.count())


def liked_types(known: Known) -> ibis.Table:
    """Per brand and campaign type: the share of it in the videos of 90 days of creators shown and invited.

    `shown` and `invited` are sums of those shares over the brand's briefs and the creators who made any
    such video; over all types they add up to the number of those creators.
    """
    posts = posts_by_type(known)
    made = posts.group_by("creator_id").aggregate(made=posts.posts.sum())
    mix = posts.join(made, "creator_id")
    mix = mix.select("creator_id", "campaign_type", share=ratio(mix.posts, mix.made))
    campaigns = known["campaigns"].select("campaign_id", "brand_id")
    met = known["invitations"].join(campaigns, "campaign_id").select("brand_id", "creator_id", "invited_at")
    rows = met.join(mix, "creator_id")
    return rows.group_by("brand_id", "campaign_type").aggregate(
        shown=exact_sum(rows.share), invited=exact_sum(invited_share(rows)).fill_null(0.0)
    )


def invited_share(rows: ibis.Table) -> ibis.Value:
    """The share where the creator was invited, NULL elsewhere."""
    return rows.invited_at.notnull().ifelse(rows.share, ibis.null("float64"))


def products(known: Known) -> ibis.Table:
    """Per product: whose it is, price, commission, if it is on the shelf, and videos linking it lately."""
    videos = known["videos"]
    videos = videos.filter(videos.posted_at >= known.moment(28))
    links = videos.select("video_id", "creator_id", product_id=videos.product_ids).unnest("product_id")
    linked = links.group_by("product_id").aggregate(
        videos_28=links.video_id.nunique(), creators_28=links.creator_id.nunique()
    )
    table = known["products"]
    table = table.select(
        "product_id",
        "brand_id",
        "market",
        "category",
        "price",
        "commission",
        available=table.removed_at.isnull(),
    )
    table = table.join(positions(known), "product_id")
    return fill_counts(table.left_join(linked, "product_id").drop("product_id_right"))


def messages_between(known: Known) -> ibis.Table:
    """Per brand and creator: messages sent and answered."""
    rows = known["messages"]
    return rows.group_by("brand_id", "creator_id").aggregate(
        messages=rows.message_id.count(), answers=rows.replied_at.count()
    )


def samples_between(states: ibis.Table) -> ibis.Table:
    """Per brand and creator, over 180 days: samples decided and fulfilled."""
    fulfilled = states.state == "fulfilled"
    return states.group_by("brand_id", "creator_id").aggregate(
        samples_decided=(fulfilled | (states.state == "failed")).sum(), samples_fulfilled=fulfilled.sum()
    )


def posts_between(known: Known) -> ibis.Table:
    """Per brand and creator: links to the brand's products in the creator's videos of 90 days."""
    videos = known["videos"]
    videos = videos.filter(videos.posted_at >= known.moment(90))
    links = videos.select("creator_id", product_id=videos.product_ids).unnest("product_id")
    linked = links.join(known["products"].select("product_id", "brand_id"), "product_id")
    return linked.group_by("brand_id", "creator_id").aggregate(links_90=linked.product_id.count())


def showcased(known: Known) -> ibis.Table:
    """Per brand and creator: products of the brand that are in the creator's showcase."""
    rows = known["showcase"]
    rows = rows.filter(rows.removed_at.isnull())
    shown = rows.join(known["products"].select("product_id", "brand_id"), "product_id")
    return shown.group_by("brand_id", "creator_id").aggregate(showcased=shown.product_id.count())
