import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from recsys.cli import app
from training.implicit.experiment import ImplicitExperiment
from training.track.store import store

ROOT = Path(__file__).parents[3]
REAL = ROOT.parent / "shared" / "data" / "tiktok_microvideo"
SMALL = (
    "tuning.trials=2",
    "models.ease.trials=3",
    "blend.candidates=5",
    "carved_blend.candidates=5",
    "models.als.retriever.factors=4",
    "models.als.space.factors=[4, 8]",
    "models.bpr.retriever.factors=4",
    "models.bpr.space.factors=[4, 8]",
    "models.low_pass.retriever.factors=4",
    "models.low_pass.space.factors=[4, 8]",
    "models.content.retriever.neighbours=5",
    "models.content.space.neighbours=[5, 10]",
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("pairs"), np.random.default_rng(2)
    vectors = rng.normal(size=(20, 3))
    liking = rng.normal(size=(50, 3)) @ vectors.T + rng.gumbel(size=(50, 20))
    items = np.argsort(-liking, axis=1)[:, :6]
    rows = [f"{user} {' '.join(map(str, met[:4]))}" for user, met in enumerate(items)]
    (folder / "train.txt").write_text("\n".join(rows))
    (folder / "test.txt").write_text("\n".join(f"{user} {met[4]} {met[5]}" for user, met in enumerate(items)))
    for name, part in (("a", vectors[:, :2]), ("b", vectors[:, 2:])):
        np.save(folder / f"{name}.npy", part)
    np.save(folder / "short.npy", vectors[:7])
    np.save(folder / "nan.npy", np.where(np.arange(20)[:, None] == 4, np.nan, vectors))
    return folder


@pytest.fixture(scope="module")
def uri(tmp_path_factory):
    return f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"


@pytest.fixture(scope="module")
def invoke(files, uri):
    def run(*words, test="test.txt", settings=SMALL):
        options = [f"--set={setting}" for setting in settings]
        paths = ["--train", files / "train.txt", "--test", files / test]
        common = ["--config", ROOT / "configs" / "implicit.yaml", "--tracking-uri", uri]
        arguments = ["benchmark", "implicit", *paths, *common, *options, *words]
        return CliRunner().invoke(app, [str(each) for each in arguments])

    return run


@pytest.fixture(scope="module")
def document(invoke, files):
    graph = files / "out.onnx"
    ran = invoke("--features", files / "a.npy", files / "b.npy", "--graph", graph, "--json")
    assert ran.exit_code == 0, ran.stderr
    return json.loads(ran.stdout)


def test_the_figures_of_the_chosen_model_stand_at_the_top(document):
    best = document["model"]
    for metric in ("recall_at_10", "recall_at_20", "recall_at_50", "ndcg_at_10", "ndcg_at_20", "ndcg_at_50"):
        assert document[metric] == document["metrics"][metric][best]["mean"]
        assert document[metric] == document["table"][best][metric]
    assert document["hr_at_10"] == document["metrics"]["hr_at_10"][best]["mean"]
    assert document["seconds"] > 0


def test_the_table_has_every_model_of_the_configuration_and_the_blend(document):
    configured = set(ImplicitExperiment.load(ROOT / "configs" / "implicit.yaml").models)
    assert set(document["table"]) == configured | {"content_a", "content_b", "blend"}
    assert set(document["chosen"]) == set(document["table"]) - {"blend"}
    assert set(document["blend_weights"]) == set(document["chosen"])
    # Three segments of history; validation pairs were carved, so there is one floor.
    assert np.shape(document["blend_weights"]["als"]) == (3, 1)


def test_with_a_validation_file_each_signal_has_a_weight_for_each_floor(invoke, files):
    lines = (files / "test.txt").read_text().splitlines()
    (files / "valid.txt").write_text("\n".join(line.rsplit(" ", 1)[0] for line in lines[:25]))
    (files / "later.txt").write_text("\n".join(lines[25:]))
    quick = [f"models.{name}.trials=1" for name in ("als", "bpr", "ease", "walk", "low_pass", "content")]

    ran = invoke("--valid", files / "valid.txt", "--json", test="later.txt", settings=(*SMALL, *quick))
    assert ran.exit_code == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert np.shape(found["blend_weights"]["als"]) == (3, 2)
    assert found["parity"]["blend"]["same_items"] > 0.99


def test_both_feature_files_are_read_and_the_data_is_told(document):
    data = document["data"]

    assert data["features"] == 3
    assert (data["users"], data["items"], data["train_pairs"]) == (50, 20, 200)
    assert data["test"]["users"] == 50
    assert document["fitted_on"] == "train"


def test_the_graph_is_written_and_recorded_with_every_trial(document, files, uri):
    graph = (files / "out.onnx").read_bytes()

    with store(uri) as client:
        artifact = Path(client.download_artifacts(document["run_id"], "graphs/implicit.onnx"))
        recorded = client.get_run(document["run_id"])
        trials = client.search_runs(
            [recorded.info.experiment_id], f"tags.mlflow.parentRunId = '{document['run_id']}'"
        )
    assert artifact.read_bytes() == graph
    assert recorded.data.metrics["recall_at_20"] == document["recall_at_20"]
    assert recorded.data.params["chosen.model"] == document["model"]
    assert len(trials) == sum(tuned["trials"] for tuned in document["tuning"].values())


def test_one_model_is_shown_as_a_table_beside_popularity(invoke):
    ran = invoke("--model", "ease", "--refit")

    assert ran.exit_code == 0, ran.stderr
    assert "chosen on validation: ease" in ran.stdout
    # A narrow terminal folds the name.
    assert "popular" in ran.stdout
    assert "walk" not in ran.stdout


def test_seconds_bound_the_tuning_and_the_run_says_that_it_is_not_repeatable(invoke):
    ran = invoke("--model", "ease", "--seconds", "0.000001", "--json", settings=("tuning.trials=500",))

    tuned = json.loads(ran.stdout)["tuning"]["ease"]
    assert (tuned["trials"], tuned["repeatable"]) == (1, False)


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        ("short.npy", "short.npy: expected a row for each item, found 7 rows, but train.txt holds item 19"),
        ("nan.npy", "nan.npy: expected finite numbers, found NaN or infinity in row 4"),
        ("absent.npy", "there is no file"),
    ],
)
def test_feature_files_that_cannot_be_used_are_one_line_on_stderr(invoke, files, feature, message):
    ran = invoke("--features", files / feature)

    assert ran.exit_code == 1
    assert message in " ".join(ran.stderr.split())


def test_an_empty_log_is_one_line_on_stderr(invoke, files):
    (files / "empty.csv").write_text("user,item\n")

    ran = invoke("--train", files / "empty.csv")

    assert ran.exit_code == 1
    assert "empty.csv is empty: expected at least one pair of user and item" in " ".join(ran.stderr.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--model", "als2"), "model must be auto or one of"),
        (("--set", "tuning.trails=3"), "did you mean trials?"),
        (("--seconds", "-1"), "tuning.budget_seconds"),
    ],
)
def test_commands_that_cannot_be_followed_end_in_exit_code_2(invoke, words, message):
    ran = invoke(*words)

    assert ran.exit_code == 2
    assert message in " ".join(ran.stderr.split())


def test_help_shows_examples():
    shown = " ".join(CliRunner().invoke(app, ["benchmark", "implicit", "--help"]).stdout.split())

    assert "--train train.txt --test test.txt" in shown


def test_the_published_set_is_read_and_popularity_reaches_what_it_should(invoke, uri):
    if not REAL.is_dir():
        pytest.skip("the folder shared/data/tiktok_microvideo is not there")
    config = ROOT / "configs" / "tiktok_microvideo.yaml"
    words = [
        "benchmark",
        "implicit",
        "--config",
        config,
        "--model",
        "popularity",
        "--tracking-uri",
        uri,
        "--json",
    ]

    ran = CliRunner().invoke(app, [str(word) for word in words])

    found = json.loads(ran.stdout)
    assert found["data"]["train_pairs"] == 59_541
    assert (found["data"]["items"], found["data"]["test"]["users"]) == (6_710, 3_051)
    assert found["data"]["test"]["cold_pairs"] == 223
