"""Precision and rank correlation by hand, and intervals that hold what is known."""

import numpy as np
import pytest

from training.trends.evaluation import Judged, order_agreement, precision, report
from training.trends.forecast import OURS


def judged(truth, cutoff=2, **scores) -> Judged:
    named = {name: np.asarray(values, float) for name, values in scores.items()}
    return Judged("2011-05", np.asarray(truth, float), named, cutoff, 0)


def test_precision_is_the_share_of_the_named_that_grew_most():
    month = judged([5, 4, 3, 2, 1])

    assert precision(month, np.array([9.0, 1, 8, 2, 3])) == 0.5
    assert precision(month, month.truth) == 1
    assert precision(month, -month.truth) == 0


def test_order_agreement_is_the_rank_correlation_with_growth():
    month = judged([5, 4, 3, 2, 1])

    assert order_agreement(month, np.array([9.0, 1, 8, 2, 3])) == pytest.approx(0.3)
    assert order_agreement(month, -month.truth) == pytest.approx(-1)


def test_who_says_the_same_of_all_agrees_as_much_as_chance():
    assert order_agreement(judged([5, 4, 3, 2, 1]), np.ones(5)) == 0
    assert order_agreement(judged([2, 2, 2]), np.array([1.0, 2, 3])) == 0


def test_a_ranker_that_knows_is_ahead_of_one_that_does_not():
    rng = np.random.default_rng(2)
    months = []
    for _ in range(5):
        truth = rng.normal(size=200)
        guess = {OURS: truth + rng.normal(size=200), "random": rng.normal(size=200)}
        months.append(judged(truth, cutoff=20, **guess))

    found = report(months, seed=3)
    ahead = found.differences["precision"]["random"]

    assert ahead.above_zero
    assert ahead.low <= ahead.mean <= ahead.high
    assert found.metrics["precision"][OURS].mean == pytest.approx(
        np.mean([precision(month, month.scores[OURS]) for month in months])
    )
    assert OURS not in found.differences["precision"]


def test_the_same_seed_gives_the_same_intervals():
    months = [judged([3, 1, 2, 5], **{OURS: [1, 2, 3, 4], "other": [4, 3, 2, 1]})] * 3

    assert report(months, seed=3).metrics == report(months, seed=3).metrics
