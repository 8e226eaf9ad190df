"""`recsys train products` and `recsys train inspiration`: what to recommend to creators."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from features.recommending.surfaces import Surface
from recsys.console import print_json, print_table, progress
from recsys.errors import ConfigError
from recsys.options import AsJson, TablesSource
from recsys.vocabulary import CREATOR_OBJECTIVES
from training.cli.figures import parity_of
from training.cli.match import without_nan
from training.recipes.recommend import OURS, RecommendExperiment, RecommendResult, steps
from training.recipes.recommend_record import tracked
from training.recipes.recommend_tables import figures_of, headlines
from training.recipes.recommend_truth import segments_of
from training.recipes.recorded import Recorded
from training.track import DEFAULT_URI

Settings = Annotated[list[str] | None, typer.Option("--set", help="Another setting: a.b=value.")]
Uri = Annotated[str, typer.Option(envvar="MLFLOW_TRACKING_URI", help="Where MLflow keeps runs and models.")]
Out = Annotated[Path, typer.Option(help="Folder for the bundle and its report.")]
Experiment = Annotated[Path, typer.Option(help="The experiment.")]


def products(
    tables: TablesSource,
    config: Experiment = Path("configs/products.yaml"),
    settings: Settings = None,
    tracking_uri: Uri = DEFAULT_URI,
    out: Out = Path("bundles"),
    as_json: AsJson = False,
) -> None:
    """Train, evaluate, track and gate the products that are recommended to creators."""
    experiment = RecommendExperiment.load(config, settings or [])
    train("products", tables, experiment, (tracking_uri, out, as_json))


def inspiration(
    tables: TablesSource,
    config: Experiment = Path("configs/inspiration.yaml"),
    settings: Settings = None,
    tracking_uri: Uri = DEFAULT_URI,
    out: Out = Path("bundles"),
    as_json: AsJson = False,
) -> None:
    """Train, evaluate, track and gate the inspiration videos that are recommended to creators."""
    train(
        "inspiration", tables, RecommendExperiment.load(config, settings or []), (tracking_uri, out, as_json)
    )


def train(
    surface: Surface, tables: str, experiment: RecommendExperiment, where: tuple[str, Path, bool]
) -> None:
    """Run the recipe and show what it found; `where` are tracking URI, folder of bundles and --json."""
    uri, out, as_json = where
    if experiment.surface != surface:
        raise ConfigError(f"surface: expected {surface} for this command, found {experiment.surface}")
    with progress(f"training {surface}", steps(experiment)) as advance:
        result, recorded = tracked(experiment, tables, out, advance, uri)
    if as_json:
        print_json(without_nan(summary(result, recorded, experiment.seed)))
    else:
        show(result, recorded, experiment.seed, uri)


def summary(result: RecommendResult, recorded: Recorded, seed: int) -> dict[str, object]:
    """Everything a script may want to know."""
    return {
        "bundle": str(result.bundle.path),
        "report": str(recorded.report),
        "run_id": recorded.run_id,
        "version": recorded.version.number,
        "promoted": recorded.verdict.promote,
        "reason": recorded.verdict.reason,
        "difference": asdict(recorded.verdict.difference) if recorded.verdict.difference else None,
        "evaluation": asdict(result.report),
        "beyond": {name: asdict(found) for name, found in result.beyond.items()},
        "oracle": oracle_of(result, seed),
        "figures": figures_of(result, seed),
        "skipped": {objective: dict(ranker.skipped) for objective, ranker in result.fitted.rankers.items()},
        "tuned": [asdict(trial) for trial in result.fitted.tuned.trials],
        "parity": {name: parity_of(proven) for name, proven in result.fitted.graphs.items()}
        | {"retrieval": asdict(result.fitted.parity)},
    }


def oracle_of(result: RecommendResult, seed: int) -> dict[str, object] | None:
    """Shares of the oracle by objective: per segment and scorer, judged by the other, new beside others."""
    shares = result.shares
    if shares is None:
        return None
    return {
        objective: {
            "share": {
                segment: {
                    scorer: asdict(shares.of(objective, scorer, rows & shares.made_for(objective), seed))
                    for scorer in shares.by_judge[objective]
                }
                for segment, rows in segments_of(shares).items()
            },
            "judged_by": {
                judge: asdict(shares.of(judge, OURS, shares.made_for(objective), seed))
                for judge in CREATOR_OBJECTIVES
            },
            "new_to_others": asdict(shares.new_to_others(objective, OURS, seed)),
        }
        for objective in CREATOR_OBJECTIVES
    }


def show(result: RecommendResult, recorded: Recorded, seed: int, uri: str) -> None:
    """The tables, the gate's decision and where to look."""
    for table in headlines(result, seed):
        print_table(table.title, table.columns, table.rows)
    decision = "promoted to champion" if recorded.verdict.promote else "refused, stays challenger"
    version = recorded.version
    typer.echo(f"{version.name}/{version.number} {decision}: {recorded.verdict.reason}")
    typer.echo(f"bundle: {result.bundle.path}")
    typer.echo(f"report: {recorded.report}")
    typer.echo(f"runs:   mlflow ui --backend-store-uri {uri}")
