import numpy as np
import pytest
from numpy.testing import assert_allclose

from recsys.errors import TableError
from recsys.evaluation import auc
from recsys.judged import Judged
from training.ranking.averaged import AveragedConfig, added
from training.ranking.lambdamart import LambdaMartConfig
from training.ranking.pointwise import PointwiseConfig

SMALL = {"rounds": 30, "patience": 3, "num_leaves": 4, "min_data_in_leaf": 5}


@pytest.fixture
def judged(rng) -> Judged:
    """Queries differ in how often anything in them is good; rows within a query differ less."""
    level = np.repeat(rng.normal(size=60), 6)
    features = np.stack([level, rng.normal(size=360)], axis=1).astype(np.float32)
    chance = 1 / (1 + np.exp(-(2 * level + features[:, 1])))
    grades = np.where(rng.random(360) < chance, rng.integers(2, 4, 360), rng.integers(0, 2, 360))
    return Judged(features, grades.astype(np.int32), np.full(60, 6, np.int64), ("level", "appeal"))


def test_it_tells_queries_apart_where_lambdamart_orders_only_within_them(judged):
    positive = judged.grades >= 2
    pointwise = PointwiseConfig(**SMALL, positive_grade=2).build().fit(judged, judged)
    lambdamart = LambdaMartConfig(**SMALL).build().fit(judged, judged)

    known, unknown = (
        auc(ranker.score(judged.features).astype(float), positive) for ranker in (pointwise, lambdamart)
    )

    assert known > unknown + 0.1


def test_the_score_is_the_log_odds_of_a_positive_row(judged):
    ranker = PointwiseConfig(**SMALL, positive_grade=2).build().fit(judged, judged)

    odds = 1 / (1 + np.exp(-ranker.score(judged.features)))

    assert odds.mean() == pytest.approx((judged.grades >= 2).mean(), abs=0.02)


def test_the_curve_is_auc_over_the_rows_of_all_queries(judged):
    ranker = PointwiseConfig(**SMALL, positive_grade=2).with_rounds(4).build().fit(judged, judged)

    reached = auc(ranker.score(judged.features).astype(float), judged.grades >= 2)

    assert [point["round"] for point in ranker.curve_] == [1, 2, 3, 4]
    assert ranker.curve_[-1]["auc"] == pytest.approx(reached, abs=1e-6)


@pytest.mark.parametrize("positive_grade", [4, 9])
def test_rows_of_one_kind_only_are_refused(judged, positive_grade):
    with pytest.raises(TableError, match=f"from grade {positive_grade} up, found 0 of 360"):
        PointwiseConfig(positive_grade=positive_grade).build().fit(judged, judged)


def test_its_members_can_be_averaged_too(judged):
    settings = {"kind": "pointwise", **SMALL, "patience": None, "bagging_fraction": 0.5, "bagging_freq": 1}
    config = AveragedConfig.model_validate({"members": 2, "ranker": settings})
    alone = [
        PointwiseConfig.model_validate({**settings, "seed": seed}).build().fit(judged, judged)
        for seed in (7, 8)
    ]

    merged = config.build().fit(judged, judged).score(judged.features)

    expected = np.mean([member.score(judged.features) for member in alone], axis=0)
    assert_allclose(merged, expected, rtol=0, atol=1e-5)


def test_members_without_a_kind_are_lambdamarts():
    config = AveragedConfig.model_validate({"members": 2, "ranker": {"objective": "rank_xendcg"}})

    assert isinstance(config.ranker, LambdaMartConfig)


def test_trees_of_two_kinds_add_up_by_their_factors(judged):
    log_odds = PointwiseConfig(**SMALL, positive_grade=2).build().fit(judged, judged)
    order = LambdaMartConfig(**SMALL).build().fit(judged, judged)

    merged = added([log_odds.booster_, order.booster_], [2.0, 0.25])

    expected = 2 * log_odds.booster_.predict(judged.features, raw_score=True) + 0.25 * (
        order.booster_.predict(judged.features)
    )
    assert_allclose(merged.predict(judged.features, raw_score=True), expected, rtol=0, atol=1e-12)
