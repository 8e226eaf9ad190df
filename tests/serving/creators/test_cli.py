"""`recsys creators`: tables for people, one JSON document for programs, files, and errors in one line."""

import json
import sys

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from features.creator_numbers import NUMBERS
from recsys.cli import app
from serving.creators.engine import CreatorEngine
from serving.creators.search import CreatorSearch


@pytest.fixture
def run(creators_snapshot):
    """Runs `recsys creators` on the snapshot."""

    def invoke(command, *arguments):
        asked = ["creators", command, *map(str, arguments), "--snapshot", str(creators_snapshot.path)]
        return CliRunner().invoke(app, asked, env={"COLUMNS": "200", "TERM": "dumb"})

    return invoke


@pytest.fixture(scope="module")
def engine(creators_snapshot):
    return CreatorEngine(creators_snapshot)


FILTERS = {
    "countries": ("BR", "US"), "regions": ("US-CA", "US-NY"), "categories": ("beauty",), "languages": ("en",),
    "has_ecommerce": False, "followers": {"low": 1}, "average_views": {"high": 8}, "gmv": {"low": 1},
    "price": {"low": 0, "high": 9}, "posted_within_days": 8,
    "audience": ({"dimension": "gender", "value": "female", "share": {"low": 0.01}},),
}  # fmt: skip
OPTIONS = [
    "--country", "BR", "--country", "US", "--region", "US-CA", "--region", "US-NY", "--category", "beauty",
    "--language", "en", "--no-ecommerce", "--followers", "1:", "--views", ":8", "--gmv", "1:", "--price",
    "0:9", "--posted-within", "8", "--audience", "gender.female=0.01:",
]  # fmt: skip


def test_every_option_is_the_filter_of_its_name(run, engine):
    done = run("find", *OPTIONS, "--market", "US", "--sort", "gmv_low", "--ascending", "--count", 3, "--json")

    search = CreatorSearch(filters=FILTERS, market="US", sort="gmv_low", descending=False, count=3)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == engine.find(search).model_dump(mode="json")
    assert len(json.loads(done.stdout)["filters"]) == 12


def test_a_filter_file_is_overruled_by_options(run, engine, tmp_path):
    path = tmp_path / "filter.yaml"
    path.write_text("followers: {low: 1}\nlanguages: [es]\n")

    done = run("find", "--filter", path, "--language", "en", "--json")

    search = CreatorSearch(filters={"followers": {"low": 1}, "languages": ("en",)})
    assert json.loads(done.stdout) == engine.find(search).model_dump(mode="json")


def test_the_table_goes_on_with_the_cursor_it_names(run):
    done = run("find", "--count", 7, "--sort", "gained_28")
    _, _, cursor = done.stdout.strip().rpartition("--cursor ")

    rest = run("find", "--count", 60, "--sort", "gained_28", "--cursor", cursor)

    assert "60 found" in done.stdout
    assert "Followers gained in 28 days" in done.stdout
    assert "│ 8 " in rest.stdout
    assert "next page" not in rest.stdout


def test_a_search_without_anybody_says_so_and_succeeds(run):
    done = run("find", "--followers", "99999999:")

    assert done.exit_code == 0
    assert "No creator is left." in done.stdout
    assert "60 creators → followers (99,999,999 to …) 0" in done.stdout


def test_a_page_is_written_with_where_it_comes_from(run, tmp_path, creators_snapshot):
    done = run("find", "--count", 5, "--out", tmp_path / "page.parquet")
    run("find", "--count", 5, "--out", tmp_path / "page.csv")

    rows = pq.read_table(tmp_path / "page.parquet")
    assert done.exit_code == 0, done.output
    assert rows.num_rows == pa_csv.read_csv(tmp_path / "page.csv").num_rows == 5
    assert {"creator_id", "gmv_low", "gmv_high", "gmv_withheld", "gmv_currency"} <= set(rows.column_names)
    facts = rows.schema.metadata
    assert facts[b"snapshot"].decode() == creators_snapshot.name
    assert facts[b"as_of"] == b"2024-03-31T00:00:00+00:00"
    assert {b"policies", b"data"} <= set(facts)


def test_an_empty_page_is_a_file_with_columns(run, tmp_path):
    run("find", "--followers", "99999999:", "--out", tmp_path / "page.parquet")

    assert pq.read_table(tmp_path / "page.parquet").column_names[:2] == ["place", "creator_id"]


def test_a_profile_shows_what_the_engine_knows(run, engine):
    done = run("show", 130, "--brand", 7)

    profile = engine.show(130, brand_id=7)
    assert done.exit_code == 0, done.output
    assert f"Creator 130: {profile.category}" in done.stdout
    assert "videos posted in the last 30 days" in done.stdout
    assert f"only {profile.latest.videos}" in done.stdout
    assert "of 2 states" in done.stdout
    assert "2024-01-01 to 2024-03-30" in done.stdout
    assert any(mark in done.stdout for mark in "▂▃▅▇")


def test_a_profile_as_json_is_the_engines_answer(run, engine):
    done = run("show", 130, "--states", "US-CA,US-TX", "--json")

    assert json.loads(done.stdout) == engine.show(130, states=("US-CA", "US-TX")).model_dump(mode="json")


def test_a_plot_is_drawn_on_request_and_json_stays_one_document(run, tmp_path):
    done = run("show", 130, "--plot", tmp_path / "history.svg", "--json")

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["creator_id"] == 130
    assert (tmp_path / "history.svg").read_text().startswith("<?xml")


def test_a_plot_without_its_library_names_the_extra(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "serving.creators.plot", raising=False)

    done = run("show", 130, "--plot", tmp_path / "history.svg")

    assert done.exit_code == 2
    assert "needs the library matplotlib: install creator-recsys[plot]" in done.stderr
    assert not list(tmp_path.iterdir())


def test_look_alikes_are_listed_with_their_parts(run, engine):
    done = run("similar", 130, "--count", 4)

    answer = engine.similar(130, 4)
    assert done.exit_code == 0, done.output
    assert all(f"{item.creator_id}: {item.phrase}" in done.stdout for item in answer.items)
    assert f"{answer.compared} compared" in done.stdout


def test_look_alikes_as_json_are_the_engines_answer(run, engine, tmp_path):
    path = tmp_path / "filter.yaml"
    path.write_text("has_ecommerce: true\n")

    done = run("similar", 130, "--filter", path, "--market", "US", "--json")

    assert json.loads(done.stdout)["items"]
    assert json.loads(done.stdout) == engine.similar(
        130, filters=CreatorSearch(filters={"has_ecommerce": True}).filters, market="US"
    ).model_dump(mode="json")


def test_the_numbers_to_sort_by_are_listed_with_their_meaning():
    listed = json.loads(CliRunner().invoke(app, ["creators", "numbers", "--json"]).stdout)

    assert {row["number"]: row["meaning"] for row in listed} == {
        name: number.meaning for name, number in NUMBERS.items()
    }


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("show", 1), "error: unknown creator 1:"),
        (("show", 130, "--brand", 9), "error: unknown brand 9:"),
        (("show", 130, "--plot", "history.jpg"), "expected a file name that ends in .png or .svg"),
        (("similar", 1), "error: unknown creator 1:"),
        (("find", "--sort", "fame"), "expected a number of creators"),
        (("find", "--followers", "many"), "--followers: expected LOW:HIGH"),
        (("find", "--count", 5000), "count: Input should be less than or equal to 1000"),
        (("find", "--cursor", "x"), "expected the cursor of a page found before"),
        (("find", "--out", "page.xlsx"), "expected a file name that ends in .parquet, .csv, .json"),
    ],
)
def test_what_is_refused_ends_in_one_line(run, command, message):
    done = run(*command)

    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert message in done.stderr
