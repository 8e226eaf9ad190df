"""Faults in tables of brands and creators working together. A docstring tells what happened."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from training.simulate.faults.fault import fault, moved, put, put_where, swapped

HOUR = 3_600
PERCENT = 100
PAGE = 5


@fault(
    "campaigns",
    "campaigns.promotes_its_own_products",
    also=("campaigns.product_ids.not_before",),
)
def products_of_the_next_brief(rows: pa.Table) -> pa.Table:
    """Two exports were put side by side in different orders: each brief has its neighbour's products."""
    return put(rows, product_ids=rows["product_ids"].take(np.roll(np.arange(rows.num_rows), 1)))


@fault("campaigns", "campaigns.objective.choice")
def objective_of_another_system(rows: pa.Table) -> pa.Table:
    """The objective gmv is called sales."""
    return put_where(rows, pc.equal(rows["objective"], "gmv"), "objective", "sales")


@fault("campaign_targets", "campaign_targets.share.range", also=("campaign_targets.target_shares_add_up",))
def shares_in_percent(rows: pa.Table) -> pa.Table:
    """Shares are percentages."""
    return put(rows, share=pc.multiply(rows["share"], PERCENT))


@fault(
    "invitations",
    "invitations.campaign_id.not_before",
    also=("invitations.creator_id.not_before",),
)
def shown_before_the_brief(rows: pa.Table) -> pa.Table:
    """Lists are dated by the night before, when they were computed."""
    return put(rows, shown_at=pc.floor_temporal(rows["shown_at"], unit="day"))


@fault("invitations", "invitations.accepted_after_replied")
def accepted_before_replied(rows: pa.Table) -> pa.Table:
    """Acceptances come from a server whose clock is a day slow."""
    return moved(rows, "accepted_at", -24 * HOUR)


@fault("invitations", "invitations.result_after_delivered")
def deliveries_lost(rows: pa.Table) -> pa.Table:
    """Results are there, the deliveries they came from are not."""
    return put_where(rows, rows["delivered_at"].is_valid(), "delivered_at", None)


@fault("invitations", "invitations.results_are_final")
def results_filled_with_zero(rows: pa.Table) -> pa.Table:
    """GMV that is not known yet is 0 instead of NULL."""
    return put(rows, result_gmv=pc.fill_null(rows["result_gmv"], 0))


@fault("invitations", "invitations.shown_with_a_chance")
def propensity_rounded(rows: pa.Table) -> pa.Table:
    """Propensities are rounded to one decimal, so that small ones are 0."""
    return put(rows, propensity=pc.round(rows["propensity"], 1))


@fault("invitations", "invitations.one_creator_a_position")
def positions_by_page(rows: pa.Table) -> pa.Table:
    """Positions begin again on each page of five."""
    return put(rows, position=pa.array((rows["position"].to_numpy() - 1) % PAGE + 1))


@fault("invitations", "invitations.positions_without_gaps")
def only_what_was_opened(rows: pa.Table) -> pa.Table:
    """Creators who were shown and not opened are left out, so that all that is left looks liked."""
    return rows.filter(rows["opened_at"].is_valid())


@fault("messages", "messages.replied_after_sent")
def replies_in_local_time(rows: pa.Table) -> pa.Table:
    """Replies are dated in local time, eight hours behind UTC."""
    return moved(rows, "replied_at", -8 * HOUR)


@fault(
    "samples",
    "samples.received_after_shipped",
    also=(
        "samples.extended_after_shipped",
        "samples.fulfilled_after_shipped",
        "samples.cancelled_is_not_shipped_later",
        "samples.shipped_after_requested",
    ),
)
def received_before_shipped(rows: pa.Table) -> pa.Table:
    """The times of shipping and of receipt are confused."""
    return swapped(rows, "shipped_at", "received_at")


@fault(
    "samples",
    "samples.sample_is_of_its_brand",
    also=("samples.sample_is_for_its_brands_campaign", "samples.brand_id.not_before"),
)
def samples_of_another_brand(rows: pa.Table) -> pa.Table:
    """Brands are numbered anew, in the table of samples alone."""
    brands = np.unique(rows["brand_id"].to_numpy())
    following = np.roll(brands, -1)[np.searchsorted(brands, rows["brand_id"].to_numpy())]
    return put(rows, brand_id=pa.array(following))
