"""`recsys bench reasons`: whether reasons add up, agree with TreeSHAP, and what they cost."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from recsys.console import print_json, print_table, progress
from recsys.errors import ConfigError
from recsys.options import AsJson
from training.bench.reasons import (
    SHOWN,
    TARGET_MS,
    TOLERANCE,
    Explainable,
    ReasonsBenchConfig,
    ReasonsReport,
    made_model,
    measure_reasons,
    snapshot_model,
)
from training.bench.score import ScoreBenchConfig


def reasons(
    booster: Annotated[Path | None, typer.Option(help="LightGBM text of a match ranker.")] = None,
    snapshot: Annotated[Path | None, typer.Option(help="Snapshot whose creators it ranks.")] = None,
    brief: Annotated[
        list[Path] | None, typer.Option(help="Brief they are ranked for; several may be given.")
    ] = None,
    answers: Annotated[int, typer.Option(min=1, help="Answers checked at most.")] = 10_000,
    json: AsJson = False,
) -> None:
    """Explain candidates: do the parts add up, do they agree with TreeSHAP, what do ten cost.

    Without a booster: the model of `recsys bench score` (300 trees, 63 leaves, 100 features), half a minute.

    Examples: recsys bench reasons --json · recsys bench reasons --booster rank.txt --snapshot S --brief B
    """
    config = ReasonsBenchConfig(answers=answers)
    with progress("Explaining", total=-(-answers // SHOWN)) as advance:
        report = measure_reasons(_model(booster, snapshot, brief or []), config, advance)
    if json:
        print_json(asdict(report) | {"targets": _targets(report)})
    else:
        _show(report)


def _model(booster: Path | None, snapshot: Path | None, briefs: list[Path]) -> Explainable:
    if booster is None and snapshot is None and not briefs:
        return made_model(ScoreBenchConfig())
    if booster is None or snapshot is None or not briefs:
        raise ConfigError("expected --booster, --snapshot and --brief together, or none of them")
    return snapshot_model(booster, snapshot, briefs)


def _targets(report: ReasonsReport) -> dict[str, bool]:
    return {
        f"parts add up within {TOLERANCE:g}": report.largest_gap <= TOLERANCE,
        f"{SHOWN} candidates in {TARGET_MS:g} ms": report.explain_ms <= TARGET_MS,
    }


def _show(report: ReasonsReport) -> None:
    rows = [*report.correlation.items(), ("all together", report.correlation_of_all)]
    print_table("Agreement with TreeSHAP", ["reasons", "r"], rows)
    typer.echo(f"{report.trees} trees of up to {report.leaves} leaves on {report.features} features")
    typer.echo(f"{report.answers:,} answers: parts add up within {report.largest_gap:.1g}")
    typer.echo(f"the strongest reason is TreeSHAP's in {report.same_top_reason:.0%} of {report.compared:,}")
    typer.echo(f"{report.explain_ms:.1f} ms to explain {SHOWN} candidates")
