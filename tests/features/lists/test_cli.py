"""`recsys lists` from tables to an explanation."""

import json

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.list_rules import LIST_NAMES
from recsys.tables import TABLES


@pytest.fixture(scope="module")
def folder(random_rows, arrow, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    for name in TABLES:
        pq.write_table(arrow(name, random_rows(1)[name]), folder / f"{name}.parquet")
    return folder


@pytest.fixture(scope="module")
def lists(folder):
    """The folder of the lists of a week, as the command names it."""
    period = ("--period", "week", "--at", "2024-04-10")
    return run("build", "--tables", folder, *period, "--out", folder / "lists", "--json")


def run(*words):
    """A command's JSON."""
    return json.loads(said(*words))


def said(*words, code=0):
    found = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["lists", *map(str, words)])
    assert found.exit_code == code, found.output
    return found.output


def test_building_says_what_was_made(lists):
    assert lists["period"] == "2024-W15"
    assert lists["policies"] == {"CA": "2023-09", "US": "2023-09"}
    assert lists["creators"] == 12


def test_the_period_of_a_moment_with_an_offset_is_that_of_its_utc_day(folder, lists):
    at = ("--period", "week", "--at", "2024-04-15T01:00:00+0900")
    found = run("build", "--tables", folder, *at, "--out", folder / "lists", "--json")

    assert (found["period"], found["name"]) == ("2024-W15", lists["name"])


def test_a_list_is_shown_and_written(lists, tmp_path):
    rows = run("show", "gmv", "--lists", lists["path"], "--market", "US", "--count", 2, "--json",
               "--out", tmp_path / "gmv.csv")  # fmt: skip
    written = pa_csv.read_csv(tmp_path / "gmv.csv")

    assert [row["place"] for row in rows["rows"]] == [1, 2]
    assert rows["rows"][0]["gmv_low"] >= rows["rows"][1]["gmv_low"]
    assert written["creator_id"].to_pylist()[:2] == [row["creator_id"] for row in rows["rows"]]
    assert len(written) > 2
    assert set(written["data"].to_pylist()) == {lists["data"]}


def test_the_table_says_what_each_measure_is(lists):
    text = said("show", "cooperation", "--lists", lists["path"], "--market", "US")

    assert "cooperation of 2024-W15" in text
    assert "response_time: mean hours to an answer" in text
    assert "policy 2023-09" in text


def test_a_place_is_explained(lists):
    creator = run("show", "cooperation", "--lists", lists["path"], "--market", "US", "--json")["rows"][-1]
    answer = run(
        "explain", creator["creator_id"], "--list", "cooperation", "--lists", lists["path"], "--json"
    )
    text = said("explain", creator["creator_id"], "--list", "cooperation", "--lists", lists["path"])

    assert answer["place"] == creator["place"]
    assert answer["moves"]
    assert f"{answer['moves'][0]['change']}: {answer['place']} → {answer['moves'][0]['place']}" in text


def test_mistakes_are_named(lists, folder, tmp_path):
    assert "no lists of market 'FR'" in said(
        "show", "gmv", "--lists", lists["path"], "--market", "FR", code=2
    )
    assert "the lists of 2030-W15" in said(
        "build", "--tables", folder, "--period", "week", "--at", "2030-04-10", "--out", tmp_path, code=1
    )


def test_bands_are_checked_list_by_list(lists):
    held = run("bands", "--lists", lists["path"], "--draws", 2, "--json")

    assert held["cooperation"] is None or 0 <= held["cooperation"] <= 1
    assert set(held) == {name for name in LIST_NAMES if name not in lists["left_out"]}


def test_a_list_is_narrowed_by_a_filter_and_keeps_its_places(lists, snapshot, tmp_path):
    kept, asked = snapshot.write(tmp_path), ("show", "gmv", "--lists", lists["path"], "--market", "US")
    (tmp_path / "filter.yaml").write_text("categories: [home]", "utf-8")
    narrow = ("--filter", tmp_path / "filter.yaml")

    everyone, home = (run(*asked, "--json", "--industry", of)["rows"] for of in ("all", "home"))
    some = run(*asked, "--json", *narrow, "--snapshot", kept.path)["rows"]

    assert [row["creator_id"] for row in some] == [row["creator_id"] for row in home]
    assert all(row in everyone for row in some)
    assert "--filter needs --snapshot" in said(*asked, *narrow, code=2)
