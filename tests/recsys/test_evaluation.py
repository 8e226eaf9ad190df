"""Evaluation: limits, numbers by hand, second sources, and intervals that cover what they should."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from sklearn.metrics import roc_auc_score

from recsys.evaluation import (
    auc,
    bootstrap_mean,
    evaluate,
    exposure,
    paired_difference,
    per_query,
    top_rows,
)
from recsys.judged import Judged
from recsys.metrics import METRICS, ndcg, recall, reciprocal_rank

NAN = float("nan")


def judged(*queries, **segments):
    """Judged rows from the grades of each query."""
    grades = np.array([grade for query in queries for grade in query], np.int32)
    features = np.zeros((len(grades), 1), np.float32)
    return Judged(features, grades, np.array([len(query) for query in queries]), ("nothing",), **segments)


def scores(*values):
    return np.array(values, np.float32)


def test_no_queries_have_no_values():
    assert len(per_query(scores(), judged(), ndcg, 10)) == 0


def test_a_query_without_a_relevant_row_has_no_value():
    assert_array_equal(per_query(scores(1, 2, 3), judged([0, 0], [1]), recall, 10), [NAN, 1])


def test_each_query_is_ranked_by_its_own_scores():
    rows = judged([0, 1], [1, 0], [0, 0, 2])

    values = per_query(scores(1, 2, 1, 2, 9, 8, 7), rows, reciprocal_rank, 10)

    assert_allclose(values, [1, 1 / 2, 1 / 3])


def test_equal_scores_keep_the_order_of_the_rows():
    assert_array_equal(per_query(scores(0, 0, 0), judged([0, 0, 1]), reciprocal_rank, 10), [1 / 3])


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
@given(seed=st.integers(0, 1000))
def test_metrics_do_not_depend_on_the_scale_of_scores(metric, seed):
    rng = np.random.default_rng(seed)
    rows = judged(*(rng.integers(0, 3, size) for size in rng.integers(1, 9, 5)))
    scored = rng.permutation(len(rows.grades)).astype(np.float32)

    assert_array_equal(per_query(scored, rows, metric, 3), per_query(scored * 4 - 7, rows, metric, 3))


def test_nothing_known_has_no_mean():
    interval = bootstrap_mean(np.array([NAN, NAN]), seed=1)

    assert interval.count == 0
    assert np.isnan([interval.mean, interval.low, interval.high]).all()
    assert not interval.above_zero


def test_unknown_values_are_left_out_and_counted_out():
    interval = bootstrap_mean(np.array([1.0, NAN, 3.0]), seed=1)

    assert interval.mean == 2
    assert interval.count == 2


def test_values_that_are_all_the_same_have_an_interval_of_no_width():
    interval = bootstrap_mean(np.full(9, 0.25), seed=1)

    assert_allclose([interval.mean, interval.low, interval.high], 0.25)


def test_the_interval_is_repeatable_and_depends_on_the_seed():
    values = np.random.default_rng(0).normal(size=30)

    assert bootstrap_mean(values, seed=1) == bootstrap_mean(values, seed=1)
    assert bootstrap_mean(values, seed=1) != bootstrap_mean(values, seed=2)


def test_the_interval_is_near_scipys():
    values = np.random.default_rng(0).exponential(size=200)
    theirs = stats.bootstrap([values], np.mean, n_resamples=9_999, method="percentile", rng=1)

    ours = bootstrap_mean(values, seed=1)

    assert_allclose([ours.low, ours.high], theirs.confidence_interval, atol=0.03)


def test_the_interval_covers_the_true_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(3)
    intervals = [bootstrap_mean(rng.normal(5, 2, size=60), seed=1) for _ in range(400)]

    covered = np.mean([interval.low <= 5 <= interval.high for interval in intervals])

    assert 0.90 <= covered <= 0.98


def test_a_wider_level_has_a_wider_interval():
    values = np.random.default_rng(0).normal(size=50)
    narrow, wide = bootstrap_mean(values, 1, level=0.5), bootstrap_mean(values, 1, level=0.99)

    assert wide.low < narrow.low < narrow.high < wide.high


def test_a_paired_difference_sees_what_separate_intervals_cannot():
    theirs = np.random.default_rng(0).uniform(size=40)
    ours = theirs + 0.01

    assert paired_difference(ours, theirs, seed=1).above_zero
    assert bootstrap_mean(ours, 1).low < bootstrap_mean(theirs, 1).high


def test_a_pair_with_an_unknown_half_is_left_out():
    assert paired_difference(np.array([1.0, NAN, 3]), np.array([NAN, 1.0, 1]), seed=1).count == 1


def report(**changes):
    rows = judged(
        [2, 0],
        [0, 1],
        [0, 0],
        query_segments={"objective": np.array(["gmv", "views", "gmv"])},
        row_segments={"tier": np.array(["nano", "mega", "nano", "micro", "mega", "mega"])},
    )
    scored = {"model": scores(2, 1, 1, 2, 1, 2), "followers": scores(1, 2, 2, 1, 2, 1)}
    return evaluate(scored, rows, **{"cutoffs": [1, 2], "seed": 1, "exposure_cutoff": 1} | changes)


def test_every_metric_is_reported_at_every_cutoff_for_every_scorer():
    metrics = report().metrics

    assert set(metrics) == {f"{name}_at_{cutoff}" for name in METRICS for cutoff in (1, 2)}
    assert all(set(scorers) == {"model", "followers"} for scorers in metrics.values())


def test_reported_values_by_hand():
    metrics = report().metrics

    assert metrics["mrr_at_2"]["model"].mean == 1
    assert metrics["mrr_at_2"]["followers"].mean == 1 / 2
    assert metrics["ndcg_at_1"]["followers"].mean == 0


def test_queries_without_a_relevant_row_are_counted():
    assert (report().queries, report().queries_without_relevant) == (3, 1)
    assert report().metrics["ndcg_at_1"]["model"].count == 2


def test_segments_hold_their_queries_only():
    segments = report().segments

    assert set(segments) == {"objective=gmv", "objective=views"}
    assert segments["objective=gmv"]["mrr_at_2"]["model"].count == 1


def test_the_first_scorer_is_compared_with_each_other_one():
    differences = report().differences

    assert set(differences["mrr_at_2"]) == {"followers"}
    assert differences["mrr_at_2"]["followers"].mean == 1 / 2


def test_exposure_by_hand():
    assert report().exposure == {
        "model": {"mega": 1 / 3, "micro": 1 / 3, "nano": 1 / 3},
        "followers": {"mega": 2 / 3, "nano": 1 / 3},
    }


def test_without_tiers_there_is_no_exposure():
    assert evaluate({"model": scores(1)}, judged([1]), [1], seed=1).exposure == {}


def test_a_report_on_no_queries_is_empty_and_says_so():
    nothing = evaluate({"model": scores()}, judged(), [1], seed=1)

    assert (nothing.queries, nothing.queries_without_relevant) == (0, 0)
    assert nothing.metrics["ndcg_at_1"]["model"].count == 0


def test_rows_above_the_cutoff_come_query_by_query_best_first():
    rows = judged([0, 0, 0], [0], [0, 0])

    assert_array_equal(top_rows(scores(1, 3, 2, 5, 7, 8), rows, 2), [1, 2, 3, 5, 4])


@given(st.integers(0, 1000), st.integers(1, 5))
def test_exposure_adds_up_to_one(seed, cutoff):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 6, 4)
    tiers = rng.choice(["nano", "mega"], sizes.sum())
    rows = judged(*(np.zeros(size, np.int32) for size in sizes), row_segments={"tier": tiers})

    shares = exposure(rng.random(sizes.sum()).astype(np.float32), rows, "tier", cutoff)

    assert sum(shares.values()) == pytest.approx(1)


@pytest.mark.parametrize("positive", [[True, True], [False, False], []])
def test_without_both_kinds_there_is_no_auc(positive):
    assert np.isnan(auc(np.arange(len(positive), dtype=np.float64), np.array(positive, np.bool_)))


def test_auc_by_hand():
    # Of the four pairs two are right, one is wrong and one is tied.
    assert auc(np.array([3.0, 1, 2, 1]), np.array([True, True, False, False])) == (2 + 0.5) / 4


@given(st.integers(0, 10_000))
def test_auc_is_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 6, 30).astype(np.float64)
    positive = np.concatenate([[True, False], rng.random(28) < 0.3])

    assert auc(values, positive) == pytest.approx(roc_auc_score(positive, values))
