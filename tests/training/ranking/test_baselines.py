import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.judged import Judged
from recsys.stages import best_first
from training.ranking.baselines import ColumnConfig, LoggedOrderConfig, RandomConfig


@pytest.fixture
def judged() -> Judged:
    features = np.array([[1, 10], [3, np.nan], [2, 30]], np.float32)
    return Judged(features, np.array([0, 1, 0], np.int32), np.array([3]), ("followers", "price"))


def test_a_column_ranks_by_its_values(judged):
    ranker = ColumnConfig(column="followers").build().fit(judged, judged)

    assert_array_equal(best_first(ranker.score(judged.features)), [1, 2, 0])


def test_an_ascending_column_ranks_small_values_first(judged):
    ranker = ColumnConfig(column="followers", ascending=True).build().fit(judged, judged)

    assert_array_equal(best_first(ranker.score(judged.features)), [0, 2, 1])


@pytest.mark.parametrize("ascending", [False, True])
def test_a_missing_value_ranks_last(judged, ascending):
    ranker = ColumnConfig(column="price", ascending=ascending).build().fit(judged, judged)

    assert best_first(ranker.score(judged.features))[-1] == 1


def test_the_logged_order_stays(judged):
    ranker = LoggedOrderConfig().build().fit(judged, judged)

    assert_array_equal(best_first(ranker.score(judged.features)), [0, 1, 2])


def test_every_place_is_as_likely_at_random(judged):
    features = np.zeros((20_000, 2), np.float32)
    scores = RandomConfig(seed=3).build().fit(judged, judged).score(features)

    assert scores.mean() == pytest.approx(0.5, abs=0.01)
    assert np.corrcoef(scores, np.arange(20_000))[0, 1] == pytest.approx(0, abs=0.03)


def test_another_seed_gives_another_order(judged):
    scores = [RandomConfig(seed=seed).build().fit(judged, judged).score(judged.features) for seed in (1, 2)]

    assert (scores[0] != scores[1]).any()
