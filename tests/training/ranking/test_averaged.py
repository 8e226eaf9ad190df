import lightgbm
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys.judged import Judged
from training.ranking.averaged import AveragedConfig, averaged, mean_curve
from training.ranking.lambdamart import LambdaMart, LambdaMartConfig


@pytest.fixture
def judged(rng) -> Judged:
    features = rng.normal(size=(300, 3)).astype(np.float32)
    grades = (features[:, 0] + rng.normal(size=300) > 0.5).astype(np.int32)
    features[::5, 1] = np.nan
    return Judged(features, grades, np.full(30, 10, np.int64), ("a", "b", "c"))


@pytest.fixture
def config() -> LambdaMartConfig:
    return LambdaMartConfig(
        rounds=30, patience=3, num_leaves=5, min_data_in_leaf=5, bagging_fraction=0.5, bagging_freq=1
    )


def members(config, judged, count) -> list[LambdaMart]:
    return [
        config.model_copy(update={"seed": config.seed + place}).build().fit(judged, judged)
        for place in range(count)
    ]


def test_the_score_is_the_mean_of_the_members_scores(config, judged):
    merged = AveragedConfig(members=3, ranker=config).build().fit(judged, judged)
    alone = [member.booster_.predict(judged.features) for member in members(config, judged, 3)]

    assert len({len(scores) for scores in alone}) == 1
    assert_allclose(merged.booster_.predict(judged.features), np.mean(alone, axis=0), rtol=0, atol=1e-12)


def test_the_merged_booster_holds_all_trees_and_survives_its_own_text(config, judged):
    fitted = members(config, judged, 3)
    merged = averaged([member.booster_ for member in fitted])

    assert merged.num_trees() == sum(member.booster_.num_trees() for member in fitted)
    assert len({member.booster_.num_trees() for member in fitted}) > 1
    again = lightgbm.Booster(model_str=merged.model_to_string())
    assert_array_equal(again.predict(judged.features), merged.predict(judged.features))
    assert merged.feature_name() == ["a", "b", "c"]


def test_the_members_are_left_as_they_were(config, judged):
    (only,) = members(config, judged, 1)
    before = only.booster_.model_to_string()

    averaged([only.booster_, only.booster_])

    assert only.booster_.model_to_string() == before


def test_importance_counts_the_splits_of_all_members(config, judged):
    ranker = AveragedConfig(members=3, ranker=config).build().fit(judged, judged)
    one = AveragedConfig(members=1, ranker=config).build().fit(judged, judged)

    assert ranker.importance()["a"] > 1.5 * one.importance()["a"]


def test_more_rounds_are_asked_of_each_member(config, judged):
    ranker = AveragedConfig(members=2, ranker=config).with_rounds(4).build().fit(judged, judged)

    assert ranker.booster_.num_trees() == 8


def test_the_curve_is_the_mean_up_to_the_round_all_members_reached():
    curves = [
        [{"round": 1, "ndcg_at_5": 0.2}, {"round": 2, "ndcg_at_5": 0.6}],
        [{"round": 1, "ndcg_at_5": 0.4}],
    ]

    assert mean_curve(curves) == [{"round": 1, "ndcg_at_5": pytest.approx(0.3)}]
