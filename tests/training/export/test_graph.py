"""Graphs give LightGBM's scores to the last bit, whatever the trees and whatever the rows."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from recsys.errors import ConfigError
from training.export.canonical import ZERO, canonical
from training.export.graph import tree_graph
from training.export.parity import boundary_rows
from training.export.running import open_graph
from training.export.trees import read_trees

NAN, INFINITY, TINY = np.nan, np.inf, 1e-45
UP = float(np.nextafter(np.float32(0.5), np.float32(1)))
DOWN = float(np.nextafter(np.float32(0.5), np.float32(0)))
STUMP = {"feature": [0], "left": [-1], "right": [-2], "leaf": [1.5, -2.0]}


@pytest.mark.parametrize(
    ("threshold", "kind", "left", "right"),
    [
        (0.5, 8, [0.5, DOWN, -INFINITY, 0], [UP, INFINITY, NAN]),
        (0.5, 10, [0.5, DOWN, -INFINITY, 0, NAN], [UP, INFINITY]),
        (0.5, 0, [0.5, NAN], [UP]),
        (-0.5, 0, [-0.5, -INFINITY], [-DOWN, NAN, 0]),
        (0.1, 8, [np.nextafter(np.float32(0.1), np.float32(0))], [np.float32(0.1)]),
        (0.0, 10, [0.0, -0.0, TINY, -TINY, ZERO, -1.0, NAN], [1.1e-35, 1.0]),
        (-1e-40, 8, [-1.1e-35, -1.0], [-ZERO, -TINY, -0.0, 0.0, TINY, NAN]),
        (INFINITY, 8, [INFINITY, -INFINITY, 0], [NAN]),
        (INFINITY, 10, [INFINITY, -INFINITY, 0, NAN], []),
        (-1e300, 8, [-INFINITY], [-3.4e38, 0, NAN]),
        (1e300, 10, [3.4e38, 0, NAN], [INFINITY]),
    ],
)
def test_a_stump_by_hand(booster_of, threshold, kind, left, right):
    booster = canonical(booster_of(STUMP | {"threshold": [threshold], "kind": [kind]}))
    rows = np.array([[value, 7] for value in (*left, *right)], np.float32)
    expected = [1.5] * len(left) + [-2.0] * len(right)

    assert_array_equal(booster.predict(rows), expected)
    assert_array_equal(open_graph(tree_graph(read_trees(booster), "stump"))(rows), expected)


def test_two_trees_by_hand(booster_of):
    # f0 <= .5: 1, else f1 <= -2: 2, else 3; and a constant of .25.
    deep = {
        "feature": [0, 1],
        "threshold": [0.5, -2.0],
        "kind": [8, 10],
        "left": [-1, -2],
        "right": [1, -3],
        "leaf": [1.0, 2.0, 3.0],
    }
    constant = {"feature": [], "threshold": [], "kind": [], "left": [], "right": [], "leaf": [0.25]}
    score = open_graph(tree_graph(read_trees(booster_of(deep, constant)), "two"))
    rows = np.array([[0.5, 9], [1, -2], [1, -1], [NAN, NAN], [NAN, 0]], np.float32)

    assert_array_equal(score(rows), np.array([1.25, 2.25, 3.25, 2.25, 3.25], np.float32))


thresholds = st.one_of(
    st.floats(allow_nan=False, min_value=-1e300),
    st.floats(-2, 2),
    st.sampled_from([0.0, -0.0, 1e-35, -1e-35, float(ZERO), -float(ZERO), 1e-42, -1e-42, INFINITY, 0.1]),
)


@st.composite
def written_trees(draw, features=3):
    """A tree of up to 8 splits in LightGBM's terms, grown by splitting one leaf after another."""
    splits = draw(st.integers(0, 8))
    left, right = [], []
    for place in range(splits):
        if place:
            # Leaf `~place` of the new split takes the place of a leaf drawn from the older ones.
            parent, side = draw(
                st.sampled_from([(i, s) for s in (left, right) for i in range(place) if s[i] < 0])
            )
            moved, side[parent] = side[parent], place
        else:
            moved = -1
        left.append(moved)
        right.append(~(place + 1))
    return {
        "feature": draw(st.lists(st.integers(0, features - 1), min_size=splits, max_size=splits)),
        "threshold": draw(st.lists(thresholds, min_size=splits, max_size=splits)),
        "kind": draw(st.lists(st.sampled_from([0, 2, 8, 10]), min_size=splits, max_size=splits)),
        "left": left,
        "right": right,
        "leaf": draw(st.lists(st.floats(-100, 100), min_size=splits + 1, max_size=splits + 1)),
    }


@settings(max_examples=60, deadline=None)
@given(trees=st.lists(written_trees(), min_size=1, max_size=6), seed=st.integers(0, 9))
def test_any_booster_and_its_graph_agree_to_the_last_bit(booster_of, trees, seed):
    booster = booster_of(*trees, features=3)
    exact = canonical(booster)
    base = np.random.default_rng(seed).standard_normal((50, 3)).astype(np.float32)
    rows = boundary_rows(read_trees(booster), base, 300, seed)
    expected = exact.predict(rows, num_threads=1)
    graph = tree_graph(read_trees(exact), "any")

    assert_array_equal(exact.predict(rows, pred_leaf=True), booster.predict(rows, pred_leaf=True))
    for threads in (1, 2):
        assert_array_equal(open_graph(graph, threads)(rows), expected)


def test_the_same_trees_give_the_same_bytes(trained):
    assert tree_graph(read_trees(canonical(trained)), "rank") == tree_graph(
        read_trees(canonical(trained)), "rank"
    )


def test_the_graph_says_what_it_reads_and_gives(exported):
    graph = tree_graph(read_trees(exported), "rank")
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])

    onnx.checker.check_model(onnx.load_from_string(graph), full_check=True)
    (features,), (score,) = session.get_inputs(), session.get_outputs()
    assert (features.name, features.type, features.shape) == ("features", "tensor(float)", ["rows", 12])
    assert (score.name, score.type, score.shape) == ("score", "tensor(float)", ["rows"])
    names = json.loads(session.get_modelmeta().custom_metadata_map["feature_names"])
    assert names == exported.feature_name()
    assert session.get_modelmeta().graph_name == "rank"


def test_no_rows_give_no_scores(exported):
    assert open_graph(tree_graph(read_trees(exported), "rank"))(np.empty((0, 12), np.float32)).shape == (0,)


def test_trees_that_would_be_inexact_are_refused(trained):
    with pytest.raises(ConfigError, match="not in canonical form"):
        tree_graph(read_trees(trained), "rank")


def test_a_model_without_trees_is_refused(exported):
    with pytest.raises(ConfigError, match="has no trees"):
        tree_graph(type(read_trees(exported))((), ("f0",)), "rank")
