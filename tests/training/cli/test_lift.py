import json

import pytest
import typer
from typer.testing import CliRunner

from recsys.console import exit_on_error
from recsys.lift import TraitLifts
from training.cli.lift import lift

app = typer.Typer()
app.command()(exit_on_error(lift))


@pytest.fixture
def run(small_world, policies_folder):
    def run(*words):
        fixed = ("--tables", small_world.folder, "--policies", policies_folder, "--set", "draws=200")
        # A narrow console would fold the names that the tests look for.
        return CliRunner(env={"COLUMNS": "240"}).invoke(app, [*map(str, (*fixed, *words))])

    return run


def test_one_json_document_has_the_lifts_and_how_true_they_are(run, small_world, tmp_path):
    result = run(
        "--at", "2026-06-30", "--truth", small_world.truth, "--out", tmp_path / "lifts.json", "--json"
    )
    document = json.loads(result.stdout)

    truth = document.pop("truth")
    assert TraitLifts.read(tmp_path / "lifts.json").model_dump(mode="json") == document
    assert set(truth) == {"matched", "naive"}
    assert set(truth["matched"]) == {"views", "engagement", "conversion", "all"}
    assert truth["matched"]["all"]["covered"] > 0.85 > truth["naive"]["all"]["covered"]


def test_the_table_leaves_out_what_has_no_evidence_unless_asked(run):
    some, every = run("--at", "2026-06-30"), run("--at", "2026-06-30", "--all")

    assert "no evidence" not in some.stdout
    assert "no evidence" in every.stdout
    assert "Beside the truth" not in every.stdout


def test_a_moment_before_every_video_is_an_error(run):
    result = run("--at", "2023-12-01")

    assert result.exit_code == 1
    assert "expected some posted 7 days before 2023-12-01" in result.stderr


def test_an_unknown_setting_is_an_error(run):
    result = run("--at", "2026-06-30", "--set", "drawz=3")

    assert result.exit_code == 2
    assert "did you mean draws?" in result.stderr


def test_a_folder_without_truth_is_an_error(run, tmp_path):
    result = run("--at", "2026-06-30", "--truth", tmp_path)

    assert result.exit_code == 1
    assert "--truth" in result.stderr
