import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recsys.cli import app

CONFIGS = Path(__file__).parents[3] / "configs"
SMALL = (
    f"world={CONFIGS / 'simulate.yaml'}",
    f"policies={CONFIGS / 'policies'}",
    "world_settings=[size.creators=100, size.brands=8, size.products=24, size.shown=8, size.block=100]",
    "warm_up_weeks=8",
    "briefs_a_week=8",
)


def run(out, *options):
    settings = [part for setting in SMALL for part in ("--set", setting)]
    given = ("--config", str(CONFIGS / "play.yaml"), "--out", str(out), "--weeks", "1", "--workers", "1")
    return CliRunner().invoke(app, ["simulate", "play", *given, *settings, *options])


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("plays")


@pytest.fixture(scope="module")
def printed(out):
    result = run(out, "--policy", "random", "--policy", "oracle", "--seeds", "2", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_json_holds_each_policys_figures_with_intervals(printed):
    assert set(printed["policies"]) == {"random", "oracle"}
    share = printed["policies"]["random"]["share"]
    assert share["low"] <= share["mean"] <= share["high"]
    assert printed["policies"]["oracle"]["share"]["mean"] == 1


def test_json_holds_the_estimates_or_why_there_are_none(printed):
    assert {line["target"] for line in printed["off_policy"]} == {"followers", "gmv", "popularity"}
    assert all((line["estimate"] is None) == bool(line["refused"]) for line in printed["off_policy"])


def test_json_holds_what_came_of_recommendations(printed):
    assert set(printed["recommended"]) == {"random", "oracle"}
    random = printed["recommended"]["random"]
    assert 0 < random["products_adopted"] < random["products_shown"]
    assert printed["engine_recommends"] == "popular in the creator's categories"


def test_without_places_nothing_is_recommended(tmp_path):
    none = ("--set", "recommended.products=0", "--set", "recommended.videos=0")
    result = run(tmp_path, "--policy", "random", "--seeds", "1", "--json", *none)

    assert json.loads(result.stdout)["recommended"] == {}


def test_there_is_a_plot(printed, out):
    assert (out / "play.png").read_bytes().startswith(b"\x89PNG")


def test_without_json_there_are_tables(printed, out):
    result = run(out, "--policy", "random", "--policy", "oracle", "--seeds", "1")

    assert result.exit_code == 0
    assert "share of oracle" in result.stdout
    assert "recommended GMV" in result.stdout.replace("\n", " ")
    assert "effective size" in result.stdout


def test_an_unknown_policy_ends_in_one_line_and_an_exit_code(tmp_path):
    result = run(tmp_path, "--policy", "luck")

    assert result.exit_code == 2
    assert "unknown policies ['luck']" in result.stderr.replace("\n", "")
