"""The chosen cascade is the one with the least work within the tolerance."""

import dataclasses

import numpy as np
import pytest

from recsys.cascade import cascade
from recsys.errors import TableError
from recsys.evaluation import per_query
from recsys.metrics import ndcg
from training.export.cascade import CascadeConfig, stage_graphs
from training.export.cascade_search import (
    NO_CASCADE,
    CascadeSearch,
    cheapest_first,
    choose_cascade,
    work_share,
)
from training.export.graph import tree_graph
from training.export.running import open_graph
from training.export.trees import read_trees

SEARCH = CascadeSearch(cuts=(5, 10, 20), keep=(10, 15, 20, 30), tolerance=0.01)


@pytest.mark.parametrize(
    ("config", "sizes", "share"),
    [
        (CascadeConfig(), [500], 1.0),
        (CascadeConfig(cuts=(60,), keep=(100,)), [500], (60 * 500 + 240 * 100) / 150_000),
        (CascadeConfig(cuts=(60,), keep=(100,)), [100], 1.0),
        (CascadeConfig(cuts=(60,), keep=(100,)), [500, 50], (60 * 550 + 240 * 150) / 165_000),
        (CascadeConfig(cuts=(20, 60), keep=(150, 50)), [500], (20 * 500 + 40 * 150 + 240 * 50) / 150_000),
    ],
)
def test_work_counts_the_trees_that_rows_visit(config, sizes, share):
    assert work_share(config, 300, np.array(sizes)) == pytest.approx(share)


def test_cheaper_cascades_are_tried_first_and_none_that_saves_nothing():
    priced = cheapest_first(SEARCH, 40, np.array([40, 25]))
    works = [work for work, _ in priced]

    assert works == sorted(works)
    assert works[-1] < 1
    assert all(min(config.keep) >= SEARCH.cutoff and max(config.cuts) < 40 for _, config in priced)
    assert cheapest_first(SEARCH, 40, np.array([10, 10])) == []


def test_the_choice_is_the_first_within_the_tolerance(exported, judged):
    choice = choose_cascade(exported, judged, SEARCH)
    cheaper = [
        config for work, config in cheapest_first(SEARCH, 40, judged.group_sizes) if work < choice.work
    ]

    assert choice.config.enabled
    assert choice.change <= SEARCH.tolerance
    assert changes(exported, judged, choice.config).mean() == pytest.approx(choice.change, abs=1e-12)
    assert cheaper
    assert all(changes(exported, judged, config).mean() > SEARCH.tolerance for config in cheaper)


def changes(booster, judged, config):
    """How far each query's NDCG@10 moves when its rows go through the exported stages."""
    trees = read_trees(booster)
    whole = open_graph(tree_graph(trees, "rank"))
    stages = [open_graph(graph) for graph in stage_graphs(trees, config, "rank")]
    queries = np.split(judged.features, judged.starts[1:])
    scores = np.concatenate([cascade(rows, whole, stages, config.keep) for rows in queries])
    return np.abs(per_query(whole(judged.features), judged, ndcg, 10) - per_query(scores, judged, ndcg, 10))


def test_a_tolerance_of_0_changes_nothing(exported, judged):
    choice = choose_cascade(exported, judged, SEARCH.model_copy(update={"tolerance": 0.0}))

    assert choice.loss == choice.change == 0
    assert choice.work <= 1


def test_there_is_no_cascade_for_short_queries(exported, judged):
    short = dataclasses.replace(judged, group_sizes=np.full(100, 8))

    assert choose_cascade(exported, short, SEARCH) == NO_CASCADE


def test_a_choice_needs_relevant_rows(exported, judged):
    nothing = dataclasses.replace(judged, grades=np.zeros_like(judged.grades))

    with pytest.raises(TableError, match="no validation query has a relevant row"):
        choose_cascade(exported, nothing, SEARCH)
