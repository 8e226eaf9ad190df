"""`recsys bench score`: the speed of scoring, as a table or as JSON."""

from typing import Annotated

import typer

from recsys.config import parse, with_overrides
from recsys.console import print_json, print_table, progress
from recsys.options import AsJson
from training.bench.score import TARGET_ROWS, ScoreBenchConfig, ScoreBenchReport, run, steps, targets
from training.bench.targets import as_json, show_targets


def score(
    overrides: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of the benchmark, as trees=1000.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Time LightGBM, onnxmltools, pylignum, our graph and our cascade on 1 to 1000 rows.

    One model of 300 trees × 63 leaves on 100 features; CPU times on rows not seen before.

    Prints medians, speedups over LightGBM, and NDCG@10 on held-out queries. Takes about a minute.

    Example: recsys bench score --json

    Example: recsys bench score --set rounds=101 --set trees=1000
    """
    defaults = ScoreBenchConfig().model_dump(mode="json")
    config = parse(ScoreBenchConfig, with_overrides(defaults, overrides or ()), source="--set")
    with progress("Measuring", total=steps(config)) as advance:
        report = run(config, advance)
    if json:
        print_json(as_json(report, targets(report)))
    else:
        show(report)


def show(report: ScoreBenchReport) -> None:
    """The report as tables."""
    print_table(
        "CPU milliseconds a call, one thread",
        ["rows", "scorer", "median", "min", "IQR", "× LightGBM", "NDCG@10"],
        [
            [each.rows, each.scorer, each.median_ms, each.min_ms, each.iqr_ms, each.speedup, quality]
            for each in report.timings
            for quality in [report.ndcg_at_10[each.scorer]]
        ],
    )
    show_targets(targets(report), f"The cascade on {TARGET_ROWS} rows")
    for name, reason in report.absent.items():
        typer.echo(f"{name} took no part: {reason}")
