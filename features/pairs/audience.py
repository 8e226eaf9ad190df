"""Whether a creator reaches whom the brief wants to reach (R13, R15, R16)."""

import numpy as np

from features.feature import pair_feature
from features.pairs.vectors import at, covered, lowest_of_present, mean_of_present, overlap
from recsys.arrays import Array


@pair_feature(reason="audience")
def country_overlap(creator_audience_country: Array, brief_target_country: Array) -> Array:
    """Part of the wanted countries that the audience covers, Σ min / Σ target; missing without target."""
    return overlap(creator_audience_country, brief_target_country)


@pair_feature(reason="audience")
def state_overlap(creator_audience_state: Array, brief_target_state: Array) -> Array:
    """Part of the wanted states that the audience covers; missing without target."""
    return overlap(creator_audience_state, brief_target_state)


@pair_feature(reason="audience")
def gender_overlap(creator_audience_gender: Array, brief_target_gender: Array) -> Array:
    """Part of the wanted genders that the audience covers; missing without target."""
    return overlap(creator_audience_gender, brief_target_gender)


@pair_feature(reason="audience")
def age_overlap(creator_audience_age: Array, brief_target_age: Array) -> Array:
    """Part of the wanted age bands that the audience covers; missing without target."""
    return overlap(creator_audience_age, brief_target_age)


@pair_feature(reason="audience")
def device_overlap(creator_audience_device: Array, brief_target_device: Array) -> Array:
    """Part of the wanted devices that the audience covers; missing without target."""
    return overlap(creator_audience_device, brief_target_device)


@pair_feature(reason="audience")
def audience_fit(
    country_overlap: Array,
    state_overlap: Array,
    gender_overlap: Array,
    age_overlap: Array,
    device_overlap: Array,
) -> Array:
    """Mean overlap over the dimensions the brief targets; missing where it targets none."""
    return mean_of_present(country_overlap, state_overlap, gender_overlap, age_overlap, device_overlap)


@pair_feature(reason="audience")
def audience_weakest_fit(
    country_overlap: Array,
    state_overlap: Array,
    gender_overlap: Array,
    age_overlap: Array,
    device_overlap: Array,
) -> Array:
    """Lowest overlap over the dimensions the brief targets; missing where it targets none."""
    return lowest_of_present(country_overlap, state_overlap, gender_overlap, age_overlap, device_overlap)


@pair_feature(reason="audience")
def people_fit(
    country_overlap: Array, gender_overlap: Array, age_overlap: Array, device_overlap: Array
) -> Array:
    """Mean overlap over the targeted dimensions but states, which stores ask for too; or missing."""
    return mean_of_present(country_overlap, gender_overlap, age_overlap, device_overlap)


@pair_feature(reason="audience")
def store_coverage(creator_audience_state: Array, brief_store_states: Array) -> Array:
    """Share of the audience that lives in states with a store (R16); missing without stores."""
    return covered(creator_audience_state, brief_store_states)


@pair_feature(reason="audience")
def market_audience_share(creator_audience_country: Array, brief_market_country: Array) -> Array:
    """Share of the audience that lives in the brief's market; missing where it was not measured."""
    return at(creator_audience_country, brief_market_country)


@pair_feature(reason="audience")
def lives_in_market(creator_country: Array, brief_country: Array) -> Array:
    """1 where the creator lives in the brief's market, else 0."""
    return np.equal(creator_country, brief_country)


@pair_feature(reason="audience")
def fitting_reach_log(creator_followers: Array, creator_active_share: Array, audience_fit: Array) -> Array:
    """ln(1 + potential reach (R15) × audience fit); reach alone without target, missing where unknown."""
    fit = np.where(np.isnan(audience_fit), 1, audience_fit)
    return np.asarray(np.log1p(creator_followers * creator_active_share * fit))
