from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import TableError
from recsys.tables import TABLES, has, partial_tables, read_tables, require, require_whole

FOLLOWERS = pa.table(
    {
        "followers": pa.array([9], pa.int32()),
        "day": pa.array([date(2024, 1, 1)]),
        "creator_id": pa.array([1], pa.int64()),
    }
)


@pytest.fixture
def tables():
    return partial_tables({"creator_daily": FOLLOWERS})


def test_columns_come_in_the_contracts_order_and_types(tables):
    schema = tables["creator_daily"].schema().to_pyarrow()

    assert (
        schema
        == TABLES["creator_daily"]
        .arrow_schema.remove_metadata()
        .empty_table()
        .select(["creator_id", "day", "followers"])
        .schema
    )


def test_what_is_absent_stays_absent(tables):
    assert list(tables) == ["creator_daily"]
    assert "videos" not in tables
    assert tables.get("videos") is None
    assert "gmv" not in tables["creator_daily"].columns


def test_asking_for_an_absent_table_says_so(tables):
    with pytest.raises(TableError, match="this set has no table videos; found the tables creator_daily"):
        tables["videos"]


def test_everything_that_is_needed_and_absent_is_named_at_once(tables):
    needs = {"creator_daily": ("followers", "gmv"), "videos": ("hashtags",), "messages": ()}

    with pytest.raises(TableError, match=r"no table videos, messages and no column creator_daily\.gmv;"):
        require(tables, needs)


def test_what_is_there_can_be_required(tables):
    require(tables, {"creator_daily": ("creator_id", "followers")})


@pytest.mark.parametrize(
    ("needs", "there"),
    [
        ({"creator_daily": ("creator_id", "followers")}, True),
        ({"creator_daily": ("followers", "gmv")}, False),
        ({"creator_daily": (), "videos": ()}, False),
    ],
)
def test_one_can_ask_whether_all_that_is_needed_is_there(tables, needs, there):
    assert has(tables, needs) is there


def test_a_part_is_no_whole(tables):
    found = r"expected every table .* found only creator_daily \(creator_id, day, followers\)"
    with pytest.raises(TableError, match=found):
        require_whole(tables)


def test_all_tables_with_a_column_less_are_no_whole():
    whole = {name: table.arrow_schema.empty_table() for name, table in TABLES.items()}
    require_whole(partial_tables(whole))

    with pytest.raises(TableError, match="expected every table and column"):
        require_whole(partial_tables(whole | {"videos": whole["videos"].drop_columns("hook")}))


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        ({"creator_daily": FOLLOWERS.drop_columns("day")}, r"missing columns \['day'\]"),
        ({"creator_daily": FOLLOWERS.append_column("likes", pa.array([1]))}, r"unknown columns \['likes'\]"),
        ({"creator_daily": FOLLOWERS.set_column(0, "followers", pa.array(["9"]))}, "followers is string"),
        ({"fans": FOLLOWERS}, "unknown table fans"),
    ],
)
def test_what_the_contract_does_not_know_is_refused(tables, problem):
    with pytest.raises(TableError, match=problem):
        partial_tables(tables)


def test_fingerprints_follow_the_content(tables):
    same, other = (
        partial_tables({"creator_daily": FOLLOWERS}),
        FOLLOWERS.set_column(0, "followers", pa.array([8], pa.int32())),
    )

    assert same.fingerprints() == tables.fingerprints()
    assert partial_tables({"creator_daily": other}).fingerprints() != tables.fingerprints()


def test_a_published_set_is_opened_by_its_name(tmp_path):
    columns = {"edition": ["2022-09"], "creator_id": ["000000000000000a"], "followers": [1e6]}
    pq.write_table(pa.table(columns), tmp_path / "creators.parquet")

    tables = read_tables(f"top1000_2022://{tmp_path}")

    assert tables["creator_daily"].to_pyarrow().to_pylist() == [
        {"creator_id": 5, "day": date(2022, 9, 30), "followers": 1_000_000}
    ]


def test_the_folder_of_a_published_set_has_to_be_there(tmp_path):
    with pytest.raises(TableError, match=r"top1000_2022: .* lacks creators\.parquet"):
        read_tables(f"top1000_2022://{tmp_path}/absent")
