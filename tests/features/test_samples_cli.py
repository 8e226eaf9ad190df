"""`recsys samples`, on one creator's samples as of 20 January 2024, by the policy of 2023-09."""

import json
from datetime import datetime, timedelta

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.tables import TABLES

BEGIN, AS_OF = datetime.fromisoformat("2024-01-01"), "2024-01-20"


def day(number):
    return BEGIN + timedelta(days=number)


def sample(number, received, **more):
    given = {"requested_at": day(0), "shipped_at": day(1), "received_at": received, "product_id": number}
    return {"sample_id": number, "creator_id": 1, **given, **more}


ROWS = {
    "creators": [{"creator_id": number, "created_at": BEGIN} for number in (1, 2)],
    "samples": [
        sample(1, day(2)),
        sample(2, day(10)),
        sample(3, day(10)),
        sample(4, None),
        sample(5, day(11), cancelled_at=day(12)),
    ],
    "videos": [
        {"video_id": 71, "posted_at": day(3), "product_ids": [1]},
        {"video_id": 72, "posted_at": day(18), "product_ids": [2]},
    ],
    "video_visibility": [{"video_id": 71, "public_from": day(3)}, {"video_id": 72, "public_from": day(18)}],
}


@pytest.fixture(scope="module")
def folder(arrow, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    for name in TABLES:
        pq.write_table(arrow(name, ROWS.get(name, [])), folder / f"{name}.parquet")
    return folder


@pytest.fixture
def run(folder):
    def of(*words, creator=1, at=AS_OF):
        return CliRunner(env={"COLUMNS": "200"}).invoke(
            app, ["samples", str(creator), "--tables", str(folder), "--at", at, *words]
        )

    return of


def test_each_sample_says_where_it_stands_and_what_is_needed_until_when(run):
    answer = json.loads(run("--json").stdout)

    shown = ("sample_id", "state", "since", "cause", "cause_id", "needed", "needed_until")
    assert [tuple(row[name] for name in shown) for row in answer["rows"]] == [
        (4, "pending", "2024-01-02T00:00:00", "shipped", None, "receipt", None),
        (5, "void", "2024-01-13T00:00:00", "cancelled", None, None, None),
        (2, "provisional", "2024-01-19T00:00:00", "video_public", 72, "stay_public", "2024-01-22T00:00:00"),
        (3, "pending", "2024-01-11T00:00:00", "received", None, "post", "2024-01-25T00:00:00"),
        (1, "fulfilled", "2024-01-07T00:00:00", "video_public_long_enough", 71, None, None),
    ]
    assert (answer["rows"][3]["opens"], answer["rows"][3]["closes"]) == (
        "2024-01-11T00:00:00",
        "2024-01-25T00:00:00",
    )
    assert answer["facts"]["policies"] == '{"US":"2023-09"}'


def test_an_earlier_moment_is_replayed(run):
    rows = json.loads(run("--json", at="2024-01-05T12:00:00").stdout)["rows"]

    assert {row["sample_id"]: row["state"] for row in rows} == {
        1: "provisional", 2: "pending", 3: "pending", 4: "pending", 5: "pending",
    }  # fmt: skip


def test_the_table_names_the_promise_and_shows_words(run):
    shown = run().stdout

    assert "by policy 2023-09" in shown
    assert "stay public" in shown
    assert "Needed within 14 days from receipt, 7 more with an extension" in shown
    assert "10 minutes on end in one livestream" in shown


def test_rows_are_written_with_where_they_come_from(run, tmp_path):
    run("--out", str(tmp_path / "samples.csv"))
    rows = pa_csv.read_csv(tmp_path / "samples.csv").to_pylist()

    assert [row["sample_id"] for row in rows] == [4, 5, 2, 3, 1]
    assert {row["as_of"] for row in rows} == {datetime.fromisoformat("2024-01-20T00:00:00+00:00")}
    assert {row["policies"] for row in rows} == {'{"US":"2023-09"}'}


def test_a_creator_without_samples_is_told(run):
    result = run(creator=2)

    assert result.exit_code == 0
    assert (
        "Creator 2 has no sample that waits or was opened in the 180 days before 2024-01-20" in result.stdout
    )


@pytest.mark.parametrize(("creator", "at"), [(3, AS_OF), (1, "2024-01-01")])
def test_a_creator_who_was_not_there_is_an_error(run, creator, at):
    result = run(creator=creator, at=at)

    assert (result.exit_code, result.stdout) == (2, "")
    expected = f"expected one of the table creators as of {at} 00:00 UTC"
    assert result.stderr.startswith(f"error: unknown creator {creator}: {expected}")
