"""`recsys score`: scores of many pairs of a brief and a creator, from files to a file."""

from pathlib import Path
from time import perf_counter
from typing import Annotated, Literal

import typer

from recsys.brief import Brief
from recsys.console import print_json, print_table, progress
from recsys.errors import ConfigError
from recsys.extras import imported
from serving.batch.here import Facts, score_here
from serving.batch.pairs import Job, opened

SPARK = "serving.batch.spark"
"""Imported by name: it needs the extra `spark`."""


def score(  # noqa: PLR0913, PLR0917  # one parameter for each option
    briefs: Annotated[Path, typer.Option(help="A brief as YAML, or a folder of them, named by their files.")],
    bundle: Annotated[Path, typer.Option(help="Folder of the bundle, or a link to it.")],
    snapshot: Annotated[Path, typer.Option(help="Folder of the snapshot, or a link to it.")],
    out: Annotated[Path, typer.Option(help="Parquet file to write; a folder of them on Spark.")],
    pairs: Annotated[
        Path | None, typer.Option(help="Parquet with brief and creator_id [default: all eligible].")
    ] = None,
    engine: Annotated[
        Literal["local", "spark"], typer.Option(help="What computes: scores are equal.")
    ] = "local",
    master: Annotated[str | None, typer.Option(help="Spark's master.", show_default="local[*]")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """Score pairs of briefs and creators in bulk; the scores are those that recsys match ranks by.

    Without --pairs every brief is scored with every creator who passes its filters.

    Examples: recsys score --briefs configs/briefs --bundle B --snapshot S --out scores.parquet
    · recsys score --briefs B --pairs P.parquet --bundle B --snapshot S --out O --engine spark
    """
    started = perf_counter()
    job = Job(bundle.resolve(), snapshot.resolve(), read_briefs(briefs))
    facts = _facts(job)
    with progress("scoring pairs") as advance:
        if engine == "spark":
            module = imported(SPARK, "engine spark needs the library pyspark", "spark")
            rows = module.score_on_spark(job, pairs, out, facts, master)
        elif master is not None:
            raise ConfigError(f"a master is Spark's: expected none with engine {engine}, found {master!r}")
        else:
            rows = score_here(job, pairs, out, facts, advance)
    _show({"out": str(out), "rows": rows, **facts, "seconds": round(perf_counter() - started, 2)}, as_json)


def read_briefs(path: Path) -> dict[str, Brief]:
    """The briefs of a YAML file or of a folder, by file name without suffix; ConfigError without any."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise ConfigError(f"{path}: expected briefs as .yaml files, found none")
    return {file.stem: Brief.load(file) for file in files}


def _facts(job: Job) -> Facts:
    engine = opened(job.bundle, job.snapshot)
    as_of = engine.snapshot.facts.as_of.isoformat()
    return {"bundle": engine.bundle.name, "snapshot": engine.snapshot.name, "as_of": as_of}


def _show(facts: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(facts)
    else:
        print_table("Scores", ("what", "value"), list(facts.items()))
