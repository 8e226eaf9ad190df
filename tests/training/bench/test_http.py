"""The load generator, the servers it asks, and what is compared; `make soak` runs the whole benchmark."""

import json
import os
from datetime import datetime

import lightgbm
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from typer.testing import CliRunner

from features.snapshot import build_snapshot
from recsys.cli import app
from recsys.errors import ConfigError
from recsys.policy import read_policies
from recsys.snapshot import Snapshot
from training.bench.http import (
    CONTENDERS,
    FIXED,
    LIGHTGBM,
    MLFLOW,
    OURS,
    HttpBenchConfig,
    HttpBenchReport,
    Measured,
    run,
    steps,
    targets,
)
from training.bench.http_cli import show
from training.bench.http_load import ask_once, load
from training.bench.http_requests import (
    Asked,
    Ranked,
    disagreement,
    post,
    read_lightgbm,
    read_mlflow,
    rows_of,
)
from training.bench.http_servers import free_port, running
from training.export.canonical import canonical

SIZE = 3_000
AS_OF = datetime(2026, 5, 1)  # noqa: DTZ001  a naive moment is UTC here
REQUEST = post("/anything", {"n": 1})


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    port = free_port()
    words = ["-m", "training.bench.http_peers.fixed_answer", str(port), str(SIZE)]
    with running("fixed", words, port, "/", tmp_path_factory.mktemp("log") / "log") as started:
        yield started


def test_every_connection_asks_again_until_the_time_is_over(server):
    before = server.cpu_seconds()
    found = load(server.port, [REQUEST, post("/other", {"n": 2})], connections=3, seconds=0.3, first=0)

    assert len(found.latencies_ms) > 30
    assert 0.3 <= found.seconds < 3
    assert min(found.latencies_ms) > 0
    assert 0 < found.cpu_ms < 5
    assert server.cpu_seconds() >= before > 0


def test_answers_are_read_to_their_end(server):
    assert ask_once(server.port, [REQUEST] * 2) == [b"x" * SIZE] * 2


def test_an_answer_other_than_200_ends_the_measurement(tmp_path):
    port = free_port()
    words = ["-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(tmp_path)]
    with (
        running("files", words, port, "/", tmp_path / "log"),
        pytest.raises(ConfigError, match=r"expected status 200 and a length, found b'HTTP/1.0 501"),
    ):
        load(port, [REQUEST], connections=1, seconds=1, first=0)


def test_a_server_that_does_not_come_up_says_why(tmp_path):
    with (
        pytest.raises(ConfigError, match=r"broken did not come up: .*no_such_module"),
        running("broken", ["-m", "no_such_module"], free_port(), "/", tmp_path / "log"),
    ):
        pass


def test_a_server_ends_with_its_block(tmp_path):
    port = free_port()
    words = ["-m", "training.bench.http_peers.fixed_answer", str(port), "1"]
    with running("fixed", words, port, "/", tmp_path / "log") as started:
        assert started.process.poll() is None
    assert started.process.poll() is not None
    with pytest.raises(OSError, match="refused"):
        ask_once(port, [REQUEST])


def test_features_are_read_back_as_the_same_float32():
    rows = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32) * np.float32(1e-7)
    rows[3, 1] = np.nan

    for missing in (None, np.nan):
        read = json.loads(json.dumps(rows_of(rows, missing)))
        assert_array_equal(np.array(read, np.float32), rows)


@pytest.fixture(scope="module")
def booster():
    """A small one, some of whose features are missing."""
    rows = np.random.default_rng(0).normal(size=(300, 5)).astype(np.float32)
    rows[rows > 1] = np.nan
    settings = {"objective": "regression", "num_leaves": 4, "num_threads": 1, "verbosity": -1}
    return canonical(lightgbm.train(settings, lightgbm.Dataset(rows, np.nan_to_num(rows).sum(axis=1)), 10))


@pytest.fixture
def asked():
    """Four candidates whose score is their first feature, two of them equal."""
    features = np.array([[0.1], [0.3], [0.3], [0.2]], np.float32)
    return Asked(None, np.array([7, 8, 9, 10]), features)


def test_peers_answers_are_understood_alike(asked):
    scores = asked.features[:, 0].tolist()
    mlflow = json.dumps({"predictions": {"score": scores}}).encode()
    bare = json.dumps({"order": [1, 2, 3, 0], "scores": [scores[place] for place in (1, 2, 3, 0)]}).encode()

    assert read_mlflow(mlflow, asked) == read_lightgbm(bare, asked)
    assert read_mlflow(mlflow, asked).creator_ids == [8, 9, 10, 7]


def test_the_bare_service_ranks_as_its_booster(booster, tmp_path):
    contender, port = CONTENDERS[LIGHTGBM], free_port()
    booster.save_model(tmp_path / "rank.txt")
    rows = np.random.default_rng(1).normal(size=(30, booster.num_feature())).astype(np.float32)
    rows[rows > 1] = np.nan
    asked = Asked(None, np.arange(30), rows)

    words, model = contender.words(None, None, port, 1), str(tmp_path / "rank.txt")
    with running(LIGHTGBM, words, port, contender.ready, tmp_path / "log", BOOSTER=model):
        (answer,) = ask_once(port, [contender.request(asked)])

    expected = booster.predict(rows).astype(np.float32)
    order = np.argsort(-expected, kind="stable")
    assert read_lightgbm(answer, asked) == Ranked(order.tolist(), list(expected[order]))


def test_what_is_ranked_otherwise_is_named():
    one, other = (
        Ranked([1, 2], [np.float32(2), np.float32(1)]),
        Ranked([2, 1], [np.float32(2), np.float32(1)]),
    )

    assert disagreement("peer", [one, one], [one, one]) is None
    assert (
        disagreement("peer", [one, other], [one, one])
        == "peer ranks request 1 otherwise: [2, 1] … instead of [1, 2] …"
    )


def measured(server, workers, times):
    return Measured(server, workers, 10, 100.0, 1.0, 2.0, 0.5, 0.01, 1_000, times, times)


@pytest.fixture
def report():
    found = [
        measured(OURS, 1, 1.0),
        measured(LIGHTGBM, 1, 4.0),
        measured(MLFLOW, 1, 19.9),
        measured(FIXED, 1, 0.1),
    ]
    return HttpBenchReport({}, HttpBenchConfig(), 10, 5, found)


def test_each_promise_is_held_against_each_number_of_workers(report):
    assert [(each.found, each.kept) for each in targets(report)] == [(4.0, True), (19.9, False)]


def test_the_report_shows_each_server_and_each_promise(report, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    show(report)

    shown = capsys.readouterr().out
    assert all(name in shown for name in CONTENDERS)
    assert "5 answers the same" in shown
    assert "at least 20 times the requests of mlflow models serve" in shown


def test_a_booster_of_other_features_is_refused(booster, snapshot_folder, tmp_path):
    booster.save_model(tmp_path / "other.txt")
    words = ["bench", "http", "--snapshot", str(snapshot_folder), "--booster", str(tmp_path / "other.txt")]
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*words, "--set", "requests=1"])

    assert done.exit_code == 2
    assert "reads other features than match's" in done.output


@pytest.fixture(scope="module")
def snapshot_folder(small_world, policies_folder, tmp_path_factory):
    policies = read_policies(policies_folder)
    return build_snapshot(small_world.tables, AS_OF, policies).write(tmp_path_factory.mktemp("s")).path


@pytest.mark.skipif(not os.environ.get("RECSYS_SOAK"), reason="starts four servers, one of which is MLflow's")
def test_all_servers_rank_alike_and_are_measured(snapshot_folder):
    settings = {
        "workers": (1,),
        "candidates": 20,
        "requests": 10,
        "compared": 10,
        "rounds": 1,
        "seconds": 0.3,
    }
    config, heard = HttpBenchConfig(**settings, model={"trees": 20}), []
    report = run(Snapshot.open(snapshot_folder), config, heard.append)

    assert sum(heard) == steps(config)
    assert [each.server for each in report.measured] == list(CONTENDERS)
    assert all(each.requests > 0 and each.p50_ms <= each.p99_ms for each in report.measured)
    assert len(targets(report)) == 2
