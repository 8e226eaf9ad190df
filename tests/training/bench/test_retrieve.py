"""The benchmark of finding the best items: contenders on the same ground, targets that can be missed."""

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from typer.testing import CliRunner

from recsys.cli import app
from recsys.errors import ConfigError
from training.bench.retrieve import (
    Retrieval,
    RetrieveBenchConfig,
    made_catalogue,
    run,
    steps,
    targets,
)
from training.bench.retrieve_factors import made_factors
from training.bench.retrieve_peers import Catalogue, by_numpy, contenders, recall
from training.bench.retrieve_timing import build, in_turns, resident_mb

CONFIG = RetrieveBenchConfig.model_validate(
    {
        "items": [2_000],
        "factors": 16,
        "count": 10,
        "queries": 40,
        "turn": 5,
        "batch": 8,
        "hnsw_items": 1_000,
        "probes": {"clusters": 20, "block": 10, "probes": 60},
    }
)


@pytest.fixture(scope="module")
def report():
    told = []
    found = run(CONFIG, told.append)
    assert sum(told) == steps(CONFIG)
    return found


def test_every_contender_is_measured_or_absent_by_name(report):
    absent = {name.removesuffix(", 2000 items") for name in report.absent}

    assert {each.contender for each in report.retrievals} | absent == set(contenders(CONFIG.probes))
    assert {"implicit", "dense", "screened", "numpy", "probed"} <= {
        each.contender for each in report.retrievals
    }
    assert "faiss hnsw" in absent


def test_exact_contenders_find_everything_and_the_approximate_one_nearly(report):
    recalls = {each.contender: each.recall for each in report.retrievals}

    assert all(recalls[name] > 0.999 for name in ("implicit", "dense", "screened", "numpy"))
    assert 0.9 < recalls["probed"] <= 1


def test_figures_are_in_their_range_and_the_reference_is_as_fast_as_itself(report):
    assert report.retrievals[0].contender == "implicit"
    assert report.retrievals[0].speedup == 1
    for each in report.retrievals:
        assert 0 < each.p50_ms <= each.p99_ms
        assert each.batch_ms > 0
        assert each.build_seconds > 0


def test_targets_are_missed_by_the_slow_and_the_forgetful(report):
    def kept(**changes):
        retrievals = [replace(each, **changes) for each in report.retrievals]
        return [target.kept for target in targets(replace(report, retrievals=retrievals))]

    assert kept(speedup=1.5, recall=0.98) == [True, False, True]
    assert kept(speedup=1.4, recall=0.97) == [False, False, False]
    assert kept(speedup=5.0, recall=0.98) == [True, True, True]


def test_contenders_take_turns_that_open_with_a_query_that_is_not_timed():
    seen = []
    finds = {name: lambda query, name=name: seen.append((name, query[0, 0])) for name in "ab"}
    taken = in_turns(finds, np.arange(4, dtype=np.float32)[:, None], rows=1, turn=2)

    assert seen == [
        (name, query)
        for first in (0, 2)
        for name in "ab"
        for query in (first - 1 if first else 3, first, first + 1)
    ]
    assert {name: each.shape for name, each in taken.items()} == {"a": (4,), "b": (4,)}


def test_numpy_breaks_ties_by_the_lower_item():
    factors = np.float32([[1], [2], [2], [1], [2], [0]])
    find = by_numpy(Catalogue(factors, samples=factors[:1], count=4))

    assert_array_equal(find(np.float32([[1], [-1]])), [[1, 2, 4, 0], [5, 0, 3, 1]])


def test_recall_is_the_share_of_the_best_that_was_found():
    assert recall(np.array([[1, 2, 9], [4, 5, 6]]), np.array([[2, 1, 3], [6, 5, 4]])) == pytest.approx(5 / 6)


def test_made_factors_are_repeatable_and_have_a_few_long_ones():
    factors, queries = made_factors(5_000, 7, 8, seed=3)
    lengths = np.linalg.norm(factors, axis=1)

    assert factors.shape == (5_000, 8)
    assert queries.shape == (7, 8)
    assert factors.dtype == queries.dtype == np.float32
    assert_array_equal(factors, made_factors(5_000, 7, 8, seed=3)[0])
    assert lengths.min() >= 0.299
    assert lengths.max() / np.median(lengths) > 5


def test_samples_are_not_among_the_measured_queries():
    catalogue, queries = made_catalogue(2_000, CONFIG)

    assert len(queries) == CONFIG.queries
    assert not (catalogue.samples[:, None] == queries[None]).all(axis=2).any()


@pytest.mark.skipif(resident_mb() is None, reason="this system has no /proc")
def test_memory_is_what_a_contender_keeps():
    catalogue = Catalogue(np.ones((100_000, 64), np.float32), np.ones((1, 64), np.float32), 5)

    built = build(by_numpy, catalogue)

    assert built.memory_mb == pytest.approx(100_000 * 64 * 4 / 2**20, abs=8)


def test_the_command_prints_one_json_document():
    asked = ["--items", "7000", "--factors", "8", "--count", "5", "--queries", "20", "--json"]
    result = CliRunner().invoke(app, ["bench", "retrieve", *asked])

    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["config"]["items"] == [7000]
    assert {each["items"] for each in document["retrievals"]} == {7000}
    assert set(document["retrievals"][0]) == set(Retrieval.__dataclass_fields__)
    assert [target["promise"].split(":")[0] for target in document["targets"]] == [
        "exact",
        "approximate",
        "approximate",
    ]


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (["--count", "0"], "count: Input should be greater"),
        (["--items", "99"], "at most the smallest catalogue"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(asked, reason):
    result = CliRunner().invoke(app, ["bench", "retrieve", *asked])

    assert result.exit_code == ConfigError.exit_code
    assert reason in result.stderr
