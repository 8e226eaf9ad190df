"""`recsys train feed`: the ranker on a public short-video log."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from recsys.console import print_json, print_table, progress
from recsys.files import write_atomic
from recsys.options import AsJson
from training.cli.figures import COMPARISON, comparison_rows, parity_of, plain_intervals, plain_report, shown
from training.feed.evaluation import AUC, PER_USER_AUC
from training.feed.stages import TWO_STAGE, CatalogueResult
from training.recipes.feed import MODEL, FeedExperiment, FeedResult, run, steps
from training.recipes.feed_record import record
from training.track import DEFAULT_URI

SHOWN_FEATURES = 15


def feed(
    config: Annotated[Path, typer.Option(help="The recipe's settings.")] = Path("configs/kuairand.yaml"),
    settings: Annotated[list[str] | None, typer.Option("--set", help="Another setting: a.b=value.")] = None,
    graph: Annotated[Path | None, typer.Option(help="Also write the ONNX graph there.")] = None,
    tracking_uri: Annotated[
        str, typer.Option(envvar="MLFLOW_TRACKING_URI", help="Where MLflow keeps the run.")
    ] = DEFAULT_URI,
    as_json: AsJson = False,
) -> None:
    """Rank KuaiRand impressions: point-in-time features, boosted trees, a later day, beside baselines.

    The scores that are judged come from the exported ONNX graph.
    """
    experiment = FeedExperiment.load(config, settings or [])
    begun = time.perf_counter()
    with progress("feed", steps(experiment)) as advance:
        result = run(experiment, advance)
    seconds = time.perf_counter() - begun
    run_id = record(experiment, result, tracking_uri)
    if graph is not None:
        write_atomic(graph, result.proven.graph)
    if as_json:
        print_json({**figures(result, experiment, seconds), "run_id": run_id})
    else:
        show(result, experiment)
        typer.echo(f"MLflow run {run_id} in {tracking_uri}")


def figures(result: FeedResult, experiment: FeedExperiment, seconds: float) -> dict[str, object]:
    """The ranker's figures at the top, then everything they can be judged by."""
    of_day, metrics = result.report, result.report.report.metrics
    names = [*(f"ndcg_at_{cutoff}" for cutoff in experiment.cutoffs), PER_USER_AUC, AUC]
    return {
        **{name: metrics[name][MODEL].mean for name in names},
        **plain_report(of_day.report),
        "catalogue": catalogue_figures(result.catalogue),
        "positive": experiment.positive,
        "test_date": experiment.test_date,
        "users": of_day.users,
        "users_with_both": of_day.users_with_both,
        "impressions": of_day.impressions,
        "positives": of_day.positives,
        "duplicates_left_out": result.duplicates,
        "learned_from_impressions": result.learned_from,
        "rounds": result.rounds,
        "features": list(result.feature_names),
        "importance": result.importance,
        "parity": parity_of(result.proven),
        "seconds": round(seconds, 2),
    }


def catalogue_figures(result: CatalogueResult) -> dict[str, object]:
    """Lists from all videos: what retrieval finds, and two stages beside one."""
    return {
        **plain_report(result.report),
        "recall": plain_intervals(result.recall),
        "users": result.users,
        "wanted": result.wanted,
        "parity": {"first_stage": asdict(result.first_stage), **parity_of(result.proven)},
    }


def show(result: FeedResult, experiment: FeedExperiment) -> None:
    """The figures as tables."""
    of_day = result.report
    print_table(
        f"{experiment.test_date}: {of_day.users_with_both:,} of {of_day.users:,} users have a positive "
        f"({experiment.positive}) and a negative",
        COMPARISON,
        comparison_rows(of_day.report, [f"ndcg_at_{experiment.cutoffs[0]}", PER_USER_AUC, AUC], MODEL),
    )
    show_catalogue(result.catalogue, experiment)
    most = list(result.importance.items())[:SHOWN_FEATURES]
    print_table(f"Most used of {len(result.feature_names)} features", ["feature", "share of gain"], most)


def show_catalogue(result: CatalogueResult, experiment: FeedExperiment) -> None:
    """Retrieval recall, then two stages beside one."""
    print_table(
        f"Recall, all videos: {result.users:,} users",
        ("signal", *result.recall),
        [[name, *(shown(found[name]) for found in result.recall.values())] for name in signals_of(result)],
    )
    print_table(
        f"Lists of all videos, {result.report.queries:,} users",
        COMPARISON,
        comparison_rows(result.report, [f"ndcg_at_{experiment.cutoffs[0]}", PER_USER_AUC], TWO_STAGE),
    )


def signals_of(result: CatalogueResult) -> list[str]:
    """What recall was measured of."""
    return list(next(iter(result.recall.values())))
