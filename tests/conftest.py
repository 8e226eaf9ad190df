"""What tests of every package share."""

import sys

import ibis
import pytest


@pytest.fixture(scope="session")
def spark():
    """Ibis on a local Spark; tests that ask for it are skipped where the extra `spark` is not installed."""
    sql = pytest.importorskip("pyspark.sql", reason="the extra `spark` is not installed")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        builder = sql.SparkSession.builder.master("local[1]").config("spark.sql.session.timeZone", "UTC")
        settings = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.shuffle.partitions": "1",
        }
        session = builder.config(map=settings).getOrCreate()
        yield ibis.pyspark.connect(session)
        session.stop()
