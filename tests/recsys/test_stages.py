"""The four steps: retrieve, rank, re-rank, slate."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from recsys.stages import Candidates, best_first, recommend

SCORES = st.lists(st.sampled_from([-1.0, 0.0, 0.5, 2.0]), max_size=30)


def candidates(*scores, sources=()):
    return Candidates(np.arange(len(scores)) * 10, np.array(scores, np.float32), sources)


class Everyone:
    """Proposes the query's items in their order."""

    def retrieve(self, query):
        return Candidates(np.array(query, np.int64), np.zeros(len(query), np.float32))


class Largest:
    """Prefers large items, in pairs: 4 and 5 score the same."""

    def rank(self, query, proposed):
        return proposed.scored((proposed.items // 2).astype(np.float32))


class Without:
    """Drops one item."""

    def __init__(self, item):
        self.item = item

    def rerank(self, query, ranked):
        return ranked.take(np.flatnonzero(ranked.items != self.item))


class Reversed:
    """Shows the worst first."""

    def rerank(self, query, ranked):
        return ranked.take(np.arange(len(ranked.items))[::-1])


def test_no_candidates_make_an_empty_slate():
    assert len(recommend([], Everyone(), Largest(), [], 5).items) == 0


@pytest.mark.parametrize("count", [0, 1, 3, 99])
def test_a_slate_has_at_most_the_count_asked_for(count):
    slate = recommend([1, 5, 9], Everyone(), Largest(), [], count)

    assert_array_equal(slate.items, [9, 5, 1][:count])


def test_equal_scores_keep_the_order_in_which_they_were_retrieved():
    assert_array_equal(recommend([4, 8, 5, 9], Everyone(), Largest(), [], 4).items, [8, 9, 4, 5])


def test_rerankers_follow_one_another_and_the_cut_comes_last():
    slate = recommend([1, 3, 5, 7], Everyone(), Largest(), [Reversed(), Without(1)], 2)

    assert_array_equal(slate.items, [3, 5])


def test_the_top_carries_scores_and_sources_with_the_items():
    top = candidates(0.1, 0.9, 0.5, sources=("als", "trend", "popular")).top(2)

    assert_array_equal(top.items, [10, 20])
    assert_array_equal(top.scores, np.array([0.9, 0.5], np.float32))
    assert top.sources == ("trend", "popular")


def test_new_scores_change_neither_items_nor_sources():
    before = candidates(1, 2, sources=("als", "als"))

    after = before.scored(np.array([5, 6], np.float32))

    assert_array_equal(after.items, before.items)
    assert after.sources == before.sources
    assert_array_equal(before.scores, [1, 2])


@given(SCORES)
def test_ranking_is_a_permutation_that_never_rises_and_is_stable(scores):
    values = np.array(scores, np.float32)

    order = best_first(values)

    assert_array_equal(np.sort(order), np.arange(len(values)))
    assert (np.diff(values[order]) <= 0).all()
    assert all(a < b for a, b in pairwise(order) if values[a] == values[b])


def test_a_score_that_is_not_a_number_ranks_last():
    assert_array_equal(best_first(np.array([np.nan, -np.inf, 1], np.float32)), [2, 1, 0])
