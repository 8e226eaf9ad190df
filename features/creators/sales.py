"""How well a creator turns viewers into buyers (R2, R17)."""

from features.feature import profile_feature
from features.portable import Number, log1p, ratio, shrunk


@profile_feature(reason="sales")
def gmv_low_log(gmv_low_28: Number) -> Number:
    """ln(1 + lower bound of GMV in 28 days, minor units); equals the upper bound where GMV is known (R17)."""
    return log1p(gmv_low_28)


@profile_feature(reason="sales")
def gmv_high_log(gmv_high_28: Number) -> Number:
    """ln(1 + upper bound of GMV in 28 days, minor units); equals the lower bound where GMV is known (R17)."""
    return log1p(gmv_high_28)


@profile_feature(reason="sales")
def gmv_low_90_log(gmv_low_90: Number) -> Number:
    """ln(1 + lower bound of GMV in 90 days, minor units) (R17)."""
    return log1p(gmv_low_90)


@profile_feature(reason="sales")
def gmv_withheld_share(withheld_days_28: Number, days_28: Number) -> Number:
    """Share of the last 28 days whose GMV the creator withholds; missing before the first day."""
    return ratio(withheld_days_28, days_28)


@profile_feature(reason="sales")
def orders_log(orders_28: Number) -> Number:
    """ln(1 + orders in 28 days, all sources)."""
    return log1p(orders_28)


@profile_feature(reason="sales")
def order_value_log(gmv_low_90: Number, shop_orders_90: Number, live_orders_90: Number) -> Number:
    """ln(1 + lower bound of GMV per attributed order in 90 days, minor units); missing without orders."""
    return log1p(ratio(gmv_low_90, shop_orders_90 + live_orders_90))


@profile_feature(reason="sales")
def video_gpm_log(shop_gmv_28: Number, shop_views_28: Number) -> Number:
    """ln(1 + GPM of shoppable videos in 28 days, minor units per 1,000 views); missing without views."""
    return log1p(1000.0 * ratio(shop_gmv_28, shop_views_28))


@profile_feature(reason="sales")
def live_gpm_log(live_gmv_28: Number, live_views_28: Number) -> Number:
    """ln(1 + GPM of livestreams in 28 days, minor units per 1,000 views); missing without views."""
    return log1p(1000.0 * ratio(live_gmv_28, live_views_28))


@profile_feature(reason="sales")
def click_through_rate(shop_clicks_90: Number, shop_views_90: Number) -> Number:
    """Product clicks / views of shoppable videos in 90 days; missing without views."""
    return ratio(shop_clicks_90, shop_views_90)


@profile_feature(reason="sales")
def conversion_rate(
    shop_orders_90: Number, shop_clicks_90: Number, cvr_prior: Number, cvr_strength: Number
) -> Number:
    """Orders / product clicks of shoppable videos in 90 days, shrunk to the peers' rate (R11)."""
    return shrunk(shop_orders_90, shop_clicks_90, cvr_prior, cvr_strength)


@profile_feature(reason="sales")
def live_orders_per_viewer(live_orders_90: Number, live_viewers_90: Number) -> Number:
    """Orders per livestream viewer in 90 days (R2); missing without viewers."""
    return ratio(live_orders_90, live_viewers_90)


@profile_feature(reason="sales")
def shoppable_view_share(shop_views_90: Number, views_90: Number) -> Number:
    """Share of 90 days' video views that go to videos with product links; missing without views."""
    return ratio(shop_views_90, views_90)


@profile_feature(reason="sales")
def campaigns_with_result_log(n_results: Number) -> Number:
    """ln(1 + campaigns with a final result), which past results rest on."""
    return log1p(n_results)
