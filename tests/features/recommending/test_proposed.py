import numpy as np
import pytest
from numpy.testing import assert_array_equal

from features.recommending.proposed import proposed
from recsys.interactions.matrix import NOTHING
from recsys.retrieval import Retrieved


def test_every_proposed_pair_gets_its_place_and_what_each_kind_of_signal_added():
    retrieved = Retrieved(
        items=np.array([[2, 0], [1, NOTHING]]),
        scores=np.array([[3.0, 1.0], [5.0, -np.inf]], np.float32),
        shares=np.array([[[1, 2], [3, 0]], [[10, 20], [30, 0]], [[100, 200], [300, 0]]], np.float32),
    )

    pairs, said = proposed(retrieved, ("als", "category", "trend"), np.array([7, 8]), np.array([40, 41, 42]))

    assert_array_equal(pairs.creators, [7, 7, 8])
    assert_array_equal(pairs.items, [42, 40, 41])
    assert said["rank"].tolist() == [1, 2, 1]
    assert said["score"].tolist() == [0, -2, 0]
    assert said["collaborative"].tolist() == [1, 2, 3]
    assert said["content"].tolist() == [10, 20, 30]
    assert said["popularity"] == pytest.approx([100, 200, 300])
