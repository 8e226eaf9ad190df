import json
from pathlib import Path

from typer.testing import CliRunner

from recsys.cli import app

CONFIGS = Path(__file__).parents[3] / "configs"
SMALL = ("creators=300", "briefs=80", "pool=20", "fewest=100")


def run(*words):
    settings = [word for setting in SMALL for word in ("--set", setting)]
    fixed = ("--config", CONFIGS / "replay.yaml", "--world", CONFIGS / "simulate.yaml", *settings)
    # A narrow console would fold the names that the tests look for.
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["simulate", "replay", *map(str, (*fixed, *words))])


def test_one_json_document_sums_up_every_estimator():
    report = json.loads(run("--replays", 2, "--json").stdout)

    found = {(one["target"], one["reward"], one["estimator"]) for one in report["summaries"]}
    assert len(found) == len(report["summaries"]) == 3 * 3 * 4
    assert report["config"]["replays"] == 2


def test_the_table_and_the_plot_are_written(tmp_path):
    result = run("--replays", 2, "--plot", tmp_path / "plots" / "replays.png")

    assert "doubly_robust" in result.stdout
    assert (tmp_path / "plots" / "replays.png").read_bytes().startswith(b"\x89PNG")


def test_a_misspelt_setting_is_a_usage_error():
    result = run("--set", "brief=3")

    assert result.exit_code == 2
    assert "brief" in result.stderr
