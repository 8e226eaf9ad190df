import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.ratio import ratio

NAN = float("nan")


def test_a_part_of_nothing_or_of_the_unknown_is_unknown():
    assert_array_equal(ratio(np.array([1, 2, 3, 0]), np.array([0, 4, NAN, 5])), [NAN, 0.5, NAN, 0])


def test_a_whole_below_zero_is_none():
    assert_array_equal(ratio(np.array([1.0]), np.array([-2.0])), [NAN])


def test_rows_are_divided_by_a_whole_each():
    assert_array_equal(ratio(np.array([[1.0, 3], [1, 1]]), np.array([[4.0], [0]])), [[0.25, 0.75], [NAN] * 2])


@pytest.mark.parametrize(("kind", "divided"), [(np.int64, np.float64), (np.float32, np.float32)])
def test_integers_become_float64_and_float32_stays(kind, divided):
    assert ratio(np.ones(2, kind), np.ones(2, kind)).dtype == divided
