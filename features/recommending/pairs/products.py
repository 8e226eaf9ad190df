"""A product: its price and commission for the creator, how it does, who buys it, who met it (R31)."""

import numpy as np

from features.feature import pair_feature
from features.pairs.vectors import mean_of_present, overlap
from recsys.arrays import Array
from recsys.ratio import ratio

FEW_SHOWN, FEW_CLICKED = 50.0, 3.0
"""Showings and clicks that a product's own have to outweigh (R11)."""
FEW_ORDERS, FEW_CHOICES, FEW_VIEWS = 5.0, 5.0, 1_000.0
THOUSAND = 1_000.0


@pair_feature(reason="price")
def price_log(item_price: Array) -> Array:
    """ln of the price in minor units."""
    return np.log(np.maximum(item_price, 1))


@pair_feature(reason="price")
def price_gap(price_log: Array, taste_price: Array) -> Array:
    """ln of the price over what the creator usually chooses; missing before the first choice."""
    return np.asarray(price_log - taste_price)


@pair_feature(reason="price")
def price_distance(price_gap: Array) -> Array:
    """How far the price is from what the creator usually chooses, in logs; missing before."""
    return np.abs(price_gap)


@pair_feature(reason="price")
def price_spread(taste_spread: Array) -> Array:
    """Standard deviation of how dear for their kind the chosen products are; missing before the second."""
    return taste_spread


@pair_feature(reason="price")
def position_gap(item_price_position: Array, taste_position: Array) -> Array:
    """How much dearer for its kind it is than what the creator chose, in logs; missing before."""
    return np.asarray(item_price_position - taste_position)


@pair_feature(reason="price")
def position_distance(position_gap: Array) -> Array:
    """Its distance from what the creator chose in how dear it is for its kind, in logs; missing before."""
    return np.abs(position_gap)


@pair_feature(reason="price")
def price_position(item_price_position: Array) -> Array:
    """ln of the price over the usual one of its market and category."""
    return item_price_position


@pair_feature(reason="commission")
def commission(item_commission: Array) -> Array:
    """Share of GMV that the creator gets."""
    return item_commission


@pair_feature(reason="commission")
def commission_to_usual(item_commission: Array, creator_commission_usual: Array) -> Array:
    """Commission less what the creator usually gets, a share of GMV; missing before any promotion."""
    return np.asarray(item_commission - creator_commission_usual)


@pair_feature(reason="audience")
def buyers_gender_overlap(creator_audience_gender: Array, item_buyers_gender: Array) -> Array:
    """Part of the buyers' genders that the creator's audience covers; missing where either is unknown."""
    return overlap(creator_audience_gender, item_buyers_gender)


@pair_feature(reason="audience")
def buyers_age_overlap(creator_audience_age: Array, item_buyers_age: Array) -> Array:
    """Part of the buyers' age bands that the creator's audience covers; missing where either is unknown."""
    return overlap(creator_audience_age, item_buyers_age)


@pair_feature(reason="audience")
def buyers_country_overlap(creator_audience_country: Array, item_buyers_country: Array) -> Array:
    """Part of the buyers' countries that the creator's audience covers; missing where either is unknown."""
    return overlap(creator_audience_country, item_buyers_country)


@pair_feature(reason="audience")
def buyers_overlap(
    buyers_gender_overlap: Array, buyers_age_overlap: Array, buyers_country_overlap: Array
) -> Array:
    """Mean overlap of buyers and audience: by gender, age and country; missing where it was not sold."""
    return mean_of_present(buyers_gender_overlap, buyers_age_overlap, buyers_country_overlap)


@pair_feature(reason="sales")
def item_orders_log(item_orders_28: Array) -> Array:
    """ln(1 + orders of videos that link the product in 28 days)."""
    return np.log1p(item_orders_28)


@pair_feature(reason="sales")
def item_gpm_log(item_gmv_28: Array, item_views_28: Array) -> Array:
    """ln(1 + GMV in minor units per 1,000 views of videos that link it in 28 days); missing without views."""
    return np.log1p(THOUSAND * ratio(item_gmv_28, item_views_28))


@pair_feature(reason="sales")
def item_orders_per_view_log(item_orders_28: Array, item_views_28: Array) -> Array:
    """ln of orders per 1,000 views of videos that link it in 28 days, pulled to one in 1,000."""
    return np.asarray(np.log(THOUSAND * (item_orders_28 + 1.0) / (item_views_28 + FEW_VIEWS)))


@pair_feature(reason="popularity")
def item_creators_log(item_creators_28: Array) -> Array:
    """ln(1 + creators who linked it in 28 days)."""
    return np.log1p(item_creators_28)


@pair_feature(reason="popularity")
def item_chosen_log(item_showcased_28: Array, item_sampled_28: Array) -> Array:
    """ln(1 + times it was added to a showcase or asked for as a sample in 28 days)."""
    return np.asarray(np.log1p(item_showcased_28 + item_sampled_28))


@pair_feature(reason="popularity")
def item_click_rate(item_clicked_28: Array, item_shown_28: Array) -> Array:
    """Clicks per showing to creators in 28 days, pulled to 6 % (R11)."""
    return np.asarray((item_clicked_28 + FEW_CLICKED) / (item_shown_28 + FEW_SHOWN))


@pair_feature(reason="growth")
def orders_growth(item_orders_28: Array, item_orders_before_28: Array) -> Array:
    """ln of 28 days' orders over those of the 28 days before, smoothed by 5."""
    return np.log((item_orders_28 + FEW_ORDERS) / (item_orders_before_28 + FEW_ORDERS))


@pair_feature(reason="growth")
def views_growth(item_views_28: Array, item_views_before_28: Array) -> Array:
    """ln of 28 days' views of videos that link it over those of the 28 days before, smoothed by 1,000."""
    return np.log((item_views_28 + FEW_VIEWS) / (item_views_before_28 + FEW_VIEWS))


@pair_feature(reason="growth")
def choices_growth(
    item_showcased_28: Array,
    item_sampled_28: Array,
    item_showcased_before_28: Array,
    item_sampled_before_28: Array,
) -> Array:
    """ln of 28 days' showcase adds and samples over those of the 28 days before, smoothed by 5."""
    now, before = item_showcased_28 + item_sampled_28, item_showcased_before_28 + item_sampled_before_28
    return np.log((now + FEW_CHOICES) / (before + FEW_CHOICES))


@pair_feature(reason="similar")
def clicked_log(met_clicked: Array) -> Array:
    """ln(1 + times the creator clicked the item)."""
    return np.log1p(met_clicked)


@pair_feature(reason="similar")
def sampled_log(met_sampled: Array) -> Array:
    """ln(1 + samples of the item the creator asked for)."""
    return np.log1p(met_sampled)
