"""`recsys score`: scores of many pairs of a brief and a creator, from files to files."""

from pathlib import Path
from time import perf_counter
from typing import Annotated, Literal

import typer

from recsys.brief import Brief
from recsys.console import print_json, print_table, progress
from recsys.engines import refuse_master
from recsys.errors import ConfigError
from recsys.extras import imported
from recsys.options import AsJson, BundleFolder, Master, SnapshotFolder
from recsys.output import facts_of
from serving.batch.here import ROWS_A_PART, pairs_in, score_here, work_of
from serving.batch.pairs import Job, opened
from serving.batch.parts import parts_of

SPARK = "serving.batch.spark"
"""Imported by name: it needs the extra `spark`."""


def score(  # noqa: PLR0913, PLR0917  # one parameter for each option
    briefs: Annotated[Path, typer.Option(help="A brief as YAML, or a folder of them, named by their files.")],
    bundle: BundleFolder,
    snapshot: SnapshotFolder,
    output: Annotated[Path, typer.Option(help="Folder of Parquet parts to write, or to go on with.")],
    pairs: Annotated[
        Path | None,
        typer.Option(
            "--input", help="Parquet with brief and creator_id, or a folder.", show_default="all eligible"
        ),
    ] = None,
    part_rows: Annotated[int, typer.Option(min=1, help="Pairs of a part.")] = ROWS_A_PART,
    restart: Annotated[bool, typer.Option("--restart", help="Throw away what is there.")] = False,
    engine: Annotated[
        Literal["local", "spark"], typer.Option(help="What computes: scores are equal.")
    ] = "local",
    master: Master = None,
    as_json: AsJson = False,
) -> None:
    """Score pairs of briefs and creators in bulk; the scores are those that recsys match ranks by.

    Without --input every brief is scored with every creator who passes its filters. A job that was killed
    goes on behind its last whole part when it is started again; one of other inputs is refused.

    Examples: recsys score --briefs configs/briefs --bundle B --snapshot S --output scores
    · recsys score --briefs B --input P.parquet --bundle B --snapshot S --output O --engine spark
    """
    refuse_master(engine, master)
    started = perf_counter()
    job = Job(bundle.resolve(), snapshot.resolve(), read_briefs(briefs))
    facts = _facts(job)
    if engine == "spark":
        if restart or part_rows != ROWS_A_PART:
            raise ConfigError("--restart and --part-rows are of --engine local: Spark writes all or nothing")
        with progress("scoring pairs"):
            module = imported(SPARK, "engine spark", "spark")
            rows = module.score_on_spark(job, pairs, output, facts, master)
    else:
        with (
            parts_of(output, work_of(job, pairs), facts, part_rows, restart) as parts,
            progress("scoring pairs", pairs_in(pairs) if pairs else None) as advance,
        ):
            rows = score_here(job, pairs, parts, advance)
    seconds = round(perf_counter() - started, 2)
    _show({"output": str(output), "rows": rows, **facts, "seconds": seconds}, as_json)


def read_briefs(path: Path) -> dict[str, Brief]:
    """The briefs of a YAML file or of a folder, by file name without suffix; ConfigError without any."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise ConfigError(f"{path}: expected briefs as .yaml files, found none")
    return {file.stem: Brief.load(file) for file in files}


def _facts(job: Job) -> dict[str, str]:
    """What the scores come from: the bundle, the snapshot, and what the snapshot itself comes from."""
    engine = opened(job.bundle, job.snapshot)
    known = engine.snapshot.facts
    names = {"bundle": engine.bundle.name, "snapshot": engine.snapshot.name}
    return {**names, **facts_of(known.as_of, known.policies, known.data)}


def _show(facts: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(facts)
    else:
        print_table("Scores", ("what", "value"), [(name, facts[name]) for name in facts if name != "data"])
