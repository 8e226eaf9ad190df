import json
from pathlib import Path

from typer.testing import CliRunner

from recsys.cli import app
from recsys.tables import TABLES

CONFIG = Path(__file__).parents[3] / "configs" / "simulate.yaml"
SMALL = ["--creators", "60", "--days", "95", "--set", "size.briefs=5", "--set", "size.shown=5"]


def run(*arguments):
    return CliRunner().invoke(
        app, ["simulate", "world", "--config", str(CONFIG), *SMALL, *map(str, arguments)]
    )


def test_the_command_reports_what_it_wrote_as_one_json_document(tmp_path):
    result = run("--out", tmp_path / "world", "--json")

    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert set(report["rows"]) == set(TABLES)
    assert report["rows"]["creators"] == 60
    assert Path(report["truth"]) == tmp_path / "world-truth"


def test_a_misspelt_setting_is_a_usage_error(tmp_path):
    result = run("--out", tmp_path / "world", "--set", "size.creator=5")

    assert result.exit_code == 2
    assert "size.creator" in result.stderr
    assert not (tmp_path / "world").exists()
