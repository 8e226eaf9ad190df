"""Reading LightGBM's text into arrays, and writing other numbers back into it."""

import re

import lightgbm
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.errors import ConfigError
from training.export.trees import ModelText, read_trees

# A root on f0 at .5 whose right child splits f1 at -2: leaves 1 | 2, 3.
TREE = {
    "feature": [0, 1],
    "threshold": [0.5, -2.0],
    "kind": [10, 0],
    "left": [-1, -2],
    "right": [1, -3],
    "leaf": [1.0, 2.0, 3.0],
}


def test_a_tree_is_read_as_it_is_written(booster_of):
    trees = read_trees(booster_of(TREE))

    (tree,) = trees.trees
    assert trees.feature_names == ("f0", "f1")
    assert_array_equal(tree.feature, [0, 1])
    assert_array_equal(tree.threshold, [0.5, -2.0])
    assert_array_equal(tree.left, [-1, -2])
    assert_array_equal(tree.right, [1, -3])
    assert_array_equal(tree.leaf, [1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("kind", "threshold", "left"),
    [(10, -1.0, True), (8, 1.0, False), (0, 1.0, True), (2, 0.0, True), (0, -1e-40, False), (2, -1.0, False)],
)
def test_nan_goes_where_training_sent_it_or_where_0_goes(booster_of, kind, threshold, left):
    stump = {"feature": [0], "threshold": [threshold], "kind": [kind], "left": [-1], "right": [-2]}
    booster = booster_of(stump | {"leaf": [1.0, 2.0]})

    assert read_trees(booster).trees[0].nan_left.tolist() == [left]
    assert booster.predict(np.array([[np.nan, 0]]))[0] == (1 if left else 2)


def test_a_model_knows_how_far_its_scores_can_go(booster_of):
    trees = read_trees(booster_of(TREE, TREE | {"leaf": [-5.0, 0.5, 4.0]}))

    assert trees.largest == 8
    assert trees.least == -4


def test_a_model_that_stopped_at_once_is_a_lone_leaf():
    rows = lightgbm.Dataset(np.ones((30, 2), np.float32), np.full(30, 3.0))
    booster = lightgbm.train({"verbosity": -1, "num_threads": 1}, rows, 1)

    (tree,) = read_trees(booster).trees
    assert len(tree.feature) == 0
    assert_array_equal(tree.leaf, [3.0])


def test_only_the_trees_up_to_the_best_iteration_are_read(trained):
    stopped = lightgbm.Booster(model_str=trained.model_to_string())
    stopped.best_iteration = 7

    assert len(read_trees(stopped).trees) == 7


def test_trees_are_cut_where_lightgbm_cuts_them(trained):
    text = ModelText.of(trained)

    sizes = re.search("^tree_sizes=(.*)$", text.head, re.MULTILINE).group(1).split()
    assert [len(block) for block in text.trees] == [int(size) for size in sizes]


def test_a_text_with_its_own_numbers_is_the_same_model(trained, judged):
    again = lightgbm.Booster(model_str=ModelText.of(trained).with_numbers(read_trees(trained)))

    assert_array_equal(again.predict(judged.features), trained.predict(judged.features))
    assert again.feature_name() == trained.feature_name()


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"categorical_feature": [0], "min_data_per_group": 1}, "has categorical splits"),
        ({"zero_as_missing": True}, r"takes 0 for missing \(zero_as_missing\)"),
        ({"linear_tree": True}, "is a linear tree, expected constant leaves"),
        ({"objective": "multiclass", "num_class": 3}, "has several classes, expected one raw score"),
        ({"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, "averages its trees"),
    ],
    ids=["categorical", "zero as missing", "linear", "multiclass", "random forest"],
)
def test_what_cannot_be_exact_is_refused(trained_with, settings, match):
    with pytest.raises(ConfigError, match=match):
        read_trees(trained_with(**settings))


def test_numbers_that_are_none_are_refused(booster_of):
    with pytest.raises(ConfigError, match="tree 1 has a leaf value that is not finite"):
        read_trees(booster_of(TREE, TREE | {"leaf": [1.0, float("inf"), 0.0]}))
    with pytest.raises(ConfigError, match="tree 0 has a threshold that is NaN"):
        read_trees(booster_of(TREE | {"threshold": [0.5, float("nan")]}))
