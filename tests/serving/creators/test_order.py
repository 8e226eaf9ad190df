"""Pages in the order of a number: equal values by row, the unknown last, and each begins where one ended."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.creators.order import Last, page_of

NAN = float("nan")
VALUES = np.array([2.0, NAN, 5.0, 2.0, NAN, 1.0])


def page(rows, count=9, after=None, descending=True):
    last = None if after is None else Last(VALUES[after], after)
    found, before = page_of(VALUES[rows], np.array(rows), descending, count, last)
    return found.tolist(), before


@pytest.mark.parametrize(("descending", "rows"), [(True, [2, 0, 3, 5, 1, 4]), (False, [5, 0, 3, 2, 1, 4])])
def test_equal_values_keep_the_order_of_rows_and_the_unknown_are_last_either_way(descending, rows):
    assert page([0, 1, 2, 3, 4, 5], descending=descending) == (rows, 0)


def test_a_page_holds_the_first_of_the_rows_asked_about():
    assert page([0, 1, 3, 5], count=2) == ([0, 3], 0)


def test_the_next_page_begins_behind_a_row_even_one_that_was_not_asked_about():
    assert page([0, 1, 3, 5], after=3) == ([5, 1], 2)
    assert page([1, 5], after=2) == ([5, 1], 0)
    assert page([0], after=4) == ([], 1)


@given(
    st.lists(st.sampled_from([0.0, 1.0, 2.0, NAN]), min_size=1, max_size=40),
    st.booleans(),
    st.integers(1, 7),
    st.data(),
)
def test_pages_laid_end_to_end_are_the_whole_order(values, descending, count, draw):
    rows = np.flatnonzero(draw.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))))
    array = np.array(values)
    signed = [-value if descending else value for value in values]
    expected = sorted(rows.tolist(), key=lambda row: (np.isnan(values[row]), np.nan_to_num(signed[row]), row))

    found, after = [], None
    for _ in range(len(rows) + 1):
        page, before = page_of(array[rows], rows, descending, count, after)
        assert before == len(found)
        found += page.tolist()
        after = Last(array[found[-1]], found[-1]) if found else None

    assert found == expected
