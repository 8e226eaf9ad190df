import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from features.published.study import Study, numbers, rank_correlation, tiers_of


def study(**columns):
    rows = pa.table(columns)
    of_row = np.array(["a", "a", "a", "b"])
    return Study("name", "title", rows, of_row, ("b", "a", "c"), list(columns))


def test_groups_come_in_their_order_and_empty_ones_not_at_all():
    found = list(study(views=[1.0, 2.0, 3.0, 9.0]).by_group())

    assert [(group["group"], group["rows"]) for group in found] == [("b", 1), ("a", 3)]
    assert found[1]["views"] == {"n": 3, "p10": pytest.approx(1.2), "p50": 2, "p90": pytest.approx(2.8)}


def test_what_is_unknown_is_counted_out():
    found = list(study(views=[1.0, None, 3.0, None]).by_group())

    assert found[0]["views"] == {"n": 0}
    assert found[1]["views"]["n"] == 2
    assert found[1]["views"]["p50"] == 2


def test_flags_are_summed_up_as_a_share():
    found = list(study(grew=[True, False, None, True]).by_group())

    assert found[1]["grew"] == {"n": 2, "share": 0.5}


def test_a_creator_without_a_number_of_followers_is_in_no_tier():
    column = pa.chunked_array([pa.array([9_999, 10_000, None, 1_000_000])])

    assert tiers_of(column).tolist() == ["nano", "micro", "unknown", "mega"]


def test_numbers_of_an_integer_column_with_null_keep_it_missing():
    np.testing.assert_array_equal(numbers(pa.chunked_array([pa.array([1, None])])), [1, np.nan])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=30))
def test_rank_correlation_is_spearmans(pairs):
    first, second = (np.array(values, float) for values in zip(*pairs, strict=True))
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        assert np.isnan(rank_correlation(first, second))
    else:
        assert rank_correlation(first, second) == pytest.approx(spearmanr(first, second).statistic, abs=1e-12)


def test_pairs_with_an_unknown_side_do_not_count():
    first, second = np.array([1.0, 2.0, 3.0, np.nan]), np.array([3.0, 2.0, np.nan, 9.0])

    assert rank_correlation(first, second) == pytest.approx(-1)
