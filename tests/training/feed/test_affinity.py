import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from training.feed.affinity import means, pair_keys, sums_of_pairs


def test_sums_of_pairs_are_zero_for_pairs_never_seen():
    pairs, values = np.array([3, 8, 3]), np.array([1.0, 5.0, 2.0])

    assert_allclose(sums_of_pairs(pairs, np.array([8, 3, 4, 99]), values), [5, 3, 0, 0])
    assert_allclose(sums_of_pairs(pairs, np.array([8, 3, 4, 99])), [1, 2, 0, 0])


def test_a_pair_has_one_number_and_no_other_pair_has_it():
    keys = np.array([0, 2, 1])
    users, videos = np.repeat(np.arange(5), 3), np.tile(np.arange(3), 5)

    assert len(np.unique(pair_keys(keys, users, videos))) == 15
    assert_array_equal(pair_keys(keys, np.array([4]), np.array([1])), [4 * 3 + 2])


def test_a_mean_of_nothing_is_missing():
    assert_array_equal(means(np.array([0, 0, 2]), np.array([1.0, 2.0, 5.0]), 3), [1.5, np.nan, 5])
