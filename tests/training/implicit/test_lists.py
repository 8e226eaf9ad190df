import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_array_equal

from recsys.interactions.matrix import NOTHING
from training.implicit.lists import BATCH, SILENT, best_lists, best_of, spoken
from training.implicit.relevant import of_users


@settings(deadline=None)
@given(
    arrays(np.float32, st.tuples(st.integers(1, 4), st.integers(1, 9)), elements=st.sampled_from(
        [np.float32(v) for v in (-1, 0, 0.5, 1, 2)] + [SILENT])),
    st.integers(1, 12),
)  # fmt: skip
def test_the_best_are_those_of_a_stable_sort_without_the_silent(scores, count):
    shown = best_of(scores, count)

    assert shown.shape == (len(scores), min(count, scores.shape[1]))
    for row, ranked in zip(scores, shown, strict=True):
        order = np.argsort(-row, kind="stable")
        expected = order[row[order] > SILENT][:count]
        assert_array_equal(ranked[: len(expected)], expected)
        assert (ranked[len(expected) :] == NOTHING).all()


def test_seen_silent_and_forbidden_items_are_never_shown(known):
    lists = best_lists(
        lambda histories: np.tile(np.array([[4, 3, 2, SILENT]], np.float32), (len(histories), 1)),
        of_users(known, np.array([10, 20, 77])),
        count=4,
        allowed=np.array([True, True, True, True]),
    )

    assert lists.tolist() == [[2, -1, -1, -1], [1, 2, -1, -1], [0, 1, 2, -1]]


def test_only_allowed_items_are_shown(known):
    lists = best_lists(
        lambda histories: np.ones((len(histories), 4), np.float32),
        of_users(known, np.array([10, 20])),
        count=2,
        allowed=known.item_counts == 0,
    )

    assert lists.tolist() == [[2, 3], [2, 3]]


def test_more_than_the_catalogue_gives_all_of_it(known):
    lists = best_lists(
        lambda histories: np.ones((len(histories), 4), np.float32), of_users(known, np.array([77])), count=50
    )

    assert lists.tolist() == [[0, 1, 2, 3]]


def test_users_are_scored_in_batches_with_their_own_histories(known):
    lists = best_lists(
        lambda histories: (histories.lengths[:, None] + np.arange(4)).astype(np.float32),
        of_users(known, np.tile([10, 20, 30], BATCH)),
        count=4,
    )

    assert_array_equal(lists, np.tile([[3, 2, -1, -1], [3, 2, 1, -1], [3, 2, 1, 0]], (BATCH, 1)))


def test_scores_of_0_and_below_say_nothing():
    assert spoken(np.array([[1, 0, -2]], np.float32)).tolist() == [[1, SILENT, SILENT]]
