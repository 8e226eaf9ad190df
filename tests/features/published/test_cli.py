import csv
import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from recsys.cli import app

CREATORS = ("000000000000000a", "000000000000000c")


@pytest.fixture
def folder(tmp_path):
    columns = {
        "edition": ["2022-09", "2022-09", "2022-11", "2022-11"],
        "creator_id": [*CREATORS, *CREATORS],
        "followers": [1e6, 2e6, 1.1e6, 2e6],
    }
    pq.write_table(pa.table(columns), tmp_path / "creators.parquet")
    return tmp_path


def run(*arguments):
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["published", *map(str, arguments)])


def test_json_says_what_the_set_is_what_it_holds_and_what_it_shows(folder):
    found = json.loads(run("top1000_2022", "--folder", folder, "--json").stdout)

    assert found["published"].startswith("https://www.kaggle.com/")
    assert (found["as_of"], found["policies"]) == ("2022-12-01T00:00:00+00:00", '{"*":"2022-launch"}')
    assert found["tables"]["creator_daily"] == {"rows": 4, "columns": ["creator_id", "day", "followers"]}
    assert found["cleaned"][0] == {
        "file": "creators.parquet", "reason": "a row that is there twice in an edition", "rows": 0,
    }  # fmt: skip
    (group,) = found["studies"]["growth"]["groups"]
    assert (group["group"], group["rows"]) == ("2022-09 to 2022-11", 2)
    assert group["grew"] == {"n": 2, "share": 0.5}


def test_the_terminal_shows_tables_and_where_the_set_is_published(folder):
    found = run("top1000_2022", "--folder", folder)

    assert found.exit_code == 0
    assert "https://www.kaggle.com/datasets/ramjasmaurya/top-1000-social-media-channels" in found.stdout
    assert "2022-09 to 2022-11" in found.stdout
    assert "61 [61–61]" in found.stdout


def test_all_rows_of_a_study_are_written(folder):
    out = folder / "growth.csv"

    assert run("top1000_2022", "--folder", folder, "--study", "growth_by_tier", "--out", out).exit_code == 0

    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [row["followers"] for row in rows] == ["1100000", "2000000"]
    assert rows[0]["as_of"] == "2022-12-01T00:00:00+00:00"
    assert len(json.loads(rows[0]["data"])["creator_daily"]) == 64


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["nowhere"], "there is no loader for nowhere; expected one of tiktok_vn_2025"),
        (["tiktok_famous"], "tiktok_famous: .* lacks videos.parquet"),
        (
            ["top1000_2022", "--study", "again", "--out", "a.csv"],
            "no study again; found growth, growth_by_tier",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line_that_says_why(folder, arguments, problem):
    found = run(*arguments, "--folder", folder)

    assert found.exit_code != 0
    assert found.stdout == ""
    assert re.search(problem, found.stderr)
