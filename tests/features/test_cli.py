"""`recsys snapshot`."""

import json

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
    assert (facts["creators"], facts["brands"], facts["features"]) == (12, 4, 116)


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
