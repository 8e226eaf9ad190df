"""Reasons: the axioms that single out Shapley values, a second way to work them out, the typical row."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from recsys.errors import BundleError
from recsys.shapley import (
    Grouping,
    attribute,
    coalitions,
    shapley_weights,
    single_effects,
    typical_candidate,
)
from recsys.vocabulary import REASON_GROUPS

SEEDS = st.integers(0, 2**32 - 1)


def grouped(groups, width=2):
    """`width` features in each of the first reason groups."""
    return Grouping(REASON_GROUPS[:groups], np.repeat(np.arange(groups), width))


def rows(rng, count, grouping):
    return rng.normal(size=(count, len(grouping.group_of_feature))).astype(np.float32)


def additive(features):
    """Every feature adds its own place times its value."""
    return features @ np.arange(1, features.shape[1] + 1, dtype=np.float32)


def entangled(features):
    """A score whose features interact, and which is not zero anywhere in particular."""
    known = np.nan_to_num(features.astype(np.float64), nan=0.5)
    return (np.sin(known).prod(axis=1) + (known[:, 0] > 0) * known[:, -1] + known.max(axis=1)).astype(
        np.float32
    )


def by_permutations(score, candidate, typical, grouping):
    """The definition read aloud: the mean, over every order of joining, of what a group changes."""
    groups = range(len(grouping.groups))
    totals = np.zeros(len(grouping.groups))
    orders = list(permutations(groups))
    for order in orders:
        row = typical.copy()
        for group in order:
            before = float(score(row[None])[0])
            own = grouping.group_of_feature == group
            row[own] = candidate[own]
            totals[group] += float(score(row[None])[0]) - before
    return totals / len(orders)


@given(SEEDS, st.integers(1, 8))
def test_the_parts_of_an_additive_score_are_its_terms(seed, groups):
    rng, grouping = np.random.default_rng(seed), grouped(groups)
    candidates, typical = rows(rng, 3, grouping), rows(rng, 1, grouping)[0]

    parts = attribute(additive, candidates, typical, grouping).parts

    terms = (candidates - typical) * np.arange(1, len(typical) + 1)
    assert_allclose(parts, terms.reshape(3, groups, 2).sum(axis=2), atol=1e-3)


@given(SEEDS, st.integers(1, 8))
def test_the_parts_add_up_to_the_difference_in_score(seed, groups):
    rng, grouping = np.random.default_rng(seed), grouped(groups)
    candidates, typical = rows(rng, 4, grouping), rows(rng, 1, grouping)[0]

    attribution = attribute(entangled, candidates, typical, grouping)

    difference = entangled(candidates).astype(np.float64) - float(entangled(typical[None])[0])
    assert_allclose(attribution.parts.sum(axis=1), difference, atol=1e-9)
    assert attribution.typical_score == float(entangled(typical[None])[0])


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(1, 5))
def test_the_parts_are_the_means_over_all_orders_of_joining(seed, groups):
    rng, grouping = np.random.default_rng(seed), grouped(groups)
    candidate, typical = rows(rng, 2, grouping)
    candidate[0] = np.nan

    parts = attribute(entangled, candidate[None], typical, grouping).parts[0]

    assert_allclose(parts, by_permutations(entangled, candidate, typical, grouping), atol=1e-9)


@given(SEEDS)
def test_a_group_that_changes_nothing_has_no_part(seed):
    rng, grouping = np.random.default_rng(seed), grouped(4)
    candidates, typical = rows(rng, 3, grouping), rows(rng, 1, grouping)[0]

    def blind(features):
        return entangled(features[:, grouping.group_of_feature != 2])

    assert_array_equal(np.abs(attribute(blind, candidates, typical, grouping).parts[:, 2]) < 1e-12, True)


@given(SEEDS)
def test_groups_that_do_the_same_have_the_same_part(seed):
    rng, grouping = np.random.default_rng(seed), grouped(4, width=1)
    candidate, typical = rows(rng, 2, grouping)
    candidate[3], typical[3] = candidate[1], typical[1]

    def symmetric(features):
        return (
            np.sin(features[:, 1]) * np.sin(features[:, 3]) * features[:, 0] + features[:, 1] * features[:, 3]
        )

    parts = attribute(symmetric, candidate[None], typical, grouping).parts[0]
    assert parts[1] == pytest.approx(parts[3], abs=1e-12)


def test_a_product_of_two_is_shared_half_and_half():
    grouping = grouped(2, width=1)

    parts = attribute(
        lambda rows: rows[:, 0] * rows[:, 1],
        np.array([[3, 5]], np.float32),
        np.array([1, 1], np.float32),
        grouping,
    ).parts[0]

    # By hand: 3·1 - 1·1 = 2 first and 3·5 - 1·5 = 10 last for one; 4 and 12 for the other.
    assert_array_equal(parts, [6, 8])


def test_the_typical_candidate_has_no_reasons():
    grouping = grouped(3)
    typical = rows(np.random.default_rng(1), 1, grouping)[0]

    assert_array_equal(attribute(entangled, typical[None], typical, grouping).parts, 0)


def test_no_candidates_have_no_parts_but_the_typical_score_is_known():
    grouping = grouped(3)
    typical = np.ones(6, np.float32)

    attribution = attribute(additive, np.empty((0, 6), np.float32), typical, grouping)

    assert attribution.parts.shape == (0, 3)
    assert attribution.typical_score == 21


def test_one_call_scores_every_coalition():
    calls = []

    def counting(features):
        calls.append(len(features))
        return additive(features)

    attribute(counting, np.ones((10, 16), np.float32), np.zeros(16, np.float32), grouped(8))

    assert calls == [10 * 256]


@pytest.mark.parametrize("groups", range(1, 9))
def test_the_weights_are_a_mean_over_orders(groups):
    weights = shapley_weights(groups)

    assert weights.shape == (groups, 2**groups)
    assert_allclose(weights.clip(min=0).sum(axis=1), 1)
    assert_allclose(weights.sum(axis=1), 0, atol=1e-12)


def test_the_first_coalition_is_typical_and_the_last_is_the_candidate():
    members = coalitions(8)

    assert len(np.unique(members, axis=0)) == 256
    assert not members[0].any()
    assert members[-1].all()


def test_the_strongest_reasons_come_first_whatever_their_sign():
    grouping = grouped(3, width=1)

    attribution = attribute(additive, np.array([[1, -4, 2]], np.float32), np.zeros(3, np.float32), grouping)

    assert_array_equal(attribution.strongest(0, 2), [1, 2])


def test_the_effects_of_single_features_of_an_additive_score_are_its_terms():
    grouping = grouped(2)
    candidate, typical = np.array([1, 2, 3, 4], np.float32), np.array([0, 2, 1, 0], np.float32)

    attribution = attribute(additive, candidate[None], typical, grouping)

    assert_array_equal(single_effects(additive, attribution, 0, np.array([3, 1, 0])), [16, 0, 1])


def test_two_numbers_that_say_the_same_both_show_an_effect():
    """Taking out one of them changes nothing, so only its joining first speaks for it."""
    attribution = attribute(
        lambda rows: rows.max(axis=1), np.ones((1, 2), np.float32), np.zeros(2, np.float32), grouped(1)
    )

    effects = single_effects(lambda rows: rows.max(axis=1), attribution, 0, np.array([0, 1]))

    assert_array_equal(effects, [0.5, 0.5])


@pytest.mark.parametrize(
    ("column", "typical"),
    [
        ([5], 5),
        ([1, 2, 9], 2),
        ([4, 1, 3, 2], 2),
        ([0, 1], 0),
        ([np.nan, 7], 7),
        ([np.nan, np.nan, 7], np.nan),
        ([np.nan], np.nan),
        ([np.nan, 3, 1, np.nan, 2], 2),
        ([-np.inf, np.inf, 0], 0),
    ],
)
def test_the_typical_value_is_the_median_of_the_known_unless_most_are_missing(column, typical):
    assert_array_equal(typical_candidate(np.array(column, np.float32)[:, None]), [np.float32(typical)])


@given(SEEDS, st.integers(1, 30))
def test_the_typical_value_is_a_median_that_someone_has(seed, count):
    features = np.random.default_rng(seed).normal(size=(count, 4)).astype(np.float32)

    typical = typical_candidate(features)

    assert typical.dtype == np.float32
    assert (features == typical).any(axis=0).all()
    assert_array_equal(typical, np.quantile(features, 0.5, axis=0, method="lower"))


def test_the_groups_are_those_present_in_the_order_of_the_vocabulary():
    grouping = Grouping.of(("a", "b", "c"), {"a": "price", "b": "audience", "c": "price"})

    assert grouping.groups == ("audience", "price")
    assert_array_equal(grouping.group_of_feature, [1, 0, 1])


def test_a_feature_without_a_group_is_refused_because_parts_would_not_add_up():
    with pytest.raises(BundleError, match=r"features \['b'\] have no reason group"):
        Grouping.of(("a", "b"), {"a": "price"})
