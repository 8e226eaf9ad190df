"""Batch scoring on Spark: `mapInArrow` hands the same batches to the same function in every worker.

The one module of serving that knows Spark. Workers need this package, and bundle and snapshot under the
same paths as here. Needs the extra `spark`.
"""

from pathlib import Path

import pyarrow.parquet as pq
from pyspark.errors import PythonException
from pyspark.sql import DataFrame, SparkSession

from recsys.errors import BundleError, ConfigError, RecsysError, RequestError, UnknownIdError
from recsys.files import canonical_json, publish_folder, staged_folder
from recsys.output import Facts
from recsys.spark_session import spark_session
from serving.batch.here import asked_files, check_pairs, files_of
from serving.batch.pairs import ROWS, Job

FACTS = "_facts.json"
"""Readers of Parquet folders leave files out that start with an underscore."""
SCORED = "brief string, creator_id bigint, score float"
MOST_BYTES = 128 << 20
"""Of pairs in one task, as Spark has it: a brief and a creator take about two bytes."""
RAISED: tuple[type[RecsysError], ...] = (UnknownIdError, RequestError, BundleError)
"""What a worker may refuse."""


def score_on_spark(job: Job, pairs: Path | None, out: Path, facts: Facts, master: str | None = None) -> int:
    """Write the scores of the pairs, without those of every brief with its eligible creators; how many.

    `out` becomes a folder of Parquet files, one for each task, with the facts beside them, whole or not
    there. Raises ConfigError where Spark is not there or `out` is,
    RequestError and BundleError as `Job.score` does.
    """
    if out.exists():
        raise ConfigError(f"{out} is there already; Spark writes a folder and replaces none")
    # A session beside that of others: the same Spark, but settings of its own.
    session = spark_session(master).newSession()
    session.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", ROWS)
    scored = _scored(session, job, pairs)
    with staged_folder(out.parent) as staged:
        try:
            scored.write.mode("append").parquet(str(staged.absolute()))
        except PythonException as error:
            raise _refusal(error) from error
        (staged / FACTS).write_text(canonical_json(dict(facts)), "utf-8")
        publish_folder(staged, out)
    return sum(pq.read_metadata(file).num_rows for file in files_of(out))


def _scored(session: SparkSession, job: Job, pairs: Path | None) -> DataFrame:
    if pairs is not None:
        return _asked(session, pairs).mapInArrow(job.score, SCORED)
    briefs = session.createDataFrame([(name,) for name in sorted(job.briefs)], "brief string")
    return _spread(session, briefs, "brief").mapInArrow(job.score_eligible, SCORED)


def _asked(session: SparkSession, pairs: Path) -> DataFrame:
    """The pairs, over as many tasks as there are cores or more, and shuffled only where that needs it."""
    files = {file: pq.read_metadata(file) for file in asked_files(pairs)}
    for file, found in files.items():
        check_pairs(found.schema.to_arrow_schema(), file)
    cores = session.sparkContext.defaultParallelism
    share = -(-sum(file.stat().st_size for file in files) // cores)
    session.conf.set("spark.sql.files.maxPartitionBytes", max(1, min(MOST_BYTES, share)))
    asked = session.read.parquet(str(pairs.absolute())).selectExpr("brief", "bigint(creator_id) creator_id")
    # A row group is one task's.
    enough = sum(found.num_row_groups for found in files.values()) >= cores
    return asked if enough else _spread(session, asked, "brief", "creator_id")


def _spread(session: SparkSession, rows: DataFrame, *order: str) -> DataFrame:
    """The rows in order over as many tasks as there are cores, so that a brief's rows stay together."""
    cores = session.sparkContext.defaultParallelism
    return rows.repartitionByRange(cores, *order).sortWithinPartitions(*order)


def _refusal(error: Exception) -> Exception:
    """What a worker raised, as it would have been raised here."""
    for line in str(error).splitlines():
        for kind in RAISED:
            _, told, message = line.partition(f"{kind.__module__}.{kind.__name__}: ")
            if told:
                return kind(message)
    return error
