"""The rules on Spark find what they find on DuckDB. Needs the extra `spark` and Java; takes a minute."""

import ibis
import pyarrow.parquet as pq
import pytest

from recsys.tables import TABLES
from recsys.tables.check import check
from recsys.tables.conform import conform

# Spark's client calls pandas in ways that pandas 3 warns of, and leaves its sockets to the collector.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def broken(rows):
    """A marketplace with a fault in each table; not NaN, which Spark's backend reads as NULL."""
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
        on_spark[name] = conform(spark.read_parquet(path, table_name=name), table)
        on_duckdb[name] = conform(duckdb.read_parquet(path, table_name=name), table)

    report = check(on_spark)

    assert len(report.breaches) > len(TABLES)
    assert report == check(on_duckdb)
