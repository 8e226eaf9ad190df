"""A snapshot computed on Spark is the one computed on DuckDB, bit for bit. Takes minutes; needs Java."""

from datetime import datetime

import ibis
import numpy as np
import pyarrow.parquet as pq
import pytest

from features.snapshot import build_snapshot
from recsys.snapshot import PARTS
from recsys.tables import TABLES, Tables
from recsys.tables.conform import conform

# Spark's client calls pandas in ways that pandas 3 warns of, and leaves its sockets to the collector.
pytestmark = pytest.mark.filterwarnings("ignore")
AS_OF = datetime.fromisoformat("2024-04-20T13:00")


@pytest.fixture(scope="module")
def folder(random_rows, arrow, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    for name, rows in random_rows(1).items():
        pq.write_table(arrow(name, rows), folder / f"{name}.parquet")
    return folder


def opened(backend, folder):
    read = {name: backend.read_parquet(str(folder / f"{name}.parquet"), table_name=name) for name in TABLES}
    return Tables(backend, {name: conform(read[name], table) for name, table in TABLES.items()})


def test_spark_and_duckdb_give_the_same_snapshot(spark, folder, policies):
    on_spark = build_snapshot(opened(spark, folder), AS_OF, policies)
    on_duckdb = build_snapshot(opened(ibis.duckdb.connect(), folder), AS_OF, policies)

    assert on_spark.facts.model_dump(exclude={"data"}) == on_duckdb.facts.model_dump(exclude={"data"})
    for part in PARTS:
        found, expected = getattr(on_spark, part), getattr(on_duckdb, part)
        np.testing.assert_array_equal(found.ids, expected.ids, part)
        for name, values in expected.values.items():
            assert found[name].dtype == values.dtype, f"{part}.{name}"
            np.testing.assert_array_equal(found[name], values, f"{part}.{name}")
