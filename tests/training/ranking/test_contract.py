"""Every ranker of the union keeps the same promises."""

from typing import Any, get_args

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from pydantic import TypeAdapter

from recsys.errors import TableError
from recsys.judged import Judged
from training.ranking import RankerConfig, RowRanker

MEMBERS = {config.model_fields["kind"].default: config for config in get_args(get_args(RankerConfig)[0])}
SMALL_TREES = {
    "rounds": 8,
    "num_leaves": 4,
    "min_data_in_leaf": 5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
}
SETTINGS: dict[str, dict[str, Any]] = {
    "lambdamart": SMALL_TREES,
    "pointwise": SMALL_TREES,
    "averaged": {"members": 2, "ranker": SMALL_TREES},
    "hurdle": {
        "wanted_grade": 1,
        "wanted": SMALL_TREES,
        "worth": {"rounds": 8, "num_leaves": 4, "min_data_in_leaf": 5},
    },
    "column": {"column": "followers"},
}
KNOW_ONLY_THE_PLACE = {"random", "logged_order"}
"""Rankers that look at the number of a row and at none of its features."""
BY_FEATURES = sorted(MEMBERS.keys() - KNOW_ONLY_THE_PLACE)


def build(kind: str) -> RowRanker:
    config = TypeAdapter(RankerConfig).validate_python({"kind": kind, **SETTINGS.get(kind, {})})
    return config.build()


@pytest.fixture(params=sorted(MEMBERS))
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def judged(rng: np.random.Generator) -> Judged:
    features = rng.normal(size=(240, 3)).astype(np.float32)
    grades = (features[:, 0] + rng.normal(size=240) > 0.5).astype(np.int32)
    features[::7, 1] = np.nan
    return Judged(features, grades, np.full(30, 8, np.int64), ("followers", "gmv", "replies"))


def test_fit_returns_the_ranker_itself(kind, judged):
    ranker = build(kind)

    assert ranker.fit(judged, judged) is ranker


def test_the_same_seed_gives_the_same_scores(kind, judged):
    first, second = (build(kind).fit(judged, judged).score(judged.features) for _ in range(2))

    assert_array_equal(first, second)


def test_scores_are_one_finite_float32_a_row(kind, judged):
    scores = build(kind).fit(judged, judged).score(judged.features)

    assert scores.shape == (240,)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_a_column_that_is_missing_everywhere_is_tolerated(kind, judged):
    judged.features[:, 2] = np.nan
    ranker = build(kind).fit(judged, judged)

    assert np.isfinite(ranker.score(np.full((4, 3), np.nan, np.float32))).all()


def test_no_rows_get_no_scores(kind, judged):
    assert build(kind).fit(judged, judged).score(judged.features[:0]).shape == (0,)


def test_feature_names_are_remembered_in_their_order(kind, judged):
    assert build(kind).fit(judged, judged).feature_names_ == ("followers", "gmv", "replies")


@pytest.mark.parametrize("kind", BY_FEATURES)
def test_a_row_has_the_same_score_wherever_it_stands(kind, judged, rng):
    ranker = build(kind).fit(judged, judged)
    order = rng.permutation(240)

    assert_array_equal(ranker.score(judged.features[order]), ranker.score(judged.features)[order])


@pytest.mark.parametrize("kind", BY_FEATURES)
def test_a_relevant_row_scores_higher_on_average(kind, judged):
    scores = build(kind).fit(judged, judged).score(judged.features)

    assert scores[judged.grades > 0].mean() > scores[judged.grades == 0].mean()


def test_every_setting_is_checked(kind):
    with pytest.raises(ValueError, match="misspelt"):
        TypeAdapter(RankerConfig).validate_python({"kind": kind, **SETTINGS.get(kind, {}), "misspelt": 1})


def test_an_unknown_column_is_named_beside_the_known_ones(judged):
    ranker = TypeAdapter(RankerConfig).validate_python({"kind": "column", "column": "likes"}).build()

    with pytest.raises(TableError, match=r"'likes'.*followers"):
        ranker.fit(judged, judged)
