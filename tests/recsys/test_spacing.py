import numpy as np
from numpy.testing import assert_array_equal

from recsys.spacing import spaced


def test_few_are_all_taken_and_many_evenly():
    few, many = np.arange(10) * 3, np.arange(40)

    assert_array_equal(spaced(few, 10), few)
    assert_array_equal(spaced(many, 10), many[::4])
    assert len(np.unique(spaced(np.arange(11), 10))) == 10
    assert len(spaced(few, 0)) == len(spaced(few[:0], 5)) == 0
