"""What is computed on Spark is what is computed on DuckDB, bit for bit. Needs the extra `spark` and Java.

Each test runs many queries on one small market, so that a single worker of a parallel run starts a Spark.
"""

import json
from datetime import datetime

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from features.expressions import EXPRESSIONS
from features.known import known
from features.lists.build import build_lists
from features.sources import gather
from recsys.cli import app
from recsys.periods import Period
from recsys.tables import read_tables

# Spark leaves its sockets to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
AS_OF = datetime.fromisoformat("2024-04-20T13:00")


@pytest.fixture(scope="module")
def folder(random_rows, arrow, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    market = random_rows(1)
    for video in market["videos"][::2]:
        video["sound_id"] = video["video_id"] % 5
    for name, rows in market.items():
        pq.write_table(arrow(name, rows), folder / f"{name}.parquet")
    return folder


@pytest.fixture(scope="module")
def on_duckdb(folder):
    return read_tables(folder)


@pytest.fixture(scope="module")
def on_spark(spark, folder):
    return read_tables(folder, "spark", "local[1]")


def values(rows):
    """The rows in an order of their own: texts of exact values, as lists cannot be sorted by."""
    return sorted(map(repr, rows.to_pylist()))


def test_every_expression_gives_the_same_values_and_types(subtests, on_spark, on_duckdb, policies):
    spark, duckdb = (gather(known(tables, AS_OF, policies)) for tables in (on_spark, on_duckdb))

    for name, expression in EXPRESSIONS.items():
        with subtests.test(name):
            found = spark.known.read(expression(spark))
            expected = duckdb.known.read(expression(duckdb))

            assert found.schema == expected.schema
            assert values(found) == values(expected)
            assert len(expected)
    spark.known.release()


@pytest.mark.usefixtures("spark")
def test_the_command_gives_a_snapshot_of_the_same_name(folder, tmp_path):
    names = []
    for engine in (("--engine", "duckdb"), ("--engine", "spark", "--master", "local[1]")):
        options = ["--tables", str(folder), "--at", AS_OF.isoformat(), "--out", str(tmp_path), "--json"]
        result = CliRunner().invoke(app, ["snapshot", *options, *engine])
        names.append(json.loads(result.stdout)["name"])

    assert names[0] == names[1]


def test_ranking_lists_have_the_same_name(on_spark, on_duckdb, policies, tmp_path):
    week = Period.of("week", AS_OF.date())
    found, expected = (
        build_lists(tables, week, policies, tmp_path / name)
        for name, tables in (("spark", on_spark), ("duckdb", on_duckdb))
    )

    assert found.path.name == expected.path.name
