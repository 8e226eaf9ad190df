import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from recsys.reranking.scale import above_lowest, discounted, unit_scale
from recsys.stages import Candidates

SCORES = st.lists(st.floats(-100, 100, width=32), min_size=1, max_size=20)


def test_scores_are_counted_from_the_lowest_candidate():
    assert_array_equal(above_lowest(np.array([3, -1, 0], np.float32)), [4, 0, 1])


def test_the_unit_scale_runs_from_the_lowest_to_the_highest():
    assert_array_equal(unit_scale(np.array([3, -1, 0], np.float32)), [1, 0, 0.25])


def test_equal_scores_tell_nothing():
    assert_array_equal(unit_scale(np.array([5, 5], np.float32)), [0, 0])


def test_no_scores_stay_no_scores():
    assert unit_scale(np.empty(0, np.float32)).shape == (0,)


@given(SCORES, st.sampled_from([0.5, 1, 4]), st.integers(-8, 8))
def test_neither_unit_nor_origin_of_the_scores_counts(scores, unit, origin):
    values = np.round(np.array(scores, np.float32))

    moved = (unit * values + origin).astype(np.float32)

    assert_allclose(unit_scale(moved), unit_scale(values), atol=1e-12)


def test_a_discount_takes_from_what_is_above_the_lowest(ranked):
    after = discounted(ranked(3, 1, -1), np.array([0.25, 1, 0.5]))

    assert after.items.tolist() == [1, 0, 2]
    assert_array_equal(after.scores, [1, 0, -1])


@given(SCORES)
def test_where_all_is_kept_every_score_is_the_same_to_the_bit(scores):
    values = np.sort(np.array(scores, np.float32))[::-1]

    after = discounted(Candidates(np.arange(len(values)), values), np.ones(len(values)))

    assert_array_equal(after.scores, values)
