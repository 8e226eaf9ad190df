"""`recsys bench retrieve`: the speed of finding the best items, as a table or as JSON."""

from typing import Annotated

import typer

from recsys.config import parse
from recsys.console import print_json, print_table, progress
from recsys.options import AsJson
from training.bench.retrieve import RetrieveBenchConfig, RetrieveBenchReport, run, steps, targets
from training.bench.targets import as_json, show_targets

DEFAULT = RetrieveBenchConfig()


def retrieve(
    items: Annotated[
        list[int] | None,
        typer.Option(help="Size of a catalogue; several may be given. 100,000 and 1,000,000."),
    ] = None,
    factors: Annotated[int, typer.Option(help="Factors of an item.")] = DEFAULT.factors,
    count: Annotated[int, typer.Option(help="Items wanted.")] = DEFAULT.count,
    queries: Annotated[int, typer.Option(help="Queries timed, one at a time.")] = DEFAULT.queries,
    seed: Annotated[int, typer.Option(help="Of the made factors.")] = DEFAULT.seed,
    json: AsJson = False,
) -> None:
    """Find the best items: our graphs, implicit, NumPy and faiss; one thread, one query at a time.

    Made factors in clusters, with few long ones. Prints times, recall of the exact answer, memory and build
    time. Takes three minutes and 9 GB.

    Example: recsys bench retrieve --json

    Example: recsys bench retrieve --items 100000 --queries 500
    """
    asked = {"items": items or DEFAULT.items, "factors": factors, "count": count, "queries": queries}
    config = parse(RetrieveBenchConfig, asked | {"seed": seed}, source="recsys bench retrieve")
    with progress("Measuring", total=steps(config)) as advance:
        report = run(config, advance)
    if json:
        print_json(as_json(report, targets(report)))
    else:
        show(report)


def show(report: RetrieveBenchReport) -> None:
    """The report as tables."""
    config = report.config
    print_table(
        f"Best {config.count} of items × {config.factors} factors, CPU milliseconds a query, one thread",
        ["items", "by", "p50", "p99", f"in {config.batch}s", "× implicit", "recall", "MB", "build s"],
        [
            [
                each.items,
                each.contender,
                each.p50_ms,
                each.p99_ms,
                each.batch_ms,
                each.speedup,
                each.recall,
                each.memory_mb,
                each.build_seconds,
            ]
            for each in report.retrievals
        ],
    )
    show_targets(targets(report))
    for name, reason in report.absent.items():
        typer.echo(f"{name} took no part: {reason}")
