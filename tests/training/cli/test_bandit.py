import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recsys.cli import app

REAL = Path(__file__).parents[4] / "shared" / "data" / "open_bandit"


def run(random, played, *words):
    return CliRunner().invoke(
        app, ["benchmark", "bandit", "--random", str(random), "--played", str(played), *words]
    )


@pytest.fixture(scope="module")
def open_bandit():
    if not REAL.is_dir():
        pytest.skip("the folder shared/data/open_bandit is not there")
    return REAL / "random_men.csv.gz", REAL / "bts_men.csv.gz"


def test_the_published_logs_are_valued_both_ways(open_bandit):
    result = run(*open_bandit, "--json")

    report = json.loads(result.stdout)
    assert report["logs"]["random"] == {"rows": 10_000, "clicks": 46}
    for direction in ("thompson_from_random", "random_from_thompson"):
        assert set(report[direction]["estimates"]) == {"ips", "snips", "doubly_robust"}
        for each in report[direction]["estimates"].values():
            error = each["relative_error"]
            assert error["low"] < 0 < error["high"], "the estimate and the policy's own log disagree"


def test_figures_are_shown_as_a_table(open_bandit):
    shown = run(*open_bandit).stdout

    assert "thompson_from_random: effective size 2,869" in shown
    assert "doubly_robust" in shown


def test_a_missing_file_is_one_line_on_stderr(tmp_path):
    result = run(tmp_path / "a.csv", tmp_path / "b.csv")

    assert result.exit_code == 1
    assert "there is no file" in result.stderr
