"""Choosing an engine, without any other being there."""

import pytest

from recsys.errors import ConfigError
from recsys.tables import read_tables


def test_an_unknown_engine_is_told(folder):
    with pytest.raises(ConfigError, match="unknown engine 'polars'; expected one of duckdb, spark"):
        read_tables(folder, "polars")


def test_a_master_without_spark_is_told(folder):
    with pytest.raises(ConfigError, match=r"expected none with engine duckdb, found 'local\[2\]'"):
        read_tables(folder, master="local[2]")


def test_a_database_is_not_read_with_spark():
    with pytest.raises(ConfigError, match=r"engine spark reads a folder of Parquet, found duckdb://market"):
        read_tables("duckdb://market.db", "spark")
