"""How far invitations to a creator went, what they cost and what they brought (R19, R20)."""

import ibis

from features.known import Known
from features.portable import elapsed_days, quantile, seconds
from recsys.vocabulary import OBJECTIVES

DAYS = 180
"""Invitations shown longer ago are history."""
ANSWER_DAYS = 7
"""An invitation without an answer counts as not accepted when it has waited this long."""
DELIVERY_DAYS = 30
"""An accepted invitation without delivery counts as not delivered when it is this old."""
RESULTS = {
    "gmv": "result_gmv",
    "followers": "result_followers",
    "views": "result_views",
    "engagement": "result_engagements",
}
"""The column each objective's result is measured in."""


def invitations(known: Known) -> ibis.Table:
    """Per creator, over 180 days: shown, invited, accepted, delivered, still open, and the usual fee."""
    rows = known["invitations"]
    rows = rows.filter(rows.shown_at >= known.moment(DAYS))
    invited, accepted, delivered = (
        rows[f"{step}_at"].notnull() for step in ("invited", "accepted", "delivered")
    )
    old_invitation = rows.invited_at < known.moment(ANSWER_DAYS)
    old_deal = rows.accepted_at < known.moment(DELIVERY_DAYS)
    return rows.group_by("creator_id").aggregate(
        shown=rows.campaign_id.count(),
        invited=invited.sum(),
        invited_28=(rows.invited_at >= known.moment(28)).sum().fill_null(0),
        answerable=(rows.replied_at.notnull() | accepted | old_invitation).sum().fill_null(0),
        accepted=accepted.sum(),
        deliverable=(delivered | old_deal).sum().fill_null(0),
        delivered=delivered.sum(),
        open_invitations=(invited & rows.replied_at.isnull() & ~accepted & ~old_invitation)
        .sum()
        .fill_null(0),
        open_deals=(accepted & ~delivered & ~old_deal).sum().fill_null(0),
        delivery_seconds=(seconds(rows.delivered_at) - seconds(rows.accepted_at)).sum().fill_null(0),
        fee_median=quantile(rows.fee, 0.5),
    )


def results(known: Known) -> ibis.Table:
    """Per creator, over all campaigns with a final result: how many, and the sum in each objective's unit."""
    rows = known["invitations"]
    rows = rows.filter(rows.result_at.notnull())
    sums = {f"result_{objective}": rows[RESULTS[objective]].sum().fill_null(0) for objective in OBJECTIVES}
    return rows.group_by("creator_id").aggregate(n_results=rows.campaign_id.count(), **sums)


def deals_by_category(known: Known) -> ibis.Table:
    """Per creator and category: invitations accepted from brands of that category (its brands compete)."""
    rows = known["invitations"]
    rows = rows.filter(rows.accepted_at.notnull())
    campaigns = known["campaigns"].select("campaign_id", "brand_id")
    brands = known["brands"].select("brand_id", "category")
    deals = rows.join(campaigns, "campaign_id").join(brands, "brand_id")
    return deals.group_by("creator_id", "category").aggregate(deals=deals.campaign_id.count())


def history(known: Known) -> ibis.Table:
    """Per brand and creator that met in the funnel: how far they got, and days since the last invitation."""
    rows = known["invitations"].join(known["campaigns"].select("campaign_id", "brand_id"), "campaign_id")
    accepted = rows.accepted_at.notnull()
    return rows.group_by("brand_id", "creator_id").aggregate(
        shown=rows.campaign_id.count(),
        opened=rows.opened_at.count(),
        shortlisted=rows.shortlisted_at.count(),
        invited=rows.invited_at.count(),
        accepted=rows.accepted_at.count(),
        declined=(rows.replied_at.notnull() & ~accepted).sum(),
        delivered=rows.delivered_at.count(),
        days_since_invited=elapsed_days((known.now - seconds(rows.invited_at)).min()),
    )
