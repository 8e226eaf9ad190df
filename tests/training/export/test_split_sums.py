"""Trees as sums: what becomes one, of which conditions, and in which numbers they are added up."""

import numpy as np
import onnx
import pytest
from numpy.testing import assert_array_equal
from onnx import numpy_helper

from training.export.canonical import canonical, finest_step
from training.export.compared import comparisons
from training.export.graph import MOST_LEAVES, tree_graph, write_graph
from training.export.running import open_graph
from training.export.split_sums import SplitSums
from training.export.trees import Tree, Trees, read_trees

# f0 <= .5: (f1 <= 2: 1, else 2), else (f2 <= 3: 4, else 8)
BALANCED = {
    "feature": [0, 1, 2],
    "threshold": [0.5, 2.0, 3.0],
    "kind": [8, 8, 8],
    "left": [1, -1, -3],
    "right": [2, -2, -4],
    "leaf": [1.0, 2.0, 4.0, 8.0],
}


def sums_of(booster):
    trees = read_trees(canonical(booster))
    return SplitSums.of(trees, np.arange(len(trees.features)))


def operators_of(graph):
    return [node.op_type for node in onnx.load_from_string(graph).graph.node]


def chain(leaves, features=3):
    """A tree whose every split parts one leaf from the rest."""
    count = leaves - 1
    return {
        "feature": [place % features for place in range(count)],
        "threshold": [place / count for place in range(count)],
        "kind": [8] * count,
        "left": [~place for place in range(count)],
        "right": [*range(1, count), ~count],
        "leaf": [float(place) for place in range(leaves)],
    }


def test_a_tree_is_a_constant_and_the_weights_of_its_conditions(booster_of):
    sums = sums_of(booster_of(BALANCED, features=3))

    # f0 <= .5: 1, and 1 more where f1 > 2; f0 > .5: 4, and 4 more where f2 > 3.
    rows = np.array([[0, 2, 9], [0, 3, 9], [1, 0, 3], [1, 0, 4]], np.float32)
    assert [len(conditions) for conditions in sums.conditions] == [2, 2]
    assert sorted(weight for some in sums.weights for weight in some.values()) == [1, 1, 4, 4]
    score = open_graph(tree_graph(read_trees(canonical(booster_of(BALANCED, features=3))), "balanced"))
    assert_array_equal(score(rows), [1, 2, 4, 8])


def test_the_same_tree_twice_has_the_conditions_of_one(booster_of):
    booster = canonical(booster_of(BALANCED, BALANCED, features=3))
    once, twice = canonical(booster_of(BALANCED, features=3)), read_trees(booster)
    rows = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)

    sizes = [
        [numpy_helper.to_array(each).shape for each in onnx.load_from_string(graph).graph.initializer]
        for graph in (tree_graph(read_trees(once), "t"), tree_graph(twice, "t"))
    ]
    assert sizes[0] == sizes[1]
    assert_array_equal(open_graph(tree_graph(twice, "t"))(rows), booster.predict(rows))


@pytest.mark.parametrize("leaves", [2, MOST_LEAVES, MOST_LEAVES + 1, 40])
def test_only_small_trees_become_sums_and_all_score_as_lightgbm(booster_of, leaves):
    booster = canonical(booster_of(chain(leaves), features=3))
    graph = tree_graph(read_trees(booster), "chain")
    rows = np.random.default_rng(leaves).uniform(-0.2, 1.2, (500, 3)).astype(np.float32)

    assert ("TreeEnsemble" in operators_of(graph)) == (leaves > MOST_LEAVES)
    assert_array_equal(open_graph(graph)(rows), booster.predict(rows))


def test_leaves_alone_are_no_sum(booster_of):
    lone = {"feature": [], "threshold": [], "kind": [], "left": [], "right": [], "leaf": [0.25]}
    graph = tree_graph(read_trees(booster_of(lone)), "lone")

    assert "TreeEnsemble" in operators_of(graph)
    assert_array_equal(open_graph(graph)(np.zeros((3, 2), np.float32)), [0.25] * 3)


def test_sums_that_float32_would_round_are_added_up_in_float64():
    """Leaves that swing from end to end of what float32 holds: their differences are twice as large."""
    steps = 2.0**23 - 9
    leaf = np.array([steps, -steps, steps, -steps + 1])
    places = np.arange(3, dtype=np.int32)
    tree = Tree(
        feature=places,
        threshold=np.array([0.25, 0.5, 0.75]),
        left=~places,
        right=np.array([1, 2, ~3], np.int32),
        nan_left=np.zeros(3, np.bool_),
        leaf=leaf,
    )
    trees = Trees((tree,), ("a", "b", "c"))
    graph = write_graph(trees, "wide")
    rows = np.array([[0, 9, 9], [9, 0, 9], [9, 9, 0], [9, 9, 9]], np.float32)

    assert finest_step(trees) == 1
    assert SplitSums.of(trees, np.arange(3)).precision is np.float64
    kinds = {each.data_type for each in onnx.load_from_string(graph).graph.initializer}
    assert onnx.TensorProto.DOUBLE in kinds
    assert_array_equal(open_graph(graph)(rows), leaf.astype(np.float32))


def test_float32_is_enough_for_a_few_leaves(booster_of):
    assert sums_of(booster_of(BALANCED, features=3)).precision is np.float32


def test_nan_meets_a_split_as_the_mirrored_feature(booster_of):
    stump = {"feature": [1], "threshold": [0.5], "left": [-1], "right": [-2], "leaf": [1.0, 2.0]}
    columns, bounds = comparisons(
        read_trees(canonical(booster_of(stump | {"kind": [8]}, stump | {"kind": [10]})))
    )

    assert_array_equal(columns, [1, 2 + 1])
    assert_array_equal(bounds, [np.float32(0.5), -np.nextafter(np.float32(0.5), np.float32(1))])
