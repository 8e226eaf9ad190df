"""Stages are cut from a model so that their sum is the model, and each later one adds something."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.cascade import cascade
from recsys.config import parse
from recsys.errors import BundleError, ConfigError
from training.export.cascade import CascadeConfig, check_stages, parts_of, shifts_of, stage_graphs
from training.export.graph import tree_graph
from training.export.parity import boundary_rows
from training.export.running import open_graph
from training.export.trees import read_trees

CONFIG = CascadeConfig(cuts=(5, 20), keep=(15, 6))


@pytest.fixture(scope="module")
def trees(exported):
    return read_trees(exported)


@pytest.fixture(scope="module")
def graphs(trees):
    return stage_graphs(trees, CONFIG, "rank")


def test_stages_add_up_to_the_whole_model_to_the_last_bit(exported, trees, graphs, judged):
    rows = boundary_rows(trees, judged.features, 20_000, seed=2)
    stages = [open_graph(graph)(rows) for graph in graphs]

    assert_array_equal(stages[0] + stages[1] + stages[2], exported.predict(rows))
    assert_array_equal(stages[2] + stages[0] + stages[1], exported.predict(rows))


def test_each_stage_is_its_trees_and_later_ones_add_to_every_row(exported, trees, graphs, judged):
    rows = boundary_rows(trees, judged.features, 20_000, seed=3)
    reports = check_stages(exported, CONFIG, graphs, rows)

    assert [report.bit_exact for report in reports] == [True, True, True]
    for graph in graphs[1:]:
        assert (open_graph(graph)(rows) > 0).all()


def test_a_row_left_behind_has_a_bound_just_below_what_it_might_have(trees, graphs):
    least = sum(tree.leaf.min() for tree in trees.trees[5:])
    shifts = shifts_of(trees, CONFIG)

    assert shifts.sum() == 0
    assert 0 < least - shifts[0] < 1e-4
    assert [len(part.trees) for part in parts_of(trees, CONFIG)] == [5, 15, 20]


def test_a_cascade_puts_its_best_in_the_order_of_the_whole_model(exported, trees, graphs, judged):
    whole, stages = open_graph(tree_graph(trees, "rank")), [open_graph(graph) for graph in graphs]
    rows = judged.features[:40]
    scores = cascade(rows, whole, stages, CONFIG.keep)
    exact = exported.predict(rows).astype(np.float32)
    kept = scores == exact

    assert kept.sum() == 6
    assert scores[kept].min() > scores[~kept].max()
    assert (scores <= exact).all()
    left = np.argsort(-scores)[15:]
    assert (np.diff(exported.predict(rows, num_iteration=5)[left]) <= 0).all()


def test_equal_rows_are_told_apart_by_their_place_alone(trees, graphs, judged):
    whole, stages = open_graph(tree_graph(trees, "rank")), [open_graph(graph) for graph in graphs]
    rows = np.repeat(judged.features[:1], 30, axis=0)
    scores = cascade(rows, whole, stages, CONFIG.keep)

    assert_array_equal(np.argsort(-scores, kind="stable"), np.arange(30))
    assert len(np.unique(scores[:6])) == len(np.unique(scores[6:15])) == len(np.unique(scores[15:])) == 1


def test_a_stage_of_other_trees_is_held_back(exported, graphs, judged):
    first, second, third = graphs

    with pytest.raises(BundleError, match="the graph is not its booster"):
        check_stages(exported, CONFIG, (first, third, second), judged.features)


def test_stages_are_the_same_bytes_each_time(trees, graphs):
    assert stage_graphs(trees, CONFIG, "rank") == graphs


def test_a_cut_leaves_trees_for_the_last_stage(trees):
    with pytest.raises(ConfigError, match="has 40 trees, expected more than the cut at 40"):
        stage_graphs(trees, CascadeConfig(cuts=(40,), keep=(10,)), "rank")


def test_inexact_trees_are_refused(trained):
    with pytest.raises(ConfigError, match="not in canonical form"):
        stage_graphs(read_trees(trained), CONFIG, "rank")


def test_a_cascade_is_off_by_default():
    assert not CascadeConfig().enabled
    assert CONFIG.enabled


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"cuts": [10], "keep": []}, "each cut needs one keep, found 1 cuts and 0 keeps"),
        ({"cuts": [20, 20], "keep": [9, 5]}, "cuts must rise and start above 0"),
        ({"cuts": [0], "keep": [9]}, "cuts must rise and start above 0"),
        ({"cuts": [5, 9], "keep": [5, 5]}, "keep must fall and end above 0"),
        ({"cuts": [5], "keep": [0]}, "keep must fall and end above 0"),
    ],
)
def test_cuts_rise_and_keeps_fall(values, match):
    with pytest.raises(ConfigError, match=match):
        parse(CascadeConfig, values, "this test")
