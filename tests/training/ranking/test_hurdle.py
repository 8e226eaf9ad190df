"""Who is wanted, and what comes of those who are."""

import numpy as np
import pytest

from recsys.errors import TableError
from recsys.judged import Judged
from training.export.proven import prove
from training.ranking.hurdle import HurdleConfig, cut_off

TREES = {"rounds": 60, "num_leaves": 4, "min_data_in_leaf": 10, "learning_rate": 0.2}
CONFIG = HurdleConfig.model_validate({"wanted": TREES | {"objective": "rank_xendcg"}, "worth": TREES})
QUERIES, ROWS = 200, 12


@pytest.fixture
def judged(rng):
    """The first feature decides who is wanted, the second what comes of it."""
    features = rng.normal(size=(QUERIES * ROWS, 3)).astype(np.float32)
    wanted = features[:, 0] + rng.normal(size=len(features)) > 1
    accepted = wanted & (features[:, 1] > 0)
    grades = (2 * wanted + 2 * accepted).astype(np.int32)
    return Judged(features, grades, np.full(QUERIES, ROWS, np.int64), ("liked", "willing", "noise"))


def scores_along(ranker, place):
    rows = np.zeros((2, 3), np.float32)
    rows[:, place] = [-1.5, 1.5]
    return ranker.score(rows)


def test_it_ranks_by_both_what_makes_wanted_and_what_makes_worth(judged):
    ranker = CONFIG.build().fit(judged, judged)

    for place in (0, 1):
        low, high = scores_along(ranker, place)
        assert high > low + 0.5
    low, high = scores_along(ranker, 2)
    assert abs(high - low) < 0.5


def test_without_weight_worth_does_not_count(judged):
    unweighted = CONFIG.model_copy(update={"worth_weight": 0.0}).build().fit(judged, judged)
    wanted = CONFIG.wanted.build().fit(cut_off(judged, 2), cut_off(judged, 2))

    np.testing.assert_allclose(unweighted.score(judged.features), wanted.score(judged.features), atol=1e-6)


def test_the_difference_in_worth_is_that_of_the_mean_gain(judged):
    """Those who accept gain 15, the others 3: ln 5 apart."""
    both = CONFIG.build().fit(judged, judged)
    wanted = CONFIG.wanted.build().fit(cut_off(judged, 2), cut_off(judged, 2))
    worth = scores_along(both, 1) - scores_along(wanted, 1)

    assert worth[1] - worth[0] == pytest.approx(np.log(5), abs=0.1)


def test_the_sum_is_one_graph_that_is_proven(judged):
    ranker = CONFIG.build().fit(judged, judged)

    proven = prove(ranker.booster_, judged.features, "rank", seed=1)

    np.testing.assert_allclose(proven.score(judged.features), ranker.score(judged.features), atol=1e-4)


def test_grades_above_the_wanted_one_are_cut_off(judged):
    assert set(cut_off(judged, 2).grades.tolist()) == {0, 2}


def test_the_number_of_rounds_is_that_of_who_is_wanted(judged):
    few = CONFIG.with_rounds(3).build().fit(judged, judged)

    assert len(few.curve_) == 3
    assert few.booster_.num_trees() == 3 + TREES["rounds"]


def test_without_a_wanted_row_there_is_nothing_to_learn(judged):
    nobody = HurdleConfig.model_validate(CONFIG.model_dump() | {"wanted_grade": 5})

    with pytest.raises(TableError, match="none of 2400 rows reaches grade 5"):
        nobody.build().fit(judged, judged)
