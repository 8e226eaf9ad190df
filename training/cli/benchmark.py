"""`recsys benchmark`: published data sets, with settings chosen without their test file."""

import time
from pathlib import Path
from typing import Annotated

import typer

from recsys.console import print_json, print_table, progress
from recsys.files import write_atomic
from recsys.options import AsJson
from training.cli.bandit import bandit
from training.cli.figures import COMPARISON, comparison_rows, parity_of, plain_report
from training.cli.implicit import implicit
from training.cli.trends import intervals, trends
from training.recipes.ltr import MODEL, LtrExperiment, LtrResult, run, steps

benchmark_app = typer.Typer(
    help="Train and score published data sets.", no_args_is_help=True, add_completion=False
)


@benchmark_app.callback()
def benchmark() -> None:
    """Train and score published data sets."""


benchmark_app.command(
    epilog="Example: recsys benchmark bandit --random random_men.csv.gz --played bts_men.csv.gz --json"
)(bandit)
benchmark_app.command(
    epilog="Examples: recsys benchmark implicit --train train.txt --test test.txt --model als --json  ·  "
    "recsys benchmark implicit --train train.parquet --valid val.parquet --test test.parquet "
    "--features image.npy --features audio.npy --seconds 600"
)(implicit)
benchmark_app.command(
    epilog="Example: recsys benchmark trends tiktok_discover --folder ../shared/data/tiktok_discover"
)(trends)
benchmark_app.command(
    "trend-intervals",
    epilog="Example: recsys benchmark trend-intervals --tables demo/tables --at 2026-06-30 --market US",
)(intervals)


@benchmark_app.command(
    epilog="Example: recsys benchmark ltr --train rank.train.gz --test rank.test.gz --set members=20 --json"
)
def ltr(
    train: Annotated[Path, typer.Option(help="LETOR or SVMlight file to learn from and choose settings on.")],
    test: Annotated[Path, typer.Option(help="File that is scored once, at the end.")],
    config: Annotated[Path, typer.Option(help="Search and baselines.")] = Path("configs/ltr.yaml"),
    settings: Annotated[list[str] | None, typer.Option("--set", help="Another setting: a.b=value.")] = None,
    graph: Annotated[Path | None, typer.Option(help="Also write the ONNX graph there.")] = None,
    as_json: AsJson = False,
) -> None:
    """Train and score a LETOR or SVMlight ranking set, plain or .gz, with .query side files or qid:.

    Settings are chosen by cross-validation over the training queries; test is looked at once. The scores that
    are judged come from the exported ONNX graph. Features a line leaves out are 0, as SVMlight means it.
    """
    experiment = LtrExperiment.load(config, settings or [])
    begun = time.perf_counter()
    with progress("choosing settings", steps(experiment)) as advance:
        result = run(experiment, train, test, advance)
    seconds = time.perf_counter() - begun
    if graph is not None:
        write_atomic(graph, result.proven.graph)
    if as_json:
        print_json(figures(result, experiment, seconds))
    else:
        show(result, experiment)


def figures(result: LtrResult, experiment: LtrExperiment, seconds: float) -> dict[str, object]:
    """`ndcg_at_1` … of the ranker at the top, then everything they can be judged by."""
    metrics = result.report.metrics
    ours = {f"ndcg_at_{cutoff}": metrics[f"ndcg_at_{cutoff}"][MODEL].mean for cutoff in experiment.cutoffs}
    return {
        **ours,
        **plain_report(result.report),
        "chosen": [
            {"cross_validated_ndcg": each.ndcg, **each.members(1)[0].model_dump(mode="json")}
            for each in result.chosen
        ],
        "members_of_each": experiment.members,
        "trees": result.proven.booster.num_trees(),
        "features": len(result.train.feature_names),
        "train": {"queries": len(result.train.group_sizes), "rows": len(result.train.grades)},
        "test": {"queries": len(result.test.group_sizes), "rows": len(result.test.grades)},
        "parity": parity_of(result.proven),
        "seconds": round(seconds, 2),
    }


def show(result: LtrResult, experiment: LtrExperiment) -> None:
    """The figures as a table."""
    names = [f"ndcg_at_{cutoff}" for cutoff in experiment.cutoffs]
    left_out = result.report.queries_without_relevant
    print_table(
        f"{len(result.test.group_sizes)} test queries, {left_out} without a relevant row left out",
        COMPARISON,
        comparison_rows(result.report, names, MODEL),
    )
    print_table(
        f"Chosen on the training queries, {experiment.members} seeds of each",
        ["cross-validated NDCG", "objective", "rounds", "leaves", "learning rate"],
        [
            [each.ndcg, member.objective, member.rounds, member.num_leaves, member.learning_rate]
            for each in result.chosen
            for member in each.members(1)
        ],
    )
    parity = result.proven.parity[1]
    typer.echo(f"{parity.differing} of {parity.rows:,} boundary rows score differently as ONNX")
