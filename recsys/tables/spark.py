"""Ibis on PySpark, with Arrow in and out without a detour.

Imported by name (`recsys.tables.engine`), so that only who asks for Spark needs the extra `spark` and Java.
"""

from collections.abc import Sequence
from typing import Any

import ibis
from ibis.backends.pyspark import Backend
from pyspark.sql import DataFrame

from recsys.spark_session import spark_session


class Spark(Backend):  # type: ignore[misc]  # Ibis carries no types
    """Ibis' backend, but rows are taken from Spark and given to it as Arrow, and kept on its workers.

    Ibis 12.0 takes rows through pandas, where NULLs among integers make all of them floats, and an integer
    above 2⁵³ another one.
    """

    def to_pyarrow(self, expr: Any, /, *, params: Any = None, limit: Any = None, **_: Any) -> Any:
        """What an expression gives, as Arrow of the expression's types."""
        rows = expr.as_table()
        found = self.frame(rows, params=params, limit=limit).toArrow()
        return expr.__pyarrow_result__(found.cast(rows.schema().to_pyarrow()))

    def frame(self, rows: ibis.Table, **options: Any) -> DataFrame:
        """A table expression as a Spark data frame; nothing is computed yet."""
        self._run_pre_execute_hooks(rows)
        frame: DataFrame = self._session.sql(self.compile(rows, **options))
        return frame

    def keep(self, rows: ibis.Table) -> ibis.Table:
        """The rows, computed by the workers when they are first read, and kept there until `forget`.

        What does not fit in the workers' memory goes to their disks.
        """
        name = ibis.util.gen_name("kept")
        self.frame(rows).cache().createTempView(name)
        return self.table(name)

    def forget(self, name: str) -> None:
        """Let go of a table that was kept, or that came from memory; unknown names are let pass."""
        catalog = self._session.catalog
        if catalog.tableExists(name):
            catalog.uncacheTable(name)
            catalog.dropTempView(name)

    def cpu_seconds(self) -> float:
        """CPU seconds so far of the JVM of Spark's driver, which at a local master does all of the work."""
        machine = self._session._jvm  # noqa: SLF001  # pyspark has no public way to the JVM
        return float(
            machine.java.lang.ProcessHandle.current().info().totalCpuDuration().get().toMillis() / 1000
        )

    def read_parquet(self, paths: Sequence[str], /, *, table_name: str, **options: Any) -> ibis.Table:
        """The rows of Parquet files as one table; `options` are those of Spark's reader."""
        frame = self._session.read.options(**options).parquet(*paths)
        frame.createOrReplaceTempView(table_name)
        return self.table(table_name)

    def _register_in_memory_table(self, op: Any) -> None:
        rows = op.data.to_pyarrow(op.schema)
        self._session.createDataFrame(rows).createOrReplaceTempView(op.name)


def connect(master: str | None = None, **settings: str) -> Spark:
    """A backend on the session of this process: see `spark_session`."""
    # Registers the backend's options with Ibis.
    _ = ibis.pyspark
    backend: Spark = Spark().connect(spark_session(master, **settings))
    return backend
