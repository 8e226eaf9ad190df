"""Serving scores as the booster does: exactly, or with a cascade exactly where it matters."""

import lightgbm
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.errors import BundleError
from recsys.stages import best_first
from serving.scorer import Scorer
from training.bench.queries import MadeQueries
from training.export.canonical import canonical
from training.export.cascade import CascadeConfig, stage_graphs
from training.export.graph import tree_graph
from training.export.trees import read_trees

NAMES = tuple(f"feature_{place}" for place in range(6))
CASCADE = CascadeConfig(cuts=(5, 15), keep=(40, 10))


@pytest.fixture(scope="module")
def booster():
    rows = MadeQueries(queries=30, rows=40, features=6, seed=1).make()
    data = lightgbm.Dataset(rows.features, rows.grades, group=rows.group_sizes, feature_name=list(NAMES))
    settings = {"objective": "lambdarank", "num_threads": 1, "verbosity": -1, "num_leaves": 15}
    return canonical(lightgbm.train(settings, data, 30))


@pytest.fixture(scope="module")
def whole(booster):
    return tree_graph(read_trees(booster), "rank")


@pytest.fixture(scope="module")
def stages(booster):
    return stage_graphs(read_trees(booster), CASCADE, "rank")


@pytest.fixture(scope="module")
def cascaded(whole, stages):
    return Scorer.open(whole, NAMES, stages, CASCADE.keep)


@pytest.fixture(scope="module")
def features():
    return MadeQueries(queries=1, rows=100, features=6, seed=2).make().features


def test_without_a_cascade_every_score_is_the_boosters(booster, whole, features):
    scorer = Scorer.open(whole, NAMES)

    assert_array_equal(scorer.score(features), booster.predict(features))
    assert_array_equal(scorer.exact(features), booster.predict(features))
    assert scorer.exactly_scored == np.inf


def test_a_cascade_ranks_its_best_exactly_and_the_others_below(booster, cascaded, features):
    scores = cascaded.score(features)
    exact = booster.predict(features).astype(np.float32)
    best = best_first(scores)[: cascaded.exactly_scored]

    assert cascaded.exactly_scored == 10
    assert_array_equal(scores[best], exact[best])
    assert (np.delete(scores, best) < scores[best].min()).all()
    assert (scores <= exact).all()


def test_a_cascade_scores_few_rows_exactly(booster, cascaded, features):
    assert_array_equal(cascaded.score(features[:10]), booster.predict(features[:10]))


def test_exact_scores_do_not_depend_on_the_rows_beside(cascaded, features):
    together = cascaded.exact(features)
    alone = [cascaded.exact(features[place : place + 1])[0] for place in range(len(features))]

    assert_array_equal(together, alone)


def test_no_rows_have_no_scores(cascaded):
    assert cascaded.score(np.empty((0, 6), np.float32)).shape == (0,)


@pytest.mark.parametrize(
    ("names", "match"),
    [
        (NAMES[:5], "reads 6 features, expected 5"),
        (("feature_0", "other", *NAMES[2:]), "reads 'feature_1' in column 1, expected 'other'"),
    ],
)
def test_a_graph_of_other_features_is_refused(whole, names, match):
    with pytest.raises(BundleError, match=match):
        Scorer.open(whole, names)


def test_a_stage_of_other_features_is_refused(whole, stages):
    other = MadeQueries(queries=9, rows=40, features=6, seed=1).make()
    booster = lightgbm.train(
        {"num_threads": 1, "verbosity": -1}, lightgbm.Dataset(other.features, other.grades), 3
    )
    foreign = tree_graph(read_trees(canonical(booster)), "other")

    with pytest.raises(BundleError, match="reads 'Column_0' in column 0, expected 'feature_0'"):
        Scorer.open(whole, NAMES, [stages[0], foreign], (10,))
