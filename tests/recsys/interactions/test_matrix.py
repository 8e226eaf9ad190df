"""The sparse matrix of confidences, and its padded rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from recsys.errors import TableError
from recsys.interactions import Interactions
from recsys.interactions.matrix import NOTHING

USERS, ITEMS = np.array([10, 20, 30]), np.array([1, 2, 3, 4])


def matrix(rows, columns, confidence=None):
    return Interactions.of_pairs(USERS, ITEMS, (np.array(rows), np.array(columns)), confidence)


def test_rows_hold_their_items_in_rising_order():
    found = matrix([2, 0, 0], [0, 3, 1])

    assert_array_equal(found.starts, [0, 2, 2, 3])
    assert_array_equal(found.items, [1, 3, 0])
    assert_array_equal(found.rows, [0, 0, 2])
    assert_array_equal(found.lengths, [2, 0, 1])
    assert_array_equal(found.item_counts, [1, 1, 0, 1])
    assert found.shape == (3, 4)


def test_confidences_of_a_repeated_pair_add_up():
    found = matrix([1, 1, 1], [2, 2, 0], np.array([0.5, 2.5, 1.0], np.float32))

    assert_array_equal(found.items, [0, 2])
    assert_array_equal(found.confidence, np.array([1, 3], np.float32))


def test_taken_rows_come_in_the_order_asked_for_and_may_repeat():
    found = matrix([0, 0, 2], [1, 3, 0]).take(np.array([2, 1, 0, 2]))

    assert_array_equal(found.user_ids, [30, 20, 10, 30])
    assert_array_equal(found.items, [0, 1, 3, 0])
    assert_array_equal(found.lengths, [1, 0, 2, 1])


def test_flagged_pairs_stay_in_their_rows():
    found = matrix([0, 0, 2], [1, 3, 0]).only(np.array([False, True, True]))

    assert_array_equal(found.of_user(0), [3])
    assert_array_equal(found.of_user(1), [])
    assert_array_equal(found.of_user(2), [0])


def test_histories_are_padded_with_nothing_of_no_confidence():
    found = matrix([0, 0, 2], [1, 3, 0]).histories()

    assert_array_equal(found.items, [[1, 3], [NOTHING, NOTHING], [0, NOTHING]])
    assert_array_equal(found.confidence, np.array([[1, 1], [0, 0], [1, 0]], np.float32))
    assert_array_equal(found.lengths, [2, 0, 1])


def test_users_without_any_history_still_have_a_padded_row():
    found = matrix([0], [1]).histories(np.array([1, 2]))

    assert_array_equal(found.items, [[NOTHING], [NOTHING]])


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=1))
def test_nothing_is_lost_and_nothing_made_up(pairs):
    found = matrix(*map(list, zip(*pairs, strict=True)))

    assert found.confidence.sum() == len(pairs)
    assert set(zip(found.rows.tolist(), found.items.tolist(), strict=True)) == set(pairs)


@pytest.mark.parametrize(
    ("rows", "columns", "confidence", "message"),
    [
        ([], [], None, "event log is empty"),
        ([3], [0], None, "user places must be 0 to 2, found 3 to 3"),
        ([0], [-1], None, "item places must be 0 to 3"),
        ([0], [0], [0.0], "confidences must be finite and above 0"),
        ([0], [0], [np.nan], "confidences must be finite and above 0"),
    ],
)
def test_what_is_no_matrix_is_refused(rows, columns, confidence, message):
    given = None if confidence is None else np.array(confidence, np.float32)
    with pytest.raises(TableError, match=message):
        Interactions.of_pairs(USERS, ITEMS, (np.array(rows, np.int64), np.array(columns, np.int64)), given)


def test_ids_that_do_not_rise_are_refused():
    with pytest.raises(TableError, match="user ids must rise"):
        Interactions.of_pairs(np.array([2, 1]), ITEMS, (np.array([0]), np.array([0])))
