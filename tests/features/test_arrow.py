"""From query results to columns."""

import numpy as np
import pyarrow as pa

from features import arrow


def test_a_word_becomes_its_place_and_an_unknown_one_minus_1():
    table = pa.table({"word": ["b", None, "z", "a"]})

    assert arrow.codes(table, "word", ("a", "b")).tolist() == [1, -1, -1, 0]
    assert arrow.codes(table, "word", ("a", "b")).dtype == np.int32


def test_lists_of_words_become_ones_at_their_places():
    table = pa.table({"words": [["b", "z"], [], ["a", "b"], ["z"]]})

    found = arrow.multi_hot(table, "words", ("a", "b", "c"))

    assert found.dtype == np.uint8
    assert found.tolist() == [[0, 1, 0], [0, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert arrow.multi_hot(table.slice(0, 0), "words", ("a", "b", "c")).shape == (0, 3)


def test_a_slice_of_lists_has_its_own_words():
    table = pa.table({"words": [["a"], ["b"], ["c"]]}).slice(1)

    assert arrow.multi_hot(table, "words", ("a", "b", "c")).tolist() == [[0, 1, 0], [0, 0, 1]]


def test_rows_are_found_by_id():
    table = pa.table({"id": [30, 10, 5, 99]})

    assert arrow.rows_of(table, "id", np.array([10, 20, 30])).tolist() == [2, 0, -1, -1]
    assert arrow.rows_of(table, "id", np.array([], np.int64)).tolist() == [-1] * 4


def test_values_are_spread_and_unknown_places_left_out():
    rows, places = np.array([0, 1, -1, 1]), np.array([2, 0, 1, -1])

    wide = arrow.spread(rows, places, np.array([5, 6, 7, 8]), (2, 3))

    assert wide.tolist() == [[0, 0, 5], [6, 0, 0]]


def test_shares_add_up_to_1_or_are_missing():
    found = arrow.shares(np.array([[1.0, 3.0], [0.0, 0.0]]))

    np.testing.assert_array_equal(found, np.array([[0.25, 0.75], [np.nan, np.nan]], np.float32))


def test_beside_matches_by_key_in_any_order_and_fills_counts_only():
    table = pa.table({"id": [1, 2, 3]})
    part = pa.table({"id": [3, 1], "count": [7, 8], "mean": [0.5, 1.5]})

    found = arrow.beside(table, part, "id").to_pydict()

    assert found == {"id": [1, 2, 3], "count": [8, 0, 7], "mean": [1.5, None, 0.5]}


def test_beside_an_empty_part_everything_is_none():
    part = pa.table(
        {
            "id": pa.array([], pa.int64()),
            "count": pa.array([], pa.int64()),
            "mean": pa.array([], pa.float64()),
        }
    )

    found = arrow.beside(pa.table({"id": [1]}), part, "id").to_pydict()

    assert found == {"id": [1], "count": [0], "mean": [None]}
