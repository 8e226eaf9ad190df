"""The search bench: every contender finds the same, and the report says what was promised."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from recsys.cli import app
from training.bench.search import SearchBenchConfig, run, steps, targets
from training.bench.search_market import SORTS, made_searches, made_snapshot

SMALL = SearchBenchConfig(creators=3_000, searches=60, turn=7)


@pytest.fixture(scope="module")
def heard():
    return []


@pytest.fixture(scope="module")
def report(heard):
    return run(SMALL, heard.append)


def test_every_contender_finds_the_same_creators_in_the_same_order(report):
    assert {each.contender: each.agreement for each in report.searched} == {
        "engine": 1,
        "numpy": 1,
        "duckdb": 1,
    }


def test_searches_find_somebody(report):
    assert report.found_median > 0


def test_progress_is_told_of_every_step(report, heard):
    assert len(heard) == steps(SMALL)


def test_the_promise_is_about_the_engines_slowest_searches(report):
    (target,) = targets(report)

    engine = report.searched[0]
    assert target.found == engine.cpu_p99_ms >= engine.cpu_p50_ms > 0
    assert target.kept == (engine.cpu_p99_ms <= 20)


def test_each_search_has_five_filters_and_sorts_come_in_turn():
    snapshot = made_snapshot(500, seed=1)
    searches = made_searches(snapshot, 100, seed=1, count=20)

    assert {len(search.filters.model_dump(exclude_defaults=True)) for search in searches} == {5}
    assert {search.sort for search in searches} == set(SORTS)
    assert searches == made_searches(made_snapshot(500, seed=1), 100, seed=1, count=20)
    assert searches != made_searches(snapshot, 100, seed=2, count=20)


def test_made_creators_are_few_large_and_many_small():
    followers = made_snapshot(20_000, seed=1).creators["followers"]

    assert np.mean(followers) > 3 * np.median(followers)


def test_the_command_prints_one_document():
    done = CliRunner().invoke(app, ["bench", "search", "--creators", "500", "--searches", "10", "--json"])

    document = json.loads(done.stdout)
    assert document["config"]["creators"] == 500
    assert [each["contender"] for each in document["searched"]] == ["engine", "numpy", "duckdb"]
    assert document["targets"][0]["promise"] == "p99 of a search ≤ 20 ms"
