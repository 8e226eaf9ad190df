"""What tests of every package share."""

import shutil

import pytest

QUICK = {
    "spark.sql.shuffle.partitions": "1",
    # A few rows are computed long before a compiler has made code for them: a third of the time without.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@pytest.fixture(scope="session")
def spark():
    """A local Spark as a backend; tests that ask for it are skipped where it cannot run."""
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    if not shutil.which("java"):
        pytest.skip("Java is not installed")
    backend = pytest.importorskip("recsys.tables.spark").connect("local[1]", **QUICK)
    yield backend
    backend.disconnect()
