"""`recsys bench features`: what computing features costs beside peers, as tables or as JSON."""

from pathlib import Path
from typing import Annotated

import typer

from recsys.config import parse
from recsys.console import print_json, print_table, progress
from recsys.options import AsJson, PolicyFolder
from training.bench.feature_runs import WHOLES
from training.bench.features import FeatureBenchConfig, FeatureBenchReport, run, steps, targets
from training.bench.targets import as_json, show_targets

DEFAULT = FeatureBenchConfig()


def features(  # noqa: PLR0913, PLR0917  # one parameter for each option
    creators: Annotated[int, typer.Option(help="Of the made marketplace.")] = DEFAULT.tables.creators,
    days: Annotated[int, typer.Option(help="Of the made marketplace.")] = DEFAULT.tables.days,
    repeats: Annotated[int, typer.Option(help="Times each contender runs.")] = DEFAULT.repeats,
    threads: Annotated[int, typer.Option(help="Of each contender.")] = DEFAULT.threads,
    policies: PolicyFolder = DEFAULT.policies,
    folder: Annotated[Path | None, typer.Option(help="Where tables are kept and found again.")] = None,
    whole: Annotated[list[str] | None, typer.Option(help=f"Timed too: {', '.join(WHOLES)}.")] = None,
    seed: Annotated[int, typer.Option(help="Of the made tables.")] = DEFAULT.tables.seed,
    json: AsJson = False,
) -> None:
    """Compute profiles and the counts of ranking lists: our expressions, DuckDB SQL, Polars and pandas.

    Random tables of the contract's shape; every run has a process of its own, all answers must be equal.
    Then our snapshots and lists as a whole. Takes some five minutes, and 0.3 GB of disk in TMPDIR.

    Example: recsys bench features --json

    Example: recsys bench features --creators 10000 --repeats 5 --folder bench
    """
    tables = {"creators": creators, "days": days, "seed": seed}
    asked = {"repeats": repeats, "threads": threads, "policies": policies, "wholes": whole or WHOLES}
    config = parse(FeatureBenchConfig, asked | {"tables": tables}, source="recsys bench features")
    with progress("Measuring", total=steps(config)) as advance:
        report = run(config, folder, advance)
    if json:
        print_json(as_json(report, targets(report)))
    else:
        show(report)


def show(report: FeatureBenchReport) -> None:
    """The report as tables."""
    config = report.config
    print_table(
        f"{len(report.answers)} aggregates of {report.day_rows:,} day rows, {config.threads} threads, "
        f"median of {config.repeats}",
        ["by", "seconds", "CPU s", "× ours", "imports MB", "peak MB"],
        [
            [each.name, each.seconds, each.cpu_seconds, each.times_ours, each.import_mb, each.peak_mb]
            for each in report.contenders
        ],
    )
    print_table(
        "Whole commands",
        ["command", "seconds", "CPU s", "peak MB"],
        [[each.name, each.seconds, each.cpu_seconds, each.peak_mb] for each in report.wholes],
    )
    show_targets(targets(report))
    for reason in report.absent.values():
        typer.echo(reason)
