import numpy as np
from numpy.testing import assert_array_equal

from features.recommending.asking import columns_of, histories
from recsys.interactions.matrix import NOTHING
from recsys.interactions.weights import EventWeights

WEIGHTS = EventWeights(weights={"showcased": 1.0, "sampled": 1.0}, half_life_days=1e9, results={})


def test_items_that_arrived_after_training_have_no_column():
    assert_array_equal(columns_of(np.array([5, 7, 9]), np.array([3, 7, 9])), [NOTHING, 1, 2])
    assert_array_equal(columns_of(np.array([5]), np.empty(0, np.int64)), [NOTHING])


def test_a_history_holds_the_items_training_knew_in_order(recommended):
    # Creator 1 showcased 12; creator 2 asked twice for 11 and showcased 13.
    found = histories(recommended, "products", np.arange(2), np.array([11, 13]), (WEIGHTS, "gmv"))

    assert_array_equal(found.items, [[NOTHING, NOTHING], [0, 1]])
    np.testing.assert_allclose(found.confidence, [[0, 0], [1.5, 1]], rtol=1e-6)


def test_creators_stand_in_the_order_in_which_they_were_asked_for(recommended):
    both = histories(recommended, "products", np.array([1, 0]), np.array([11, 12, 13]), (WEIGHTS, "gmv"))

    assert both.lengths.tolist() == [2, 1]
