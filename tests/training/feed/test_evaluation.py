import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from recsys.judged import Judged
from training.feed.evaluation import (
    AUC,
    PER_USER_AUC,
    evaluate_feed,
    per_user_auc,
    resampled_auc,
    weighted_auc,
)


def judged(grades, sizes) -> Judged:
    rows = len(grades)
    return Judged(np.zeros((rows, 1), np.float32), np.asarray(grades, np.int32), np.asarray(sizes), ("one",))


@pytest.fixture
def day(rng) -> Judged:
    return judged(rng.integers(0, 3, 400), np.full(80, 5, np.int64))


def test_per_user_auc_is_scikit_learn_s_of_each_user(day, rng):
    scores = rng.integers(0, 4, 400).astype(np.float32)
    positive = day.grades == 2

    found = per_user_auc(scores, day, positive)

    for user, value in enumerate(found):
        rows = slice(5 * user, 5 * user + 5)
        if 0 < positive[rows].sum() < 5:
            assert value == pytest.approx(roc_auc_score(positive[rows], scores[rows]))
        else:
            assert np.isnan(value)


def test_users_with_one_kind_only_count_for_the_auc_over_all_impressions_alone():
    day = judged([1, 0, 1, 1, 0, 0], [2, 2, 2])
    scores = np.array([2, 1, 9, 8, -1, -2], np.float32)

    found = evaluate_feed({"ours": scores, "flat": scores * 0}, day, day.grades > 0, (5,), seed=1)

    assert (found.users, found.users_with_both, found.impressions, found.positives) == (3, 1, 6, 3)
    assert found.report.metrics[PER_USER_AUC]["ours"].count == 1
    assert found.report.metrics[PER_USER_AUC]["flat"].mean == 0.5
    assert found.report.metrics["ndcg_at_5"]["ours"].mean == 1
    assert found.report.metrics[AUC]["ours"].mean == 1
    assert found.report.metrics[AUC]["flat"].mean == 0.5
    assert found.report.differences[AUC]["flat"].mean == 0.5


def test_weights_count_as_repeated_rows(rng):
    scores, positive = np.sort(rng.integers(0, 5, 60)), rng.random(60) < 0.4
    weights = rng.integers(0, 4, 60)
    starts = np.flatnonzero(np.diff(scores, prepend=-1))

    found = weighted_auc(weights * positive, weights * ~positive, starts)

    assert found == pytest.approx(roc_auc_score(np.repeat(positive, weights), np.repeat(scores, weights)))


def test_an_interval_over_users_is_wider_than_one_over_rows_where_users_agree_with_themselves(rng):
    users = np.repeat(np.arange(60), 20)
    positive = rng.random(60)[users] < 0.5
    scores = (positive + 2 * rng.normal(size=60)[users]).astype(np.float32)

    by_user = resampled_auc(scores, positive, users, 60, seed=2)
    by_row = resampled_auc(scores, positive, np.arange(1200), 1200, seed=2)

    assert by_user.std() > 2 * by_row.std()


def test_the_intervals_hold_the_mean_and_are_repeatable(day, rng):
    scores = {
        "ours": (day.grades + rng.normal(size=400)).astype(np.float32),
        "other": np.zeros(400, np.float32),
    }

    first, second = (evaluate_feed(scores, day, day.grades == 2, (1, 5), seed=4) for _ in range(2))

    assert first == second
    for metric in (AUC, PER_USER_AUC, "ndcg_at_5"):
        interval = first.report.metrics[metric]["ours"]
        assert interval.low < interval.mean < interval.high
        assert first.report.differences[metric]["other"].above_zero
