"""`recsys snapshot`."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.snapshot import Snapshot


@pytest.fixture
def folder(random_rows, arrow, tmp_path):
    for name, rows in random_rows(1).items():
        (tmp_path / "tables").mkdir(exist_ok=True)
        pq.write_table(arrow(name, rows), tmp_path / "tables" / f"{name}.parquet")
    return tmp_path


def run(folder, *more, at="2024-04-20T13:00:00"):
    arguments = [
        "snapshot",
        "--tables",
        str(folder / "tables"),
        "--at",
        at,
        "--out",
        str(folder / "out"),
        *more,
    ]
    return CliRunner().invoke(app, arguments)


def test_it_writes_a_snapshot_and_says_where(folder):
    result = run(folder, "--json")
    facts = json.loads(result.stdout)

    assert result.exit_code == 0
    assert (
        Snapshot.open(folder / "out" / facts["name"]).facts.as_of.isoformat() == "2024-04-20T13:00:00+00:00"
    )
    assert (facts["creators"], facts["brands"], facts["features"]) == (12, 4, 128)


def test_the_same_input_gives_the_same_name(folder):
    first, second = run(folder, "--json"), run(folder, "--json")

    assert json.loads(first.stdout)["name"] == json.loads(second.stdout)["name"]
    assert len(list((folder / "out").iterdir())) == 1


def test_a_table_says_it_without_json(folder):
    assert "snapshot-" in run(folder).stdout


def test_a_moment_that_is_none_is_a_usage_error(folder):
    assert run(folder, at="yesterday").exit_code == 2


def test_a_missing_folder_is_an_error(tmp_path):
    assert run(tmp_path).exit_code == 1


@pytest.mark.parametrize("at", ["2019-01-01", "0001-01-01"])
def test_a_moment_before_the_first_creator_is_told(folder, at):
    result = run(folder, at=at)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: --at: expected a moment after the first creator came, 20")
    assert not (folder / "out").exists()


def test_a_moment_long_after_the_last_day_is_told(folder):
    result = run(folder, at="2031-01-01")

    assert result.exit_code == 1
    assert "within 90 days after the last day of creator_daily, 2024-" in result.stderr


def test_a_brand_that_is_there_twice_leaves_nothing_behind(folder):
    path = folder / "tables" / "brands.parquet"
    rows = pq.read_table(path)
    pq.write_table(pa.concat_tables([rows, rows.slice(0, 1)]), path)

    result = run(folder)

    twice = rows["brand_id"][0].as_py()
    assert result.exit_code == 1
    assert (
        result.stderr == f"error: table brands: expected each brand_id once, found [{twice}] several times\n"
    )
    assert not (folder / "out").exists()
