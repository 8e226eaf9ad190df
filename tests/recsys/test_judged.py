"""Judged rows: their shape is checked once, and whole queries can be taken out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from recsys.errors import TableError
from recsys.judged import Judged

SIZES = st.lists(st.integers(1, 5), min_size=1, max_size=8)


def judged(sizes, **changes):
    rows = sum(sizes)
    values = {
        "features": np.arange(rows * 2, dtype=np.float32).reshape(rows, 2),
        "grades": np.arange(rows, dtype=np.int32) % 3,
        "group_sizes": np.array(sizes, np.int64),
        "feature_names": ("first", "second"),
        "positions": np.arange(1, rows + 1),
        "query_segments": {"objective": np.arange(len(sizes))},
        "row_segments": {"tier": np.arange(rows)},
    }
    return Judged(**values | changes)


def test_no_queries_have_no_rows_and_no_starts():
    nothing = judged([])

    assert len(nothing.starts) == 0
    assert len(nothing.query_of_row) == 0


def test_queries_start_where_the_one_before_ends():
    assert_array_equal(judged([2, 1, 3]).starts, [0, 2, 3])
    assert_array_equal(judged([2, 1, 3]).query_of_row, [0, 0, 1, 2, 2, 2])


@pytest.mark.parametrize(
    ("features", "found"),
    [
        (np.zeros((3, 2), np.float64), r"found float64 of shape \(3, 2\)"),
        (np.zeros((2, 2), np.float32), r"found float32 of shape \(2, 2\)"),
        (np.zeros((3, 3), np.float32), r"found float32 of shape \(3, 3\)"),
    ],
)
def test_features_of_another_shape_or_type_are_refused(features, found):
    with pytest.raises(TableError, match=r"expected float32 of shape \(3, 2\), " + found):
        judged([3], features=features)


@pytest.mark.parametrize("sizes", [[2], [2, 2], [3, 0], [4, -1]])
def test_group_sizes_that_do_not_fit_the_rows_are_refused(sizes):
    with pytest.raises(TableError, match=r"group sizes add up to .* expected 3, all above 0"):
        judged([3], group_sizes=np.array(sizes))


@pytest.mark.parametrize(
    "changes",
    [
        {"positions": np.arange(2)},
        {"row_segments": {"tier": np.arange(2)}},
        {"query_segments": {"objective": np.arange(3)}},
    ],
    ids=["positions", "row segment", "query segment"],
)
def test_what_goes_with_rows_or_queries_must_be_as_long(changes):
    with pytest.raises(TableError, match=r"expected (3|1) values, found [23]"):
        judged([3], **changes)


def test_a_column_is_found_by_its_name():
    assert_array_equal(judged([2]).column("second"), [1, 3])


def test_an_unknown_column_is_refused_by_name():
    with pytest.raises(TableError, match="there is no feature 'third' among 2 features"):
        judged([2]).column("third")


@given(SIZES, st.randoms(use_true_random=False))
def test_taking_queries_keeps_their_rows_and_everything_that_goes_with_them(sizes, random):
    chosen = np.array([random.random() < 0.5 for _ in sizes])
    whole = judged(sizes)

    part = whole.take(chosen)

    rows = np.flatnonzero(chosen[whole.query_of_row])
    assert_array_equal(part.features, whole.features[rows])
    assert_array_equal(part.grades, whole.grades[rows])
    assert_array_equal(part.positions, whole.positions[rows])
    assert_array_equal(part.row_segments["tier"], rows)
    assert_array_equal(part.query_segments["objective"], np.flatnonzero(chosen))
    assert_array_equal(part.group_sizes, np.array(sizes)[chosen])


def test_taking_queries_without_positions_has_none():
    assert judged([1, 2], positions=None).take(np.array([True, False])).positions is None
