"""Made-up queries: as large as asked, the same for a seed, and worth learning from."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.evaluation import per_query
from recsys.metrics import ndcg
from training.bench.queries import MadeQueries, utility

MADE = MadeQueries(queries=30, rows=200, features=40, missing=0.1, seed=1)


def test_queries_have_the_rows_and_features_asked_for():
    judged = MADE.make()

    assert judged.features.shape == (6_000, 40)
    assert judged.group_sizes.tolist() == [200] * 30
    assert np.isnan(judged.features).mean() == pytest.approx(0.1, abs=0.01)


def test_grades_are_rare_in_every_query():
    counts = np.array([np.bincount(grades, minlength=5) for grades in np.split(MADE.make().grades, 30)])

    assert_array_equal(counts, np.tile([140, 30, 18, 9, 3], (30, 1)))


def test_a_seed_makes_the_same_rows_and_another_seed_others():
    first, again, other = (MADE.model_copy(update={"seed": seed}).make().features for seed in (1, 1, 2))

    assert_array_equal(first, again)
    assert not np.array_equal(first, other, equal_nan=True)


def test_the_utility_ranks_far_better_than_chance():
    judged = MADE.model_copy(update={"missing": 0.0}).make()
    chance = np.random.default_rng(0).random(len(judged.grades))

    assert per_query(utility(judged.features), judged, ndcg, 10).mean() > 0.5
    assert per_query(chance, judged, ndcg, 10).mean() < 0.2
