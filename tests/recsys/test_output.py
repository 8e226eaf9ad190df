"""Rows written for others to read."""

import csv
import json
from datetime import date, datetime, timedelta, timezone

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import ConfigError
from recsys.output import facts_of, write_rows

FACTS = {"as_of": "2026-06-29", "data": "abc"}
ROWS = pa.table(
    {
        "name": ["ä,b", None],
        "share": [0.5, float("nan")],
        "day": [date(2026, 1, 2)] * 2,
        "tags": [["x", "y"], []],
    }
)


def test_every_file_says_its_moment_policies_and_data_in_one_spelling():
    tables = {"videos": "ff", "creators": "ee"}

    assert facts_of(datetime(2026, 6, 29), {"US": "b", "CA": "a"}, tables) == {  # noqa: DTZ001  # naive is UTC
        "as_of": "2026-06-29T00:00:00+00:00",
        "policies": '{"CA":"a","US":"b"}',
        "data": '{"creators":"ee","videos":"ff"}',
    }


def test_an_aware_moment_keeps_its_offset_and_one_hash_stays_itself():
    moment = datetime(2026, 6, 29, 1, tzinfo=timezone(timedelta(hours=9)))

    facts = facts_of(moment, {}, "abc")

    assert (facts["as_of"], facts["data"]) == ("2026-06-29T01:00:00+09:00", "abc")


def test_parquet_says_where_it_comes_from(tmp_path):
    write_rows(tmp_path / "rows.parquet", ROWS, FACTS)
    found = pq.read_table(tmp_path / "rows.parquet")

    assert found.schema.metadata == {b"as_of": b"2026-06-29", b"data": b"abc"}
    assert found.replace_schema_metadata(None)["name"].to_pylist() == ["ä,b", None]


def test_csv_says_so_in_every_row(tmp_path):
    write_rows(tmp_path / "rows.csv", ROWS, FACTS)
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert rows[0] == {
        "name": "ä,b", "share": "0.5", "day": "2026-01-02", "tags": "x y",
        "as_of": "2026-06-29", "data": "abc",
    }  # fmt: skip


def test_json_says_so_beside_the_rows_and_knows_no_nan(tmp_path):
    write_rows(tmp_path / "rows.json", ROWS, FACTS)
    found = json.loads((tmp_path / "rows.json").read_text("utf-8"))

    assert found["facts"] == FACTS
    assert found["rows"][1] == {"name": None, "share": None, "day": "2026-01-02", "tags": []}


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".json"])
def test_equal_rows_give_equal_bytes(tmp_path, suffix):
    for name in ("a", "b"):
        write_rows(tmp_path / f"{name}{suffix}", ROWS, FACTS)

    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_another_suffix_is_refused_and_nothing_written(tmp_path):
    with pytest.raises(ConfigError, match=r"ends in .parquet, .csv, .json; found .*rows.xlsx"):
        write_rows(tmp_path / "rows.xlsx", ROWS, FACTS)

    assert not list(tmp_path.iterdir())
