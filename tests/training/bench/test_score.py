"""The benchmark of scoring: every scorer ranks alike, and the report says what was promised."""

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from typer.testing import CliRunner

from recsys.cli import app
from recsys.errors import ConfigError
from training.bench.installed import installed
from training.bench.peers import peers
from training.bench.queries import MadeQueries
from training.bench.score import ScoreBenchConfig, learn, ours, run, steps, targets
from training.bench.timing import Timing
from training.export.canonical import canonical
from training.export.cascade import CascadeConfig
from training.export.trees import read_trees

SMALL = {
    "trees": 20,
    "leaves": 7,
    "train": {"queries": 20, "rows": 50},
    "valid": {"queries": 5, "rows": 500},
    "test": {"queries": 5, "rows": 500},
    "rows": [1, 500],
    "rounds": 2,
    "boundary_rows": 100,
}
CONFIG = ScoreBenchConfig.model_validate(SMALL)


@pytest.fixture(scope="module")
def report():
    told = []
    found = run(CONFIG, told.append)
    assert sum(told) == steps(CONFIG)
    return found


def test_every_scorer_is_timed_on_every_batch_size(report):
    scorers = list(report.ndcg_at_10)

    assert scorers[0] == "lightgbm"
    assert {"plain", "cascade"} <= set(scorers)
    assert [(each.rows, each.scorer) for each in report.timings] == [
        (rows, scorer) for rows in (1, 500) for scorer in scorers
    ]


def test_peers_that_are_not_installed_are_absent_by_name(report):
    assert set(report.absent) == {"onnxmltools", "pylignum", "pylignum_c"} - set(report.ndcg_at_10)


def test_a_peer_that_is_not_installed_says_what_to_install():
    with pytest.raises(ConfigError, match=r"no_such_peer is not installed: install creator-recsys\[bench\]"):
        installed("no_such_peer")


def test_the_graph_is_proven_and_ranks_as_its_booster(report):
    assert report.parity.bit_exact
    assert report.ndcg_at_10["plain"] == pytest.approx(report.ndcg_at_10["lightgbm"], abs=0.01)


def test_scorers_of_one_model_agree():
    booster = learn(CONFIG)
    features = MadeQueries(queries=1, rows=300, seed=9).make().features
    present, _ = peers(booster)
    scorers = {**present, **ours(read_trees(canonical(booster)), CascadeConfig())}

    for name, score in scorers.items():
        assert_allclose(score(features), booster.predict(features), atol=1e-4, err_msg=name)


def test_promises_are_kept_or_broken(report):
    ours_, theirs = (
        Timing(500, name, median, median, 0.0, 10 / median)
        for name, median in (("cascade", 2.0), ("pylignum", 1.0))
    )
    found = targets(replace(report, timings=[ours_, theirs], ndcg_at_10={"plain": 0.7, "cascade": 0.5}))

    assert [(target.found, target.kept) for target in found] == [
        (5, False),
        (pytest.approx(0.2), False),
        (0.5, False),
    ]
    assert targets(replace(report, timings=[])) == []


def test_without_pylignum_nothing_is_promised_about_it(report):
    timings = [Timing(500, "cascade", 1.0, 1.0, 0.0, 9.0)]

    assert len(targets(replace(report, timings=timings))) == 2


def invoke(*arguments):
    changes = [
        f"--set={name}={json.dumps(value)}" for name, value in SMALL.items() if not isinstance(value, dict)
    ]
    nested = [
        f"--set={name}.{key}={value}"
        for name, values in SMALL.items()
        if isinstance(values, dict)
        for key, value in values.items()
    ]
    return CliRunner().invoke(app, ["bench", "score", *changes, *nested, *arguments])


def test_json_is_one_document_and_nothing_else():
    document = json.loads(invoke("--json").stdout)

    assert document["parity"]["bit_exact"]
    assert {"machine", "absent", "cascade", "ndcg_at_10", "timings", "targets"} <= set(document)
    assert all(np.isfinite(each["median_ms"]) for each in document["timings"])


def test_the_table_has_every_scorer():
    output = invoke("--set=rows=[500]").stdout

    assert all(word in output for word in ("lightgbm", "plain", "cascade", "× LightGBM", "promise"))
