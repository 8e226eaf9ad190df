"""`recsys trends` and `recsys best-videos` as a user meets them."""

import json

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from features.trends.cli import best, trending
from recsys.console import LEVELS, exit_on_error

AT = ("--at", "2024-05-20")


@pytest.fixture(scope="module")
def run(market_folder):
    app = typer.Typer()
    app.command("trends")(exit_on_error(trending))
    app.command("best-videos")(exit_on_error(best))

    def of(*words):
        return CliRunner(env={"COLUMNS": "200"}).invoke(app, [*words, "--tables", str(market_folder)])

    return of


def test_json_has_the_rows_and_where_they_come_from(run):
    done = run("trends", "hashtags", *AT, "--json", "--count", "2", "--market", "US")
    document = json.loads(done.stdout)

    assert [row["rank"] for row in document["rows"]] == [1, 2]
    assert document["rows"][0]["entity"] == "up"
    assert document["facts"]["as_of"] == "2024-05-20T00:00:00+00:00"
    assert document["facts"]["market"] == "US"
    assert len(json.loads(document["facts"]["data"])["videos"]) == 64


def test_a_table_shows_the_trend_and_its_days(run):
    done = run("trends", "hashtags", *AT)

    assert done.exit_code == 0
    assert "Hashtags: videos posted with it, 28 days to 2024-05-20" in done.stdout
    assert "rising" in done.stdout
    assert LEVELS[-1] in done.stdout


@pytest.mark.parametrize("at", ["2024-01-25", "2024-07-01"])
def test_a_window_that_the_tables_do_not_cover_is_refused(run, at):
    done = run("trends", "hashtags", "--at", at)

    assert done.exit_code == 1
    assert "need counts from" in done.stderr


def test_decliners_are_asked_for(run):
    document = json.loads(run("trends", "hashtags", *AT, "--declining", "--json").stdout)

    assert document["rows"][0]["entity"] == "down"
    assert document["facts"]["trend"] == "falling"


@pytest.mark.parametrize("suffix", ["parquet", "csv", "json"])
def test_a_file_names_its_moment_and_its_data(run, tmp_path, suffix):
    path = tmp_path / f"trends.{suffix}"
    done = run("trends", "hashtags", *AT, "--out", str(path))

    assert done.exit_code == 0
    if suffix == "parquet":
        assert pq.read_schema(path).metadata[b"as_of"] == b"2024-05-20T00:00:00+00:00"
        assert pq.read_table(path)["entity"][0].as_py() == "up"
    elif suffix == "csv":
        rows = pa_csv.read_csv(path)
        assert rows["as_of"][0].as_py().isoformat() == "2024-05-20T00:00:00+00:00"
    else:
        assert json.loads(path.read_text())["rows"][0]["entity"] == "up"


def test_the_same_question_gives_the_same_bytes(run, tmp_path):
    for name in ("a.json", "b.json"):
        run("trends", "hashtags", *AT, "--out", str(tmp_path / name))

    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["trends", "tags"], "there are no trends of 'tags'"),
        (["trends", "hashtags", "--by", "likes"], "hashtags are not counted by 'likes'"),
        (["trends", "hashtags", "--market", "XX"], "market XX, category all"),
        (["trends", "sounds"], "there are no sounds"),
        (["best-videos", "--market", "XX"], "there are no videos in the 28 days"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(run, words, message):
    done = run(*words, *AT)

    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())


def test_a_floor_leaves_out_what_is_too_small(run):
    document = json.loads(run("trends", "hashtags", *AT, "--floor", "200", "--json").stdout)

    assert [row["entity"] for row in document["rows"]] == ["up"]


def test_the_best_videos_are_listed_with_their_numbers(run):
    done = run("best-videos", *AT, "--json", "--window", "2")
    table = run("best-videos", *AT)

    assert [(row["rank"], row["video_id"], row["views"]) for row in json.loads(done.stdout)["rows"]] == [
        (1, 2, 2_000),
        (2, 1, 1_000),
    ]
    assert "Best videos by views, 28 days to 2024-05-20" in table.stdout
    assert "3,000" in table.stdout
