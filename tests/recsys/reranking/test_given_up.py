import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from recsys.reranking.given_up import fit_given_up
from recsys.stages import Candidates

ORDERS = st.permutations(range(6))


def swapped(candidates, *items):
    return candidates.take(np.array(items, np.int64))


def test_the_best_order_gives_nothing_up(ranked):
    before = ranked(3, 2, 1)

    assert fit_given_up(before, before, 3) == 0


def test_two_places_swapped_by_hand(ranked):
    # Above the lowest: 2, 1, 0. Best 2/1 + 1/log2(3) = 2.63093; shown 1/1 + 2/log2(3) = 2.26186.
    before = ranked(3, 2, 1)

    assert fit_given_up(before, swapped(before, 1, 0, 2), 3) == pytest.approx(1 - 2.26186 / 2.63093, abs=1e-5)


def test_negative_scores_lose_as_much_as_the_same_scores_moved_up(ranked):
    below, above = ranked(-1, -2, -3), ranked(3, 2, 1)

    assert fit_given_up(below, swapped(below, 2, 1, 0), 3) == fit_given_up(above, swapped(above, 2, 1, 0), 3)


def test_only_places_above_the_cutoff_count(ranked):
    before = ranked(4, 3, 2, 1)

    assert fit_given_up(before, swapped(before, 0, 1, 3, 2), 2) == 0
    assert fit_given_up(before, swapped(before, 0, 1, 3, 2), 3) > 0


def test_a_place_left_empty_is_lost(ranked):
    # Above the lowest: 2, 1, 0; without the second, 2 of 2 + 1/log2(3) are left.
    before = ranked(3, 2, 1)

    lost = fit_given_up(before, swapped(before, 0), 3)

    assert lost == pytest.approx(1 - 2 / (2 + 1 / np.log2(3)))


def test_showing_only_the_lowest_loses_everything(ranked):
    before = ranked(3, 2, 1)

    assert fit_given_up(before, swapped(before, 2), 1) == 1
    assert fit_given_up(before, swapped(before), 3) == 1


def test_the_scores_that_count_are_those_before(ranked):
    before = ranked(3, 2, 1)

    rescored = swapped(before, 1, 0, 2).scored(np.array([9, 8, 7], np.float32))

    assert fit_given_up(before, rescored, 3) == fit_given_up(before, swapped(before, 1, 0, 2), 3)


def test_the_order_before_need_not_be_the_best(ranked):
    before = ranked(1, 2, 3)

    assert fit_given_up(before, before, 3) > 0
    assert fit_given_up(before, swapped(before, 2, 1, 0), 3) == 0


@pytest.mark.parametrize("scores", [(), (5,), (2, 2, 2)])
def test_where_no_order_is_better_nothing_is_given_up(ranked, scores):
    before = ranked(*scores)

    assert fit_given_up(before, swapped(before, *reversed(range(len(scores)))), 3) == 0


@given(ORDERS, st.integers(1, 8))
def test_it_is_one_minus_the_linear_ndcg_of_scikit_learn(order, cutoff):
    scores = np.array([5, 3.5, 3, 1, 0.5, 0], np.float32)
    before = Candidates(np.arange(6), scores)
    after = before.take(np.array(order))

    shown = np.empty(6)
    shown[list(order)] = np.arange(6, 0, -1)

    expected = 1 - ndcg_score([scores], [shown], k=cutoff)
    assert fit_given_up(before, after, cutoff) == pytest.approx(expected, abs=1e-9)


@given(ORDERS, st.integers(1, 8), st.lists(st.floats(-50, 50, width=32), min_size=6, max_size=6))
def test_it_is_a_share(order, cutoff, scores):
    before = Candidates(np.arange(6), np.array(scores, np.float32))

    assert 0 <= fit_given_up(before, before.take(np.array(order)), cutoff) <= 1


def test_rounding_never_makes_it_negative():
    for seed in range(200):
        sizes = 10.0 ** np.random.default_rng(seed).uniform(-9, 9, 10)
        before = Candidates(np.arange(10), np.sort(sizes.astype(np.float32))[::-1])

        assert fit_given_up(before, swapped(before, 0, 1, 2, 3, 4, 5, 6, 8, 7, 9), 10) >= 0
