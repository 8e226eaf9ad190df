"""The Spark session of this process, with the settings that numbers depend on. Needs the extra `spark`."""

import os
import shutil
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from recsys.errors import ConfigError

EVERYWHERE = "local[*]"
"""Every core of this machine."""
SETTINGS = {
    # Moments in the tables are UTC without saying so.
    "spark.sql.session.timeZone": "UTC",
    # An overflow or a wrong cast is an error, as on DuckDB, and not silently another number.
    "spark.sql.ansi.enabled": "true",
    # Rows go to Python and back as Arrow. As pandas, an integer column with a NULL would be one of floats.
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.arrow.pyspark.fallback.enabled": "false",
    # What is collected has to fit on the driver anyway: docs/distributed.md says how large it is.
    "spark.driver.maxResultSize": "0",
    # Stdout and stderr are the command's own.
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
LOCAL_SETTINGS = {"spark.ui.enabled": "false", "spark.driver.memory": "4g"}
"""For a master in this process, which is one command's own; a cluster's are its owner's to choose."""


def spark_session(master: str | None = None, **settings: str) -> SparkSession:
    """The session of this process, which is started at `master` if there is none.

    Without a master it is the running session's, or all cores of this machine. `settings` are more of
    Spark's. Raises ConfigError where Java is missing, Spark does not start, or runs at another master.
    """
    running = SparkSession.getActiveSession()
    if running is None:
        return _started(master or EVERYWHERE, settings)
    found = running.conf.get("spark.master")
    if master not in {None, found}:
        raise ConfigError(f"Spark runs in this process already: expected master {master}, found {found}")
    return running


def _started(master: str, settings: dict[str, str]) -> SparkSession:
    _require_java()
    # Workers would take the first Python of the path; a cluster's owner names the one to take.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    local = LOCAL_SETTINGS if master.startswith("local") else {}
    builder = SparkSession.builder.master(master).appName("creator-recsys")
    try:
        session = builder.config(map={**SETTINGS, **local, **settings}).getOrCreate()
    except Exception as error:
        raise ConfigError(f"Spark does not start at {master!r}: {error}") from error
    if local and "spark.sql.shuffle.partitions" not in settings:
        # 200 unless told, which on one machine are 200 tasks with nothing to do.
        session.conf.set("spark.sql.shuffle.partitions", session.sparkContext.defaultParallelism)
    return session


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java") and not (home and Path(home, "bin", "java").is_file()):
        raise ConfigError("engine spark needs Java 17: found no java on the PATH and none in JAVA_HOME")
