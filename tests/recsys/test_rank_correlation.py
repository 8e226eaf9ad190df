"""Ranks and their correlation by hand, and beside SciPy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata, spearmanr

from recsys.rank_correlation import mid_ranks, rank_correlation

FEW_VALUES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=30)


def test_equal_values_share_the_mean_of_their_ranks():
    assert mid_ranks(np.array([7.0, 3, 7, 1, 7])).tolist() == [4, 2, 4, 1, 4]


def test_ties_by_hand():
    # Ranks 1.5, 1.5, 3, 4 and 1, 2, 3.5, 3.5; about their mean 2.5: -1, -1, .5, 1.5 and -1.5, -.5, 1, 1.
    first, second = np.array([2.0, 2, 5, 9]), np.array([1.0, 4, 8, 8])

    assert rank_correlation(first, second) == pytest.approx((1.5 + 0.5 + 0.5 + 1.5) / 4.5)


@given(FEW_VALUES)
def test_ranks_and_correlation_are_those_of_scipy(pairs):
    first, second = (np.array(values, float) for values in zip(*pairs, strict=True))

    np.testing.assert_array_equal(mid_ranks(first), rankdata(first))
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        assert np.isnan(rank_correlation(first, second))
    else:
        assert rank_correlation(first, second) == pytest.approx(spearmanr(first, second).statistic, abs=1e-12)


@given(FEW_VALUES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(pairs, random):
    shuffled = random.sample(pairs, len(pairs))
    found = [rank_correlation(*np.array(each, float).T) for each in (pairs, shuffled)]

    assert found[0] == pytest.approx(found[1], abs=1e-12, nan_ok=True)


def test_what_is_all_alike_is_in_no_order():
    alike, falling = np.ones(5), np.arange(5.0, 0, -1)

    assert np.isnan(rank_correlation(alike, falling))
    assert np.isnan(rank_correlation(falling, alike))
    assert np.isnan(rank_correlation(np.array([]), np.array([])))


def test_pairs_with_an_unknown_side_do_not_count():
    first, second = np.array([1.0, 2.0, 3.0, np.nan]), np.array([3.0, 2.0, np.nan, 9.0])

    assert rank_correlation(first, second) == pytest.approx(-1)
