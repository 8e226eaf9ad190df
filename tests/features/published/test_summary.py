import numpy as np
import pyarrow as pa
import pytest

from features.published.summary import Study, numbers, tiers_of


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
