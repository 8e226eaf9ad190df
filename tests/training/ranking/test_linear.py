import numpy as np
import pytest

from recsys.judged import Judged
from training.ranking.linear import LinearConfig


def judged(features, grades) -> Judged:
    return Judged(
        np.asarray(features, np.float32), np.asarray(grades, np.int32), np.array([len(grades)]), ("a", "b")
    )


def test_it_predicts_the_grade_of_a_line():
    rows = judged([[0, 5], [1, 5], [2, 5], [3, 5]], [0, 1, 2, 3])

    scores = LinearConfig(l2=1e-9).build().fit(rows, rows).score(rows.features)

    assert scores == pytest.approx([0, 1, 2, 3], abs=1e-5)


def test_a_missing_value_counts_as_the_mean():
    rows = judged([[0, 0], [2, 0], [4, 0]], [0, 1, 2])
    ranker = LinearConfig().build().fit(rows, rows)

    missing, mean = ranker.score(np.array([[np.nan, 0], [2, 0]], np.float32))

    assert missing == mean


def test_the_scale_of_a_feature_does_not_matter(rng):
    features = rng.normal(size=(50, 2))
    grades = (features.sum(axis=1) > 0).astype(int)
    plain, scaled = judged(features, grades), judged(features * [1000, 0.001], grades)

    scores = [LinearConfig().build().fit(rows, rows).score(rows.features) for rows in (plain, scaled)]

    assert scores[0] == pytest.approx(scores[1], abs=1e-4)


def test_a_larger_penalty_flattens_the_scores(rng):
    features = rng.normal(size=(50, 2))
    rows = judged(features, (features[:, 0] > 0).astype(int))

    weak, strong = (LinearConfig(l2=l2).build().fit(rows, rows).score(rows.features) for l2 in (1, 1000))

    assert strong.std() < weak.std() / 5
