import numpy as np
from numpy.testing import assert_array_equal

from training.implicit.relevant import Relevant, answers, as_interactions, of_users


def test_relevant_items_stand_together_by_user(known, pairs):
    found = answers(pairs((20, 3), (10, 4), (20, 2)), known).relevant

    assert found.user_ids.tolist() == [10, 20]
    assert found.starts.tolist() == [0, 1, 3]
    assert found.items.tolist() == [3, 1, 2]
    assert found.counts.tolist() == [1, 2]


def test_a_pair_that_was_seen_is_left_out_and_counted(known, pairs):
    found = answers(pairs((10, 1), (10, 3), (20, 1)), known)

    assert found.seen == 2
    assert found.relevant.user_ids.tolist() == [10]
    assert found.relevant.items.tolist() == [2]
    assert found.users_without_relevant == 1


def test_an_unknown_item_stays_relevant_though_nobody_can_recommend_it(known, pairs):
    found = answers(pairs((10, 99), (10, 3), (20, 99), (20, 55)), known)

    assert found.relevant.items.tolist() == [2, 5, 4, 5]
    assert found.relevant.catalogue == 4
    assert (found.unknown_pairs, found.cold_pairs) == (3, 4)


def test_users_without_history_are_asked_for_and_counted(known, pairs):
    found = answers(pairs((30, 1), (77, 2), (10, 3)), known)

    assert found.relevant.user_ids.tolist() == [10, 30, 77]
    assert found.new_users == 2


def test_histories_of_users_come_in_the_order_asked(known):
    asked = of_users(known, np.array([77, 10, 30, 20]))

    assert asked.user_ids.tolist() == [77, 10, 30, 20]
    assert asked.lengths.tolist() == [0, 2, 0, 1]
    assert asked.of_user(1).tolist() == [0, 1]


def test_only_some_items_keep_every_user(known, pairs):
    found = answers(pairs((10, 3), (20, 2), (20, 99)), known).relevant

    cold = found.only(known.item_counts == 0)

    assert cold.user_ids.tolist() == found.user_ids.tolist()
    assert cold.counts.tolist() == [1, 0]


def test_relevant_items_as_interactions_are_the_same_pairs(known, pairs):
    relevant = answers(pairs((20, 3), (10, 4), (20, 2)), known).relevant

    matrix = as_interactions(relevant, known)

    assert_array_equal(matrix.user_ids, known.user_ids)
    assert [matrix.of_user(row).tolist() for row in range(3)] == [[3], [1, 2], []]


def test_pairs_may_come_in_any_order():
    rng = np.random.default_rng(1)
    users, items = np.divmod(rng.permutation(40), 8)

    relevant = Relevant.of_pairs(users, items, 8)

    assert relevant.items.tolist() == list(range(8)) * 5
