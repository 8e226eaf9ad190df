import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recsys.bundle import Bundle
from recsys.cli import app
from training.cli.match import show
from training.recipes.match_record import record


@pytest.fixture(scope="module")
def call(tmp_path_factory):
    uri = f"sqlite:///{tmp_path_factory.mktemp('tracking')}/mlflow.db"

    def call(*words):
        return CliRunner().invoke(app, [str(word) for word in (*words, "--tracking-uri", uri)])

    return call


@pytest.fixture(scope="module")
def train(call, small_world, quick_settings, policies_folder, tmp_path_factory):
    """The command on the small world, as a function of more words."""
    out = tmp_path_factory.mktemp("out")
    settings = [word for setting in quick_settings for word in ("--set", setting)]

    def train(*words):
        config = policies_folder.parent / "match.yaml"
        fixed = ("--tables", small_world.folder, "--config", config, "--out", out)
        return call("train", "match", *fixed, *settings, *words)

    return train


@pytest.fixture(scope="module")
def answer(train):
    result = train("--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_training_prints_one_json_document(answer):
    assert answer["promoted"] is True
    assert answer["evaluation"]["metrics"]["ndcg_at_10"]["hurdle"]["count"] > 0
    assert set(answer["oracle_share"]) >= {"hurdle", "linear", "oracle"}
    assert answer["parity"]["rank"]["boundary"]["bit_exact"] is True
    assert Bundle.open(Path(answer["bundle"])).facts.recipe == "match"


def test_without_json_the_tables_the_decision_and_where_to_look_are_shown(
    experiment, trained, tmp_path, capsys
):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    show(trained, record(experiment, trained, None, uri), uri)

    shown = capsys.readouterr().out
    assert "Ranking of test briefs" in shown
    assert "match/1 promoted to champion: the first version" in shown
    assert f"mlflow ui --backend-store-uri {uri}" in shown


def test_the_registry_can_be_listed_promoted_from_and_pulled(answer, call, tmp_path):
    listed = json.loads(call("models", "--json").stdout)
    assert listed[-1]["aliases"] == ["champion"]

    promoted = json.loads(call("promote", "match/1", "--reason", "by a test", "--json").stdout)
    assert (promoted["number"], promoted["reason"]) == (1, "by a test")

    pulled = call("pull", "match@champion", "--out", tmp_path)
    assert pulled.exit_code == 0
    assert Bundle.open(tmp_path / pulled.stdout.strip().rsplit("/", 1)[1]).name == listed[-1]["bundle"]


def test_the_registry_is_shown_as_a_table(answer, call):
    assert "match/1" in call("models").stdout


def test_a_version_that_does_not_exist_is_a_usage_error(answer, call, tmp_path):
    result = call("pull", "match@gold", "--out", tmp_path)

    assert result.exit_code == 2
    assert "there is no match@gold; there are match/" in result.stderr


def test_tables_that_do_not_exist_are_bad_data(call, policies_folder, tmp_path):
    config = policies_folder.parent / "match.yaml"
    result = call("train", "match", "--config", config, "--tables", tmp_path / "nowhere")

    assert result.exit_code == 1
    assert "there is no folder" in result.stderr


def test_a_misspelt_setting_is_a_usage_error(train):
    result = train("--set", "ranker.leafs=3")

    assert result.exit_code == 2
    assert "leafs" in result.stderr
