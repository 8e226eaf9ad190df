import subprocess
import sys
from datetime import date, datetime

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import TableError
from recsys.files import sha256_of
from recsys.tables import TABLES, Tables, empty, read_tables


def rewrite(folder, name, column, values):
    """Replace a column of a table's file, of any type."""
    path = folder / f"{name}.parquet"
    table = pq.read_table(path)
    pq.write_table(table.set_column(table.column_names.index(column), column, values), path)


def column_of(tables, name, column):
    key = list(TABLES[name].key)
    return tables[name].order_by(key)[column].to_pyarrow()


def test_a_folder_gives_every_table_with_the_contracts_columns_and_types(folder, arrow):
    tables = read_tables(folder)

    assert list(tables) == list(TABLES)
    for name, table in tables.items():
        assert table.schema().to_pyarrow().equals(TABLES[name].arrow_schema)
        assert table.count().to_pyarrow().as_py() == arrow[name].num_rows


def test_columns_may_stand_in_any_order(folder, arrow):
    shuffled = arrow["samples"].select(arrow["samples"].column_names[::-1])
    pq.write_table(shuffled, folder / "samples.parquet")

    assert read_tables(folder)["samples"].columns == tuple(TABLES["samples"].by_name)


def test_a_table_may_be_partitioned_by_its_columns_and_by_others(folder, arrow):
    (folder / "creator_daily.parquet").unlink()
    for row in arrow["creator_daily"].to_pylist():
        part = (
            folder / "creator_daily" / "export=3" / f"day={row.pop('day')}" / f"{row['creator_id']}.parquet"
        )
        part.parent.mkdir(parents=True, exist_ok=True)
        schema = TABLES["creator_daily"].arrow_schema
        pq.write_table(pa.Table.from_pylist([row], schema.remove(schema.get_field_index("day"))), part)

    daily = read_tables(folder)["creator_daily"].order_by(["creator_id", "day"]).to_pyarrow()

    assert daily.equals(arrow["creator_daily"])


def test_a_database_is_read_by_its_url(tmp_path, arrow):
    with duckdb.connect(tmp_path / "market.db") as database:
        for name, rows in arrow.items():
            database.register("rows", rows)
            database.execute(f"create table {name} as from rows")

    tables = read_tables(f"duckdb://{tmp_path}/market.db")

    assert tables["videos"].order_by("video_id").to_pyarrow().equals(arrow["videos"])


@pytest.mark.parametrize(
    ("table", "column", "type_"),
    [
        ("creators", "creator_id", pa.int32()),
        ("creators", "creator_id", pa.uint8()),
        ("creators", "country", pa.large_string()),
        ("creators", "country", pa.dictionary(pa.int8(), pa.string())),
        ("creators", "created_at", pa.timestamp("s")),
        ("creators", "created_at", pa.timestamp("ms")),
        ("creators", "created_at", pa.timestamp("us", "UTC")),
        ("creators", "created_at", pa.timestamp("ms", "Europe/Berlin")),
        ("audience", "share", pa.float32()),
        ("videos", "product_ids", pa.list_(pa.int32())),
        ("videos", "hashtags", pa.large_list(pa.large_string())),
    ],
    ids=str,
)
def test_types_that_widen_without_loss_are_read_as_the_contracts(folder, arrow, table, column, type_):
    narrow = arrow[table][column].cast(type_)
    rewrite(folder, table, column, narrow)

    read = read_tables(folder)[table].to_pyarrow()[column]

    assert read.type == TABLES[table].arrow_schema.field(column).type
    assert sorted(read.to_pylist()) == sorted(narrow.cast(read.type).to_pylist())


def test_a_moment_with_a_zone_becomes_the_same_moment_in_utc(folder):
    utc = datetime.fromisoformat("2024-01-01T11:00")
    rewrite(folder, "creators", "created_at", pa.array([utc] * 2, pa.timestamp("us", "Europe/Berlin")))

    assert column_of(read_tables(folder), "creators", "created_at")[0].as_py() == utc


@pytest.mark.parametrize(
    ("table", "column", "values", "message"),
    [
        ("creators", "creator_id", pa.array([1.0, 2.0]), "creator_id is float64, expected int64"),
        ("creators", "creator_id", pa.array(["1", "2"]), "creator_id is string, expected int64"),
        ("creators", "creator_id", pa.array([1, 2], pa.uint64()), "creator_id is uint64, expected int64"),
        ("creators", "created_at", pa.array([0, 0], pa.timestamp("ns")), r"created_at is timestamp\(9\)"),
        (
            "creators",
            "created_at",
            pa.array([date(2024, 1, 1)] * 2),
            "created_at is date, expected timestamp",
        ),
        ("creators", "has_ecommerce", pa.array([0, 1]), "has_ecommerce is int64, expected boolean"),
        ("audience", "share", pa.array([0, 0, 1]), "share is int64, expected float64"),
        ("videos", "product_ids", pa.array(["100", ""]), "product_ids is string, expected array<int64>"),
    ],
)
def test_types_that_would_lose_something_are_refused(folder, table, column, values, message):
    rewrite(folder, table, column, values)

    with pytest.raises(TableError, match=f"table {table}: column {message}"):
        read_tables(folder)


def test_unknown_columns_are_refused(folder, arrow):
    extra = arrow["brands"].append_column("colour", pa.array(["red", "blue"]))
    pq.write_table(extra, folder / "brands.parquet")

    with pytest.raises(TableError, match=r"table brands: unknown columns \['colour'\], expected only"):
        read_tables(folder)


def test_missing_columns_are_named_with_those_found(folder, arrow):
    pq.write_table(arrow["brands"].drop_columns(["category"]), folder / "brands.parquet")

    with pytest.raises(TableError, match=r"table brands: missing columns \['category'\], found \['brand_id'"):
        read_tables(folder)


def test_the_problems_of_all_tables_are_told_at_once(folder, arrow):
    pq.write_table(arrow["brands"].drop_columns(["category"]), folder / "brands.parquet")
    (folder / "samples.parquet").unlink()

    with pytest.raises(TableError, match=r"table brands: missing columns.*table samples is missing"):
        read_tables(folder)


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(TableError, match=r"there is no folder .*nowhere; expected one with a Parquet file"):
        read_tables(tmp_path / "nowhere")


def test_a_table_that_is_there_twice_is_refused(folder, arrow):
    (folder / "samples").mkdir()
    pq.write_table(arrow["samples"], folder / "samples" / "part.parquet")

    with pytest.raises(TableError, match="table samples is there twice"):
        read_tables(folder)


def test_files_of_one_table_must_agree(folder, arrow):
    (folder / "samples.parquet").unlink()
    (folder / "samples").mkdir()
    pq.write_table(arrow["samples"], folder / "samples" / "a.parquet")
    pq.write_table(arrow["samples"].drop_columns(["fulfilled_at"]), folder / "samples" / "b.parquet")

    with pytest.raises(TableError, match=r"b\.parquet differs from .*a\.parquet: expected .*fulfilled_at"):
        read_tables(folder)


def test_files_of_one_table_may_differ_in_whether_null_is_allowed(folder, arrow):
    (folder / "samples.parquet").unlink()
    (folder / "samples").mkdir()
    strict = pa.schema([field.with_nullable(field.name != "sample_id") for field in arrow["samples"].schema])
    pq.write_table(arrow["samples"].cast(strict), folder / "samples" / "a.parquet")
    pq.write_table(arrow["samples"], folder / "samples" / "b.parquet")

    assert read_tables(folder)["samples"].count().to_pyarrow().as_py() == 2 * arrow["samples"].num_rows


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet at all"])
def test_a_file_that_is_no_parquet_is_named(folder, content):
    (folder / "videos.parquet").write_bytes(content)

    with pytest.raises(TableError, match=r"videos\.parquet is not a readable Parquet file"):
        read_tables(folder)


@pytest.mark.parametrize("url", ["duckdb://{}/missing.db", "nonsense://market"])
def test_a_database_that_cannot_be_opened_is_told_and_not_created(tmp_path, url):
    with pytest.raises(TableError, match="cannot open"):
        read_tables(url.format(tmp_path))

    assert not list(tmp_path.iterdir())


def test_an_error_does_not_show_the_login_of_a_url():
    with pytest.raises(TableError, match="cannot open nonsense://host/market: ") as caught:
        read_tables("nonsense://user:secret@host/market")

    assert "secret" not in str(caught.value)


def test_a_missing_table_in_memory_is_told(arrow):
    del arrow["videos"]

    with pytest.raises(TableError, match="the tables in memory has no table videos; expected creators, "):
        Tables.from_arrow(arrow)


def test_every_table_but_creators_may_be_empty(arrow):
    creators_alone = {name: empty(name) for name in TABLES} | {"creators": arrow["creators"]}

    assert Tables.from_arrow(creators_alone)["videos"].count().to_pyarrow().as_py() == 0

    with pytest.raises(TableError, match="table creators is empty"):
        Tables.from_arrow({name: empty(name) for name in TABLES})


def test_the_fingerprint_of_a_file_is_its_hash(folder):
    assert read_tables(folder).fingerprints()["videos"] == sha256_of(folder / "videos.parquet")


def test_the_fingerprint_of_several_files_depends_on_each(folder, arrow):
    (folder / "samples.parquet").rename(folder / "whole.parquet")
    (folder / "samples").mkdir()
    pq.write_table(arrow["samples"][:1], folder / "samples" / "a.parquet")
    pq.write_table(arrow["samples"][1:], folder / "samples" / "b.parquet")
    before = read_tables(folder).fingerprints()

    pq.write_table(arrow["samples"][:1], folder / "samples" / "b.parquet")
    after = read_tables(folder).fingerprints()

    assert [name for name in TABLES if before[name] != after[name]] == ["samples"]


def test_duckdb_draws_no_progress_bar_where_no_main_file_makes_a_session_look_interactive():
    asked = "select current_setting('enable_progress_bar')"
    code = (
        "import duckdb; from recsys.tables.read import connect_quietly;"
        f'[print(one.execute("{asked}").fetchone()[0]) for one in (duckdb, connect_quietly().con)]'
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert found.stdout.split() == ["True", "False"]
