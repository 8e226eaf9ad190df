"""`recsys benchmark implicit`: pairs of users and items by the published protocol."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from recsys.config import parse, read_yaml, with_overrides
from recsys.console import print_json, print_table, progress
from recsys.evaluation import Interval
from recsys.files import write_atomic
from recsys.options import AsJson
from training.cli.figures import plain, plain_intervals, plain_report, shown
from training.implicit.experiment import ImplicitExperiment
from training.implicit.relevant import Answers
from training.recipes.implicit import ImplicitResult, steps, tracked
from training.track import DEFAULT_URI
from training.tuning import Tuned

AT_TOP = ("recall", "ndcg")
TABLE = ("model", "valid", "recall@{0}", "ndcg@{0}", "coverage", "novelty, bits", "cold items")


def implicit(  # noqa: PLR0913, PLR0917  # one parameter for each option
    more_features: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE.npy]...", help="More files after --features.")
    ] = None,
    train: Annotated[Path | None, typer.Option(help="Pairs to learn from.")] = None,
    valid: Annotated[Path | None, typer.Option(help="Pairs to choose by, else carved from train.")] = None,
    test: Annotated[Path | None, typer.Option(help="Pairs that are looked at once, at the end.")] = None,
    features: Annotated[list[Path] | None, typer.Option(help=".npy with a row for each item id.")] = None,
    model: Annotated[
        str | None, typer.Option(help="auto, popularity, als, bpr, ease, walk, low_pass or content.")
    ] = None,
    config: Annotated[Path, typer.Option(help="Models, search spaces, protocol.")] = Path(
        "configs/implicit.yaml"
    ),
    settings: Annotated[list[str] | None, typer.Option("--set", help="Another setting: a.b=value.")] = None,
    seconds: Annotated[float | None, typer.Option(help="For tuning, all models together.")] = None,
    refit: Annotated[
        bool | None, typer.Option("--refit/--no-refit", help="Fit again with the validation pairs.")
    ] = None,
    tracking_uri: Annotated[
        str, typer.Option(envvar="MLFLOW_TRACKING_URI", help="Where MLflow keeps the run.")
    ] = DEFAULT_URI,
    graph: Annotated[Path | None, typer.Option(help="Also write the ONNX graph there.")] = None,
    as_json: AsJson = False,
) -> None:
    """Recommend unseen items from pairs of user and item; all items are ranked, seen ones are removed.

    Pairs come from Parquet, CSV or LightGCN's text (a line for each user: user item item …). Settings are
    tuned on validation pairs; the test file is opened once, at the end. The lists that are judged come from
    the exported ONNX graph.
    """
    vectors = [*(features or []), *(more_features or [])]
    files = {"train": train, "valid": valid, "test": test, "features": vectors}
    given = {"files": files, "model": model, "refit": refit, "tuning": {"budget_seconds": seconds}}
    experiment = experiment_of(config, settings or [], given)
    begun = time.perf_counter()
    with progress("implicit", steps(experiment)) as advance:
        result, run_id = tracked(experiment, tracking_uri, advance)
    elapsed = time.perf_counter() - begun
    if graph is not None:
        write_atomic(graph, result.graph)
    if as_json:
        print_json({**figures(result, experiment, elapsed), "run_id": run_id})
    else:
        show(result, experiment)
        typer.echo(f"{elapsed:.0f} seconds; MLflow run {run_id} in {tracking_uri}")


def experiment_of(config: Path, settings: list[str], given: dict[str, Any]) -> ImplicitExperiment:
    """The configuration with what the command line gives in its place; raises ConfigError."""
    values = with_overrides(read_yaml(config), settings)
    return parse(ImplicitExperiment, overlaid(values, given), source=str(config))


def overlaid(values: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """`values` with what is given put over it, section by section; None and [] give nothing."""
    result = dict(values)
    for name, value in given.items():
        if isinstance(value, dict):
            result[name] = overlaid(result.get(name) or {}, value)
        elif value is not None and value != []:
            result[name] = value
    return result


def figures(result: ImplicitResult, experiment: ImplicitExperiment, seconds: float) -> dict[str, object]:
    """`recall_at_10` … of the chosen model at the top, then everything they can be judged by."""
    best, metrics = result.selection.best, result.report.metrics
    return {
        **{name: metrics[name][best].mean for name in at_top(experiment)},
        "seconds": round(seconds, 2),
        "model": best,
        "select_by": experiment.select_by,
        "fitted_on": "train + validation" if experiment.refit else "train",
        "chosen": {name: each.model_dump(mode="json") for name, each in result.selection.settings.items()},
        "blend_weights": weights_of(result),
        "table": table_of(result, experiment),
        **plain_report(result.report),
        "segments": {name: plain_intervals(each) for name, each in result.report.segments.items()},
        "tuning": {name: plain_tuning(each) for name, each in result.selection.tuned.items()},
        "data": {**result.known.counts(), "test": plain_answers(result.test)},
        "parity": {name: asdict(each) for name, each in result.parity.items()},
    }


def at_top(experiment: ImplicitExperiment) -> list[str]:
    """recall and ndcg at every cutoff, and hr at the first."""
    names = [f"{name}_at_{cutoff}" for name in AT_TOP for cutoff in experiment.cutoffs]
    return [*names, f"hr_at_{experiment.cutoffs[0]}"]


def weights_of(result: ImplicitResult) -> dict[str, list[list[float]]] | None:
    """Model → its weights by segment of history, then by floor, where there is a blend."""
    weights, fitted = result.selection.weights, result.selection.fitted
    if weights is None:
        return None
    by_model = weights.reshape(len(weights), len(fitted), -1).transpose(1, 0, 2)
    return dict(zip(fitted, by_model.tolist(), strict=True))


def table_of(result: ImplicitResult, experiment: ImplicitExperiment) -> dict[str, dict[str, object]]:
    """Model → its figures: on validation, on test, and of its lists."""
    return {
        name: {
            f"valid_{experiment.select_by}": result.selection.validation.get(name),
            **{metric: of_models[name].mean for metric, of_models in result.report.metrics.items()},
            **{
                key: plain(value) if isinstance(value, Interval) else value
                for key, value in vars(beyond).items()
            },
        }
        for name, beyond in result.beyond.items()
    }


def plain_tuning(tuned: Tuned) -> dict[str, object]:
    """How a model was tuned; repeatable unless time ended it."""
    return {
        "trials": len(tuned.trials),
        "resumed": tuned.resumed,
        "repeatable": not tuned.ended_by_budget,
        "at_start": tuned.trials[0].value,
        "best": tuned.best.value,
        "best_settings": tuned.best.settings,
        "seconds": round(sum(trial.seconds for trial in tuned.trials), 2),
    }


def plain_answers(test: Answers) -> dict[str, int]:
    """How much the test file asked, and what of it could not count."""
    counts = {name: value for name, value in vars(test).items() if isinstance(value, int)}
    return {"users": len(test.relevant), **counts}


def show(result: ImplicitResult, experiment: ImplicitExperiment) -> None:
    """The figures as tables."""
    cutoff = experiment.slate if experiment.slate in experiment.cutoffs else experiment.cutoffs[0]
    metrics, test = result.report.metrics, result.test
    print_table(
        f"{len(test.relevant):,} users ask, {result.fitted_on.shape[1]:,} items; "
        f"{test.seen} seen pairs left out; chosen on validation: {result.selection.best}",
        [name.format(cutoff) for name in TABLE],
        [
            [
                name,
                result.selection.validation.get(name),
                shown(metrics[f"recall_at_{cutoff}"][name]),
                shown(metrics[f"ndcg_at_{cutoff}"][name]),
                beyond.coverage,
                beyond.novelty.mean,
                beyond.cold_share.mean,
            ]
            for name, beyond in result.beyond.items()
        ],
    )
    for name, tuned in result.selection.tuned.items():
        told = ", ended by its share of the seconds: another run may choose otherwise"
        ended = told if tuned.ended_by_budget else ""
        typer.echo(f"{name}: {len(tuned.trials)} trials, {tuned.best.settings}{ended}")
