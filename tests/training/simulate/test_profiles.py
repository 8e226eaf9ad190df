import numpy as np
from numpy.testing import assert_array_equal

from training.simulate.activity.profiles import ranges


def test_withheld_gmv_is_shown_as_a_range_of_round_numbers():
    low, high = ranges(np.array([0, 999, 1_000, 4_999, 5_000, 123_456]))

    assert_array_equal(low, [0, 0, 1_000, 2_000, 5_000, 100_000])
    assert_array_equal(high, [1_000, 1_000, 2_000, 5_000, 10_000, 200_000])
