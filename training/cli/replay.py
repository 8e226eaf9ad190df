"""`recsys simulate replay`: off-policy estimates beside the truth."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from recsys.console import print_json, print_table, progress
from recsys.options import AsJson
from training.simulate import SimulateConfig
from training.simulate.replay import ReplayConfig, Summary, Valued, run_replays, summarise
from training.simulate.replay.plot import against_truth


def replay(  # noqa: PLR0913, PLR0917  # one parameter for each option
    replays: Annotated[int | None, typer.Option(min=1, help="How many marketplaces: replays.")] = None,
    config: Annotated[Path, typer.Option(help="Sizes and policies.")] = Path("configs/replay.yaml"),
    world: Annotated[Path, typer.Option(help="The world's causes.")] = Path("configs/simulate.yaml"),
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same figures.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="Another setting: a.b=value.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Write the first target's plot there.")] = None,
    as_json: AsJson = False,
) -> None:
    """Value policies that were not played from the log of one that was, and compare with the truth.

    Each replay draws a marketplace of its own, in which a logging policy picks a creator for each slot. The
    table says how often the 95 % intervals hold the true value, and how many estimates were refused.
    """
    given = {"replays": replays, "seed": seed}
    overrides = [f"{key}={value}" for key, value in given.items() if value is not None]
    chosen = ReplayConfig.load(config, [*(settings or []), *overrides])
    with progress("replaying", chosen.replays) as advance:
        valued = run_replays(chosen, SimulateConfig.load(world), advance)
    if plot is not None:
        plot.parent.mkdir(parents=True, exist_ok=True)
        against_truth(valued, next(iter(chosen.targets))).savefig(plot, dpi=120)
    report(valued, chosen, as_json)


def report(valued: Sequence[Valued], config: ReplayConfig, as_json: bool) -> None:
    """The summaries, as a document or as a table."""
    summaries = summarise(valued)
    if as_json:
        print_json({"summaries": [asdict(each) for each in summaries], "config": config.model_dump()})
        return
    columns = ("target", "reward", "estimator", "n_eff", "refused", "covered [95%]", "bias", "RMSE", "width")
    print_table(f"{config.replays} replays", columns, [_row(each) for each in summaries])


def _row(each: Summary) -> list[object]:
    covered = None
    if each.coverage is not None:
        covered = f"{each.coverage:.2f} [{each.coverage_low:.2f}, {each.coverage_high:.2f}]"
    figures = [None if figure is None else f"{figure:+.3f}" for figure in (each.bias,)]
    sizes = [None if figure is None else f"{figure:.3f}" for figure in (each.rmse, each.width)]
    names = (each.target, each.reward, each.estimator, round(each.effective_size), each.refused)
    return [*names, covered, *figures, *sizes]
