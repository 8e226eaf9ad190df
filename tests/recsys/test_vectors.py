import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys.vectors import unit_vectors


def test_rows_get_length_one_and_keep_their_direction():
    assert_allclose(unit_vectors(np.array([[3, 4], [0, -2]], np.float32)), [[0.6, 0.8], [0, -1]])


@pytest.mark.parametrize("row", [[0, 0], [np.nan, 1], [np.inf, 1]])
def test_a_row_that_says_nothing_becomes_zero(row):
    assert_array_equal(unit_vectors(np.array([row, [1, 0]], np.float32)), [[0, 0], [1, 0]])


def test_the_largest_numbers_do_not_overflow():
    assert_allclose(unit_vectors(np.array([[3e38, 0]], np.float32)), [[1, 0]])


def test_no_rows_stay_no_rows():
    assert unit_vectors(np.empty((0, 4), np.float32)).shape == (0, 4)
