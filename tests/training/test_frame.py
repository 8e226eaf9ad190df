from dataclasses import dataclass

import numpy as np
from numpy.testing import assert_array_equal

from recsys.arrays import Floats, Ints
from training.frame import Frame


@dataclass(frozen=True)
class Points(Frame):
    ids: Ints
    places: Floats


POINTS = Points(np.array([1, 2, 3]), np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]))


def test_a_frame_is_as_long_as_its_columns():
    assert len(POINTS) == 3


def test_the_rows_taken_stand_in_the_order_asked_for():
    some = POINTS.take(np.array([2, 0]))

    assert_array_equal(some.ids, [3, 1])
    assert_array_equal(some.places, [[4, 5], [0, 1]])


def test_rows_are_chosen_by_flags_and_by_slices():
    assert_array_equal(POINTS.take(POINTS.ids > 1).ids, [2, 3])
    assert_array_equal(POINTS.take(slice(1, 2)).places, [[2, 3]])


def test_parts_join_to_the_whole():
    whole = Points.joined([POINTS.take(slice(0, 1)), POINTS.take(slice(1, None))])

    assert_array_equal(whole.ids, POINTS.ids)
    assert_array_equal(whole.places, POINTS.places)
