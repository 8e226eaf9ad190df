"""`recsys train match`: train, evaluate, track and gate the ranking of creators for a brief."""

import math
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from recsys.console import print_json, print_table, progress
from recsys.options import AsJson, TablesSource
from training.cli.figures import parity_of
from training.recipes.match import MODEL, MatchExperiment, MatchResult, run
from training.recipes.match_record import record
from training.recipes.match_tables import headlines, oracle_shares
from training.recipes.recorded import Recorded, champion_of
from training.track import DEFAULT_URI


def match(
    tables: TablesSource,
    config: Annotated[Path, typer.Option(help="The experiment.")] = Path("configs/match.yaml"),
    settings: Annotated[list[str] | None, typer.Option("--set", help="Another setting: a.b=value.")] = None,
    tracking_uri: Annotated[
        str, typer.Option(envvar="MLFLOW_TRACKING_URI", help="Where MLflow keeps runs and models.")
    ] = DEFAULT_URI,
    out: Annotated[Path, typer.Option(help="Folder for the bundle and its report.")] = Path("bundles"),
    as_json: AsJson = False,
) -> None:
    """Train, evaluate, track and gate the ranking of creators for a brief."""
    experiment = MatchExperiment.load(config, settings or [])
    champion = champion_of(tracking_uri, MODEL)
    with progress("training match") as advance:
        result = run(experiment, tables, out, advance)
        recorded = record(experiment, result, champion, tracking_uri)
    if as_json:
        print_json(without_nan(summary(result, recorded)))
    else:
        show(result, recorded, tracking_uri)


def summary(result: MatchResult, recorded: Recorded) -> dict[str, object]:
    """Everything a script may want to know."""
    return {
        "bundle": str(result.bundle.path),
        "report": str(recorded.report),
        "run_id": recorded.run_id,
        "version": recorded.version.number,
        "promoted": recorded.verdict.promote,
        "reason": recorded.verdict.reason,
        "difference": asdict(recorded.verdict.difference) if recorded.verdict.difference else None,
        "oracle_share": oracle_shares(result.report),
        "evaluation": asdict(result.report),
        "outcomes": {name: asdict(found) for name, found in result.outcomes.models.items()},
        "calibrated": result.outcomes.methods,
        "without_model": result.outcomes.skipped,
        "first_stage": asdict(result.first_stage),
        "briefs": result.judged.briefs,
        "judged": {"known": asdict(result.judged.known.report), "test": asdict(result.judged.test.report)},
        "parity": {name: parity_of(proven) for name, proven in result.fitted.graphs.items()},
    }


def without_nan(value: object) -> object:
    """The same with None for NaN, which JSON has not."""
    if isinstance(value, dict):
        return {str(name): without_nan(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def show(result: MatchResult, recorded: Recorded, uri: str) -> None:
    """The tables, the gate's decision and where to look."""
    for table in headlines(result):
        print_table(table.title, table.columns, table.rows)
    decision = "promoted to champion" if recorded.verdict.promote else "refused, stays challenger"
    typer.echo(f"match/{recorded.version.number} {decision}: {recorded.verdict.reason}")
    typer.echo(f"bundle: {result.bundle.path}")
    typer.echo(f"report: {recorded.report}")
    typer.echo(f"runs:   mlflow ui --backend-store-uri {uri}")
