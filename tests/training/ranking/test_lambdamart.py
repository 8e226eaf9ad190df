from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from pydantic import ValidationError

from recsys.errors import ConfigError, TableError
from recsys.evaluation import per_query
from recsys.judged import Judged
from recsys.metrics import ndcg
from training.ranking.lambdamart import LARGEST_QUERY, LambdaMartConfig, best_round


def small(**settings) -> LambdaMartConfig:
    return LambdaMartConfig(
        **{"rounds": 20, "num_leaves": 4, "min_data_in_leaf": 5, "cutoffs": (5,)} | settings
    )


@pytest.fixture
def judged(rng) -> Judged:
    features = rng.normal(size=(400, 3)).astype(np.float32)
    grades = np.digitize(features[:, 0] + rng.normal(size=400), [0.5, 1.5]).astype(np.int32)
    return Judged(features, grades, np.full(40, 10, np.int64), ("signal", "noise", "other"))


def with_grades(judged: Judged, grades) -> Judged:
    return replace(judged, grades=np.asarray(grades, np.int32))


@pytest.mark.parametrize("objective", ["lambdarank", "rank_xendcg"])
def test_it_learns_an_order(judged, objective):
    ranker = small(objective=objective).build().fit(judged, judged)
    random = np.random.default_rng(1).random(400, np.float32)

    learned = per_query(ranker.score(judged.features), judged, ndcg, 5)

    assert np.nanmean(learned) > np.nanmean(per_query(random, judged, ndcg, 5)) + 0.1
    assert next(iter(ranker.importance())) == "signal"


def test_the_curve_ends_where_our_own_metric_does(judged):
    grades = judged.grades.copy()
    grades[:30] = 0
    valid = with_grades(judged, grades)
    ranker = small(patience=None).build().fit(judged, valid)

    values = per_query(ranker.score(valid.features), valid, ndcg, 5)

    assert np.isnan(values[:3]).all()
    assert len(ranker.curve_) == 20
    assert ranker.curve_[-1]["round"] == 20
    assert ranker.curve_[-1]["ndcg_at_5"] == pytest.approx(np.nanmean(values), abs=1e-9)


def test_it_keeps_the_trees_of_the_best_round_only(judged, rng):
    noise = with_grades(judged, rng.permutation(judged.grades))

    ranker = small(rounds=200, patience=5).build().fit(judged, noise)

    assert ranker.booster_.num_trees() == best_round(ranker.curve_)
    assert len(ranker.curve_) == ranker.booster_.num_trees() + 5


def test_without_patience_every_round_is_trained(judged, rng):
    noise = with_grades(judged, rng.permutation(judged.grades))

    assert small(patience=None).build().fit(judged, noise).booster_.num_trees() == 20


def test_the_best_round_is_the_first_with_the_best_mean():
    curve = [
        {"round": 1, "ndcg_at_1": 0.2, "ndcg_at_5": 0.6},
        {"round": 2, "ndcg_at_1": 0.6, "ndcg_at_5": 0.4},
        {"round": 3, "ndcg_at_1": 0.5, "ndcg_at_5": 0.5},
    ]

    assert best_round(curve) == 2


def test_another_seed_gives_another_model(judged):
    settings = {"bagging_fraction": 0.5, "bagging_freq": 1}
    scores = [
        small(seed=seed, **settings).build().fit(judged, judged).score(judged.features) for seed in (1, 2)
    ]

    assert (scores[0] != scores[1]).any()


def test_the_given_gains_change_what_is_learned(judged):
    scores = [
        small(label_gain=gain).build().fit(judged, judged).score(judged.features)
        for gain in ((0, 1, 1), (0, 1, 50))
    ]

    assert (scores[0] != scores[1]).any()


def test_a_query_longer_than_lightgbm_allows_is_refused():
    rows = LARGEST_QUERY + 1
    long = Judged(np.zeros((rows, 1), np.float32), np.zeros(rows, np.int32), np.array([rows]), ("one",))

    with pytest.raises(TableError, match="query 0 has 10001 rows, LightGBM ranks at most 10000"):
        small().build().fit(long, long)


@pytest.mark.parametrize(("grade", "gain"), [(3, (0.0, 1.0, 3.0)), (31, None), (-1, None)])
def test_a_grade_without_a_gain_is_refused(judged, grade, gain):
    grades = judged.grades.copy()
    grades[5] = grade

    with pytest.raises(TableError, match=rf"grades must be 0 to \d+ .* found .*{grade}"):
        small(label_gain=gain).build().fit(with_grades(judged, grades), judged)


def test_validation_without_a_relevant_row_is_refused(judged):
    with pytest.raises(TableError, match="none of the 40 validation queries"):
        small().build().fit(judged, with_grades(judged, np.zeros(400)))


def test_position_bias_needs_positions(judged):
    with pytest.raises(ConfigError, match="none was logged"):
        small(position_bias=True).build().fit(judged, judged)


def test_position_bias_needs_lambdarank():
    with pytest.raises(ValidationError, match="lambdarank objective only"):
        small(position_bias=True, objective="rank_xendcg")


def test_position_bias_finds_the_better_row_where_clicks_follow_the_place(rng):
    clicked = clicks_on_shown_places(rng)
    plain, corrected = (
        small(rounds=60, patience=None, position_bias=flag).build().fit(clicked, clicked)
        for flag in (False, True)
    )

    assert agreement(corrected) > agreement(plain) + 0.05


def clicks_on_shown_places(rng) -> Judged:
    """`rival` decides the place, the place how often a row is seen, `appeal` what is clicked if seen."""
    appeal, rival = rng.normal(size=(2, 1500, 6)).astype(np.float32)
    positions = np.argsort(np.argsort(-rival, axis=1), axis=1) + 1
    seen = rng.random((1500, 6)) < 1 / positions**1.5
    grades = (seen & (appeal + 0.3 * rng.normal(size=(1500, 6)) > 0.3)).astype(np.int32)
    return Judged(
        features=np.stack([appeal.ravel(), rival.ravel()], axis=1),
        grades=grades.ravel(),
        group_sizes=np.full(1500, 6, np.int64),
        feature_names=("appeal", "rival"),
        positions=positions.ravel().astype(np.int64),
    )


def agreement(ranker) -> float:
    """Correlation of the score with the appeal alone."""
    probe = np.random.default_rng(3).normal(size=(5000, 2)).astype(np.float32)
    return float(np.corrcoef(ranker.score(probe), probe[:, 0])[0, 1])


def test_rows_are_scored_alike_by_one_and_two_threads(judged):
    first = small().build().fit(judged, judged)
    second = small(num_threads=2).build().fit(judged, judged)

    assert_array_equal(first.score(judged.features), second.score(judged.features))
