"""Metrics of one query: limits first, then numbers worked by hand, then scikit-learn and properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, label_ranking_average_precision_score, ndcg_score

from recsys.metrics import METRICS, average_precision, dcg, ndcg, recall, reciprocal_rank

EVERY_METRIC = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
SLATES = st.lists(st.integers(0, 4), min_size=2, max_size=25).filter(any)
CUTOFFS = st.integers(1, 30)


def grades(*values):
    return np.array(values, np.int32)


def relevant_of(slate):
    return slate[slate > 0]


@EVERY_METRIC
def test_a_slate_without_relevant_items_scores_zero(metric):
    assert metric(np.zeros(3, np.int32), grades(2), 3) == 0


@EVERY_METRIC
def test_an_empty_slate_scores_zero(metric):
    assert metric(grades(), grades(2), 3) == 0


@EVERY_METRIC
def test_a_relevant_item_below_the_cutoff_does_not_count(metric):
    assert metric(grades(0, 0, 1), grades(1), 2) == 0


@EVERY_METRIC
def test_the_best_order_scores_one(metric):
    assert metric(grades(3, 2, 1, 0, 0), grades(1, 2, 3), 5) == pytest.approx(1)


@EVERY_METRIC
@given(slate=SLATES, cutoff=CUTOFFS)
def test_every_metric_is_between_zero_and_one(metric, slate, cutoff):
    slate = grades(*slate)

    assert 0 <= metric(slate, relevant_of(slate), cutoff) <= 1 + 1e-12


@EVERY_METRIC
@given(slate=SLATES, cutoff=CUTOFFS)
def test_moving_a_better_item_up_never_lowers_a_metric(metric, slate, cutoff):
    worse = grades(*slate)
    better = worse.copy()
    place = int(np.argmax(worse[1:] > worse[:-1])) if (worse[1:] > worse[:-1]).any() else 0
    better[[place, place + 1]] = np.sort(worse[[place, place + 1]])[::-1]

    assert metric(better, relevant_of(better), cutoff) >= metric(worse, relevant_of(worse), cutoff) - 1e-12


def test_the_metrics_reported_are_these():
    assert list(METRICS) == ["ndcg", "map", "mrr", "recall"]


def test_dcg_by_hand():
    # Gains 7, 0, 3 at discounts 1, log2(3), 2.
    assert dcg(grades(3, 0, 2), 3) == pytest.approx(7 + 3 / 2)


def test_ndcg_by_hand():
    found, best = 1 + 7 / np.log2(3), 7 + 1 / np.log2(3)

    assert ndcg(grades(1, 3), grades(1, 3), 2) == pytest.approx(found / best)


def test_ndcg_is_measured_against_relevant_items_the_slate_lacks():
    assert ndcg(grades(1), grades(1, 2), 1) == pytest.approx(1 / 3)


def test_average_precision_by_hand():
    # Relevant at places 1, 3 and 6: precisions 1, 2/3 and 3/6.
    slate = grades(1, 0, 2, 0, 0, 1)

    assert average_precision(slate, relevant_of(slate), 6) == pytest.approx((1 + 2 / 3 + 1 / 2) / 3)
    assert average_precision(slate, relevant_of(slate), 3) == pytest.approx((1 + 2 / 3) / 3)


def test_average_precision_above_a_cutoff_smaller_than_the_relevant_can_be_one():
    assert average_precision(grades(1, 1, 0, 1), grades(1, 1, 1), 2) == 1


@pytest.mark.parametrize(
    ("slate", "value"), [((1, 1), 1), ((0, 2), 1 / 2), ((0, 0, 0, 1), 1 / 4), ((0, 0), 0)]
)
def test_reciprocal_rank_by_hand(slate, value):
    assert reciprocal_rank(grades(*slate), grades(1), 10) == value


def test_recall_by_hand():
    assert recall(grades(1, 0, 3, 1), grades(1, 1, 1, 3), 3) == 2 / 4


@given(slate=SLATES, cutoff=CUTOFFS)
def test_ndcg_is_scikit_learns_with_exponential_gains(slate, cutoff):
    slate = grades(*slate)
    falling = np.arange(len(slate), 0, -1)

    expected = ndcg_score([2.0**slate - 1], [falling], k=cutoff)

    assert ndcg(slate, relevant_of(slate), cutoff) == pytest.approx(expected)


@given(slate=SLATES)
def test_average_precision_of_the_whole_list_is_scikit_learns(slate):
    slate = grades(*slate)
    falling = np.arange(len(slate), 0, -1)

    expected = average_precision_score(slate > 0, falling)

    assert average_precision(slate, relevant_of(slate), len(slate)) == pytest.approx(expected)


@given(st.integers(0, 20))
def test_the_reciprocal_rank_of_one_relevant_item_is_scikit_learns_ranking_precision(place):
    slate = np.zeros(21, np.int32)
    slate[place] = 1
    falling = np.arange(len(slate), 0, -1)

    expected = label_ranking_average_precision_score([slate], [falling])

    assert reciprocal_rank(slate, grades(1), 21) == pytest.approx(expected)
