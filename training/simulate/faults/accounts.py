"""Faults in tables of creators and brands. A docstring tells what happened."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from training.simulate.faults.fault import every_tenth, fault, put, put_where, swapped

UNKNOWN = -1
VAT = 1.2


@fault("creators", "creators.category.present")
def categories_lost(rows: pa.Table) -> pa.Table:
    """Every tenth creator has no category: a left join found nothing."""
    return put_where(rows, every_tenth(rows), "category", None)


@fault("creators", "creators.market.code")
def markets_in_small_letters(rows: pa.Table) -> pa.Table:
    """Markets are written us instead of US."""
    return put(rows, market=pc.utf8_lower(rows["market"]))


@fault("creator_daily", "creator_daily.without_gaps")
def day_missing(rows: pa.Table) -> pa.Table:
    """One day was never exported."""
    first_days = rows.group_by("creator_id").aggregate([("day", "min")])["day_min"]
    inside = np.setdiff1d(rows["day"].to_numpy(), first_days.to_numpy())[:-1]
    lost = pa.array(inside[len(inside) // 2 :][:1])
    return rows.filter(pc.invert(pc.is_in(rows["day"], lost)))


@fault("creator_daily", "creator_daily.gmv_bounds_in_order", also=("creator_daily.daily_gmv_needs_orders",))
def bounds_swapped(rows: pa.Table) -> pa.Table:
    """The upper bound of withheld GMV is in the lower bound's column."""
    return swapped(rows, "gmv_low", "gmv_high")


@fault("creator_daily", "creator_daily.known_gmv_is_its_bounds")
def gmv_net_of_tax(rows: pa.Table) -> pa.Table:
    """GMV is net of tax, its bounds are not."""
    return put(rows, gmv=pc.floor(pc.divide(pc.cast(rows["gmv"], "float64"), VAT)))


@fault("audience", "audience.share.range", also=("audience.audience_shares_add_up",))
def share_of_nobody(rows: pa.Table) -> pa.Table:
    """Some shares are 0 / 0 = NaN instead of NULL or no row."""
    return put_where(rows, every_tenth(rows), "share", float("nan"))


@fault("audience", "audience.audience_shares_add_up")
def shares_of_the_known(rows: pa.Table) -> pa.Table:
    """Shares are divided by the followers whose group is known, some of whom are in two groups."""
    return put(rows, share=pc.min_element_wise(pc.multiply(rows["share"], 1.25), 1.0))


@fault("brands", "brands.store_states.elements")
def trailing_comma(rows: pa.Table) -> pa.Table:
    """The list of states was split at commas, and each ended with one."""
    states = [[*names, ""] for names in rows["store_states"].to_pylist()]
    return put(rows, store_states=pa.array(states, pa.list_(pa.string())))


@fault("products", "products.price.range")
def price_unknown(rows: pa.Table) -> pa.Table:
    """Every tenth price is -1, which stands for unknown."""
    return put_where(rows, every_tenth(rows), "price", UNKNOWN)


@fault("products", "products.category.levels")
def category_as_breadcrumb(rows: pa.Table) -> pa.Table:
    """Categories are written beauty > hair_care."""
    return put(rows, category=pc.replace_substring(rows["category"], "/", " > "))


@fault(
    "products",
    "showcase.product_id.exists",
    also=(
        "campaigns.product_ids.exists",
        "samples.product_id.exists",
        "videos.product_ids.exists",
        "livestream_segments.product_id.exists",
        "interactions.product_exists",
    ),
)
def products_deleted(rows: pa.Table) -> pa.Table:
    """Products no longer sold were deleted, here every tenth, although other tables speak of them."""
    return rows.filter(pa.array(~every_tenth(rows)))


@fault("showcase", "showcase.taken_out_after_added")
def showcase_times_swapped(rows: pa.Table) -> pa.Table:
    """The time of adding and that of taking out are confused."""
    return swapped(rows, "added_at", "removed_at")
