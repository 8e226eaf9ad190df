"""Tables on Spark are those on DuckDB, and break the same rules. Needs the extra `spark` and Java."""

from datetime import date

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import ConfigError
from recsys.tables import TABLES, read_tables
from recsys.tables.check import check
from recsys.tables.conform import conform

# Spark leaves its sockets to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def broken(rows):
    """A marketplace with a fault in each table."""
    rows["creator_daily"][1]["gmv_high"] = 1
    rows["audience"][0]["share"] = 0.9
    rows["brands"][0]["store_states"] = ["US-CA", "US-CA"]
    rows["products"][0]["currency"] = "EUR"
    rows["campaigns"][0]["product_ids"] = [101, 999]
    rows["campaign_targets"][0]["dimension"] = "colour"
    rows["invitations"][0]["opened_at"] = None
    rows["messages"].append(rows["messages"][0])
    rows["samples"][0]["shipped_at"] = rows["samples"][0]["requested_at"].replace(year=2000)
    rows["showcase"][0]["product_id"] = 999
    rows["videos"][0]["hashtags"] = ["#glow", ""]
    rows["video_visibility"][1]["public_from"] = rows["video_visibility"][0]["public_from"].replace(hour=13)
    rows["video_daily"][0]["completions"] = 61
    rows["video_daily"].append(rows["video_daily"][0])
    rows["livestreams"][0]["started_at"] = rows["livestreams"][0]["started_at"].replace(microsecond=5)
    rows["livestream_segments"][0]["ends_at"] = rows["livestream_segments"][0]["starts_at"]
    rows["interactions"][1]["item_id"] = 999
    del rows["creator_daily"][0]
    return rows


def test_spark_and_duckdb_find_the_same_breaches(spark, broken, folder, to_arrow):
    duckdb = ibis.duckdb.connect()
    on_spark, on_duckdb = {}, {}
    for name, table in TABLES.items():
        path = str(folder / f"{name}.parquet")
        pq.write_table(to_arrow(name, broken[name]), path)
        on_spark[name] = conform(spark.read_parquet([path], table_name=name), table)
        on_duckdb[name] = conform(duckdb.read_parquet(path, table_name=name), table)

    report = check(on_spark)

    assert len(report.breaches) > len(TABLES)
    assert report == check(on_duckdb)


def test_a_folder_gives_the_same_tables_and_fingerprints(spark, folder, arrow):
    (folder / "creator_daily.parquet").unlink()
    for row in arrow["creator_daily"].to_pylist():
        part = folder / "creator_daily" / f"day={row.pop('day')}" / f"{row['creator_id']}.parquet"
        part.parent.mkdir(parents=True, exist_ok=True)
        schema = TABLES["creator_daily"].arrow_schema
        pq.write_table(pa.Table.from_pylist([row], schema.remove(schema.get_field_index("day"))), part)
    on_duckdb, on_spark = read_tables(folder), read_tables(folder, "spark", "local[1]")

    assert on_spark.fingerprints() == on_duckdb.fingerprints()
    for name, table in TABLES.items():
        found, expected = (
            tables[name].order_by(list(table.key)).to_pyarrow() for tables in (on_spark, on_duckdb)
        )
        assert found.equals(expected), name


def test_rows_come_and_go_without_a_change(spark):
    rows = pa.table(
        {
            "id": pa.array([1, 2, 3]),
            "large": pa.array([2**53 + 1, None, -(2**63)]),
            "share": pa.array([float("nan"), None, 0.1]),
            "day": pa.array([date(2024, 1, 1), None, date(1969, 12, 31)]),
            "words": pa.array([["a"], [], None]),
        }
    )

    given = spark.to_pyarrow(ibis.memtable(rows).order_by("id"))

    assert given.schema == rows.schema
    assert repr(given.to_pylist()) == repr(rows.to_pylist())


def test_what_is_kept_is_computed_once_and_forgotten(spark):
    kept = spark.keep(ibis.memtable(pa.table({"x": [1, 2]})).mutate(draw=ibis.random()))
    first, second = (spark.to_pyarrow(kept.order_by("x")) for _ in range(2))
    spark.forget(kept.get_name())

    assert first.equals(second)
    assert kept.get_name() not in spark.list_tables()


def test_another_master_than_that_of_this_process_is_refused(spark, folder):
    with pytest.raises(ConfigError, match=r"expected master local\[3\], found local\[1\]"):
        read_tables(folder, "spark", "local[3]")
