"""The parity gate lets the exact graph out, and nothing that ranks otherwise."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.errors import BundleError
from training.export.graph import tree_graph
from training.export.parity import (
    boundary_rows,
    check_parity,
    check_scores,
    compare,
    order_changes,
    probes_of,
)
from training.export.trees import read_trees

SPECIAL = [0.0, 1e-45, 1.17549435e-38, 1e-35, 1.0, np.finfo(np.float32).max, np.inf]


@pytest.fixture(scope="module")
def graph(exported):
    return tree_graph(read_trees(exported), "rank")


@pytest.fixture(scope="module")
def boundary(exported, judged):
    return boundary_rows(read_trees(exported), judged.features, 50_000, seed=1)


def test_50000_boundary_rows_agree_to_the_last_bit_on_1_and_2_threads(exported, graph, boundary):
    report = check_parity(exported, graph, boundary)

    assert report.rows == len(boundary) >= 50_000
    assert report.threads == (1, 2)
    assert report.bit_exact
    assert (report.largest_difference, report.differing, report.order_changes) == (0, 0, 0)


def test_boundary_rows_tell_an_inexact_graph(trained, graph, judged):
    # The model before its canonical form has other scores, by less than the rows' differences.
    rows = boundary_rows(read_trees(trained), judged.features, 1_000, seed=1)
    report = compare(trained.predict(rows).astype(np.float32), graph, rows, (1,))

    assert not report.bit_exact


def test_a_graph_of_other_trees_is_held_back(exported, judged):
    trees = read_trees(exported)
    other = tree_graph(type(trees)(trees.trees[:-1], trees.feature_names), "rank")

    with pytest.raises(BundleError, match=r"of 800 rows \d+ scores differ by up to .* order changes"):
        check_parity(exported, other, judged.features)


def test_scores_that_only_change_the_order_are_held_back(exported, graph, judged):
    expected = exported.predict(judged.features).astype(np.float32)
    first, second = np.argsort(-expected)[:2]
    expected[first], expected[second] = expected[second], expected[first] + np.float32(1e-6)

    with pytest.raises(BundleError, match="order changes"):
        check_scores(expected, graph, judged.features)


@pytest.mark.parametrize(
    ("expected", "found", "changes"),
    [
        ([3, 2, 1], [3, 2, 1], 0),
        ([3, 2, 1], [30, 2, 1], 0),
        ([3, 2, 1], [2, 3, 1], 1),
        ([1, 2, 3], [3, 2, 1], 2),
        ([2, 2, 1], [2, 3, 1], 0),  # a tie may be broken either way
        ([1, 2], [2, 2], 1),  # a new tie keeps the incoming order, here the wrong one
        ([2, 1], [2, 2], 0),
    ],
)
def test_order_changes_are_counted_where_they_are_no_ties(expected, found, changes):
    assert order_changes(np.array(expected, np.float32), np.array(found, np.float32)) == changes


def test_a_nan_score_is_a_difference(graph, exported, judged):
    expected = exported.predict(judged.features).astype(np.float32)
    expected[3] = np.nan

    assert compare(expected, graph, judged.features, (1,)).differing == 1


def test_each_threshold_is_probed_below_at_and_above(exported, boundary):
    trees = read_trees(exported)
    for feature in range(12):
        seen = set(boundary[:, feature].tolist())
        for threshold in trees.thresholds[trees.features == feature].astype(np.float32):
            beside = np.nextafter(threshold, np.array([-np.inf, np.inf], np.float32))
            assert {float(threshold), *beside.tolist()} <= seen
        assert np.isnan(boundary[:, feature]).any()
        assert {float(np.float32(value)) for value in SPECIAL} <= seen
        assert {-float(np.float32(value)) for value in SPECIAL} <= seen


def test_probes_of_a_feature_without_splits_are_the_special_values(booster_of):
    stump = {"feature": [0], "threshold": [0.5], "kind": [8], "left": [-1], "right": [-2], "leaf": [1.0, 2.0]}
    trees = read_trees(booster_of(stump))

    assert len(probes_of(trees, 0)) == len(probes_of(trees, 1)) + 3


def test_boundary_rows_are_repeatable(exported, judged):
    trees = read_trees(exported)
    rows = [boundary_rows(trees, judged.features, 2_000, seed) for seed in (1, 1, 2)]

    assert_array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2], equal_nan=True)
