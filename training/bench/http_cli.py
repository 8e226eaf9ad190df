"""`recsys bench http`: requests per second beside MLflow's server and a bare service."""

from pathlib import Path
from typing import Annotated

import typer

from recsys.config import parse, with_overrides
from recsys.console import print_json, print_table, progress
from recsys.options import AsJson, SnapshotFolder
from recsys.snapshot import Snapshot
from training.bench.http import HttpBenchConfig, HttpBenchReport, run, steps, targets
from training.bench.targets import as_json, show_targets

NAMES = (
    "server",
    "workers",
    "requests_per_second",
    "p50_ms",
    "p99_ms",
    "cpu_ms",
    "body_bytes",
    "ours_is_times",
)
HEADS = ["server", "workers", "a second", "p50 ms", "p99 ms", "CPU ms", "bytes", "ours is ×"]


def http(
    snapshot: SnapshotFolder,
    booster: Annotated[
        Path | None, typer.Option(help="LightGBM text of a match ranker.", show_default="one of made grades")
    ] = None,
    overrides: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of the benchmark, as rounds=11.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Rank 100 candidates a request: recsys serve, mlflow models serve, and FastAPI with LightGBM.

    All serve one model on loopback, and answers are compared before they are timed. The fixed answer shows
    what the load generator could do. Takes about two minutes.

    Example: recsys bench http --snapshot demo/snapshots/snapshot-* --json
    """
    values = with_overrides(HttpBenchConfig().model_dump(mode="json"), overrides or ())
    config = parse(HttpBenchConfig, values, source="--set")
    opened = Snapshot.open(snapshot)
    with progress("Measuring", total=steps(config)) as advance:
        report = run(opened, config, advance, booster)
    if json:
        print_json(as_json(report, targets(report)))
    else:
        show(report)


def show(report: HttpBenchReport) -> None:
    """The report as tables."""
    title = (
        f"Rank {report.config.candidates} of {report.creators:,} creators; {report.compared} answers the same"
    )
    rows = [[getattr(each, name) for name in NAMES] for each in report.measured]
    print_table(title, HEADS, rows)
    show_targets(targets(report))
