"""Beyond accuracy: limits first, then numbers worked by hand, then a second formulation of each measure."""

from itertools import combinations
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from recsys.beyond_accuracy import (
    catalogue_coverage,
    cold_share,
    exposure,
    exposure_gini,
    full_list,
    intra_list_variety,
    novelty,
)
from recsys.evaluation import bootstrap_mean

ITEMS = 8
EAST, NORTH, WEST, NONE = (1, 0), (0, 1), (-2, 0), (0, 0)


def slates(*rows):
    return np.array(rows, np.int64)


def items_of(slate):
    return [item for item in slate.tolist() if item >= 0]


@st.composite
def drawn_slates(draw):
    """Up to six slates of four places: different items, then -1."""
    one = st.lists(st.integers(0, ITEMS - 1), max_size=4, unique=True)
    drawn = draw(st.lists(one, min_size=1, max_size=6))
    return slates(*[slate + [-1] * (4 - len(slate)) for slate in drawn])


def test_exposure_counts_places_and_no_padding():
    assert_array_equal(exposure(slates([2, 0], [2, -1]), 4), [1, 0, 2, 0])


def test_coverage_is_the_share_of_the_catalogue_that_anybody_sees():
    assert catalogue_coverage(slates([0, 1], [1, -1]), 8) == 0.25
    assert catalogue_coverage(slates([0, 1], [2, 3]), 4) == 1


@pytest.mark.parametrize("nothing", [slates([-1, -1]), np.empty((0, 2), np.int64)])
def test_where_nothing_is_shown_nothing_is_covered_and_no_exposure_is_spread(nothing):
    assert catalogue_coverage(nothing, 5) == 0
    assert np.isnan(exposure_gini(nothing, 5))


def test_an_empty_catalogue_has_no_values():
    nothing = slates([-1, -1])

    assert np.isnan(catalogue_coverage(nothing, 0))
    assert np.isnan(exposure_gini(nothing, 0))
    assert np.isnan(novelty(nothing, np.empty(0, np.int64), 5)).all()
    assert np.isnan(intra_list_variety(nothing, np.empty((0, 2), np.float32))).all()


def test_equal_exposure_has_no_inequality():
    assert exposure_gini(slates([0, 1], [2, 3]), 4) == 0


def test_one_item_in_every_place_has_the_most_inequality():
    assert exposure_gini(slates([3], [3], [3]), 4) == 0.75


def test_gini_by_hand():
    # Exposures 0, 1, 3: (-2 × 0 + 0 × 1 + 2 × 3) / (3 × 4).
    assert exposure_gini(slates([0, 1], [0, -1], [0, -1]), 3) == 0.5


def test_items_never_shown_count_as_inequality():
    assert exposure_gini(slates([0, 1]), 2) == 0
    assert exposure_gini(slates([0, 1]), 8) == 0.75


def test_novelty_by_hand():
    # Of 16 users 16, 4 and 1 chose items 0, 1 and 2: 0, 2 and 4 bits.
    values = novelty(slates([0, 1], [1, 2], [2, -1]), np.array([16, 4, 1]), 16)

    assert_allclose(values, [1, 3, 4])


def test_an_item_nobody_chose_is_as_novel_as_one_chosen_once():
    assert_allclose(novelty(slates([0, -1]), np.array([0]), 32), [5])


def test_cold_share_by_hand():
    is_cold = np.array([True, False, False])

    assert_array_equal(cold_share(slates([0, 1], [0, -1], [1, 2]), is_cold), [0.5, 1, 0])


def test_a_list_is_full_when_its_last_place_is():
    assert_array_equal(full_list(slates([0, 1], [2, -1], [-1, -1])), [1, 0, 0])


def test_variety_by_hand():
    vectors = np.array([EAST, NORTH, WEST, EAST], np.float32)

    values = intra_list_variety(slates([0, 3, -1], [0, 1, -1], [0, 2, -1], [0, 1, 2]), vectors)

    assert_allclose(values, [0, 1, 2, 4 / 3], atol=1e-12)


def test_items_without_a_vector_have_no_part_in_variety():
    vectors = np.array([EAST, NONE, WEST, (np.nan, 1)], np.float32)

    assert_allclose(intra_list_variety(slates([0, 1, 2], [0, 2, 3], [0, 1, 3]), vectors), [2, 2, np.nan])


def test_an_empty_slate_has_no_value_of_its_own_and_is_left_out_of_the_mean():
    shown, vectors = slates([0, 1], [-1, -1], [1, -1]), np.array([EAST, NORTH], np.float32)

    assert_array_equal(np.isnan(novelty(shown, np.array([1, 1]), 2)), [False, True, False])
    assert_array_equal(np.isnan(cold_share(shown, np.array([True, False]))), [False, True, False])
    assert_array_equal(np.isnan(intra_list_variety(shown, vectors)), [False, True, True])
    assert bootstrap_mean(cold_share(shown, np.array([True, False])), seed=1).mean == 0.25


@given(drawn_slates())
def test_coverage_is_the_size_of_the_union(shown):
    union = {item for slate in shown for item in items_of(slate)}

    assert catalogue_coverage(shown, ITEMS) == len(union) / ITEMS


@given(drawn_slates().filter(lambda shown: (shown >= 0).any()))
def test_gini_is_half_the_relative_mean_difference(shown):
    counts = [sum(items_of(slate).count(item) for slate in shown) for item in range(ITEMS)]
    differences = np.mean([abs(a - b) for a in counts for b in counts])

    assert exposure_gini(shown, ITEMS) == pytest.approx(differences / (2 * np.mean(counts)))


@given(drawn_slates(), st.lists(st.integers(0, 50), min_size=ITEMS, max_size=ITEMS))
def test_novelty_is_the_mean_surprise_of_each_slate(shown, users_of_item):
    values = novelty(shown, np.array(users_of_item), 50)

    for slate, value in zip(shown, values, strict=True):
        surprises = [-log2(max(users_of_item[item], 1) / 50) for item in items_of(slate)]
        assert value == pytest.approx(np.mean(surprises) if surprises else np.nan, nan_ok=True)
    assert ((values >= 0) & (values <= log2(50)) | np.isnan(values)).all()


@given(drawn_slates(), st.integers(0, 99))
def test_variety_is_the_mean_over_all_pairs(shown, seed):
    vectors = np.random.default_rng(seed).normal(size=(ITEMS, 3)).astype(np.float32)

    values = intra_list_variety(shown, vectors)

    for slate, value in zip(shown, values, strict=True):
        pairs = [(vectors[a], vectors[b]) for a, b in combinations(items_of(slate), 2)]
        differences = [1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in pairs]
        assert value == pytest.approx(np.mean(differences) if pairs else np.nan, abs=1e-5, nan_ok=True)


@given(drawn_slates(), st.permutations(range(ITEMS)))
def test_the_numbers_of_the_items_do_not_count(shown, renamed):
    again = np.where(shown >= 0, np.array(renamed)[shown], -1)

    assert catalogue_coverage(again, ITEMS) == catalogue_coverage(shown, ITEMS)
    assert_array_equal(exposure_gini(again, ITEMS), exposure_gini(shown, ITEMS))
