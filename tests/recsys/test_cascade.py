"""The cascade's promise: whole scores on top, lower bounds below them, each in its order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from recsys.cascade import cascade

# Rows are named by their number; the stages add up to `WHOLE`, and later ones add more than 0.
FIRST = np.array([0, 4, 3, 1, 4, 2], np.float32)
SECOND = np.array([9, 1, 3, 9, 1, 9], np.float32)
WHOLE = FIRST + SECOND


def run(keep, rows=6):
    stages = [FIRST.__getitem__, SECOND.__getitem__]
    return cascade(np.arange(rows), WHOLE.__getitem__, stages, keep)


def test_the_best_rows_get_the_whole_score_and_the_others_their_bound():
    assert_array_equal(run([3]), [0, 5, 6, 1, 5, 2])


def test_of_equal_scores_at_the_border_the_earlier_row_goes_on():
    assert_array_equal(run([1]), [0, 5, 3, 1, 4, 2])


def test_ties_of_a_later_stage_are_broken_by_the_incoming_order_too():
    scores = np.array([[1, 2, 0], [2, 1, 9], [5, 5, 5]], np.float32)
    stages = [stage.__getitem__ for stage in scores]

    # Rows 0 and 1 both stand at 3 after two stages, row 1 stood first after one.
    assert_array_equal(cascade(np.arange(3), scores.sum(axis=0).__getitem__, stages, [2, 1]), [8, 3, 0])


@pytest.mark.parametrize("rows", [0, 2, 3])
def test_few_rows_are_all_scored_by_the_whole_model_at_once(rows):
    scores = cascade(np.arange(rows), lambda these: these + 0.5, [FIRST.__getitem__, SECOND.__getitem__], [3])

    assert_array_equal(scores, np.arange(rows) + 0.5)


def test_without_stages_the_whole_model_scores():
    assert_array_equal(cascade(np.arange(6), WHOLE.__getitem__, [], []), WHOLE)


def test_the_stages_own_scores_are_left_alone():
    before = FIRST.copy()
    run([3])

    assert_array_equal(FIRST, before)


@st.composite
def staged(draw):
    """Scores of up to 4 stages on a grid, and how many rows each lets on."""
    rows = draw(st.integers(1, 30))
    first = draw(st.lists(st.integers(-9, 9), min_size=rows, max_size=rows))
    later = st.lists(st.integers(1, 9), min_size=rows, max_size=rows)
    scores = [first, *draw(st.lists(later, min_size=1, max_size=3))]
    keep = draw(st.lists(st.integers(1, 30), min_size=len(scores) - 1, max_size=len(scores) - 1, unique=True))
    return np.array(scores, np.float32), sorted(keep, reverse=True)


@given(staged())
def test_rows_that_went_further_stand_strictly_above_the_others(case):
    scores, keep = case
    whole = scores.sum(axis=0)
    result = cascade(np.arange(len(whole)), whole.__getitem__, [stage.__getitem__ for stage in scores], keep)
    exact = result == whole

    assert (result <= whole).all()
    assert exact.sum() >= min(keep[-1], len(whole))
    assert exact.all() or result[exact].min() > result[~exact].max()


@pytest.mark.parametrize("keep", [[4, 2], [5, 1]])
def test_each_stage_takes_the_best_so_far(keep):
    third = np.array([1, 1, 1, 1, 7, 1], np.float32)
    stages = [FIRST.__getitem__, SECOND.__getitem__, third.__getitem__]
    result = cascade(np.arange(6), (WHOLE + third).__getitem__, stages, keep)

    went_second = np.argsort(-FIRST, kind="stable")[: keep[0]]
    went_third = went_second[np.argsort(-WHOLE[went_second], kind="stable")[: keep[1]]]
    assert_array_equal(np.flatnonzero(result == WHOLE + third), np.sort(went_third))
