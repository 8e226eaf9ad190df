"""`recsys simulate play`: a policy chooses creators week by week, the world answers, the engine learns."""

import math
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from recsys.console import print_json, print_table, progress
from recsys.evaluation import Interval
from recsys.options import AsJson
from training.cli.match import without_nan
from training.simulate.play.config import PlayConfig
from training.simulate.play.estimates import Compared, compare
from training.simulate.play.figures import Figures, figures_of
from training.simulate.play.plot import plot
from training.simulate.play.recommenders import STAND_IN
from training.simulate.play.registry import PLAYED
from training.simulate.play.run import choices_of_plays, recommended_of_plays, survival_of_plays
from training.simulate.play.run import play as play_all
from training.simulate.play.uptake import Uptake, uptake_of

REFERENCE = "oracle"
PLOT = "play.png"


def play(  # noqa: PLR0913, PLR0917  # one parameter for each option
    out: Annotated[
        Path, typer.Option(help="Folder for the plays; finished ones in it are not played again.")
    ],
    policy: Annotated[
        list[str] | None,
        typer.Option(help=f"Who chooses, several times if wanted: {', '.join(PLAYED)}; all."),
    ] = None,
    config: Annotated[Path, typer.Option(help="The play.")] = Path("configs/play.yaml"),
    weeks: Annotated[int | None, typer.Option(min=1, help="Weeks the policy chooses in: weeks.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many worlds, from first_seed on.")] = 5,
    settings: Annotated[list[str] | None, typer.Option("--set", help="Another setting: a.b=value.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; all cores if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Play policies in simulated worlds: what they earn, cost and show, as shares of the oracle's GMV."""
    overrides = [*(settings or []), *([] if weeks is None else [f"weeks={weeks}"])]
    parameters, policies = PlayConfig.load(config, overrides), policy or list(PLAYED)
    with progress("playing", len(policies) * seeds) as advance:
        plays = play_all(parameters, policies, seeds, out, workers or os.cpu_count() or 1, advance)
    figures = figures_of(plays, REFERENCE)
    uptake = uptake_of(recommended_of_plays(parameters, plays, out), REFERENCE)
    plot(plays, figures, uptake, REFERENCE).savefig(out / PLOT, dpi=100)
    stayed = survival_of_plays(parameters, plays, out)
    choices = choices_of_plays(parameters, plays, out)
    compared = compare(plays, choices, parameters.targets, parameters.first_seed)
    if as_json:
        print_json(
            without_nan(
                {
                    "policies": {
                        name: asdict(found) | {"newcomers_survival": asdict(stayed[name])}
                        for name, found in figures.items()
                    },
                    "recommended": {name: asdict(found) for name, found in uptake.items()},
                    "engine_recommends": STAND_IN,
                    "off_policy": [asdict(line) for line in compared],
                }
            )
        )
    else:
        show(figures, stayed)
        show_uptake(uptake)
        show_estimates(compared)
        typer.echo(f"plot: {out / PLOT}")


def show(figures: dict[str, Figures], stayed: dict[str, Interval]) -> None:
    """What each policy came to, in major units, and whom it showed."""
    columns = (
        "policy",
        "GMV",
        "expected GMV",
        "cost",
        "share of oracle",
        "low",
        "high",
        "expected share",
        "low ",
        "high ",
    )
    rows = [
        (
            name,
            *(round(value.mean / 100) for value in (found.gmv, found.expected_gmv, found.cost)),
            *(
                _or_none(value)
                for share in (found.share, found.expected_share)
                for value in (share.mean, share.low, share.high)
            ),
        )
        for name, found in figures.items()
    ]
    print_table(
        "GMV a seed (major units), and its share of the oracle's with 95 % intervals over seeds",
        columns,
        rows,
    )
    tiers = list(next(iter(figures.values())).exposure)
    shown = [
        (name, *found.exposure.values(), found.new, stayed[name].mean) for name, found in figures.items()
    ]
    print_table(
        "Share of the invitations by follower tier, and of new accounts",
        ["policy", *tiers, "new", "newcomers' survival"],
        shown,
    )


def show_uptake(uptake: dict[str, Uptake]) -> None:
    """What each policy's recommendations came to, in major units; nothing where none were made."""
    if not uptake:
        return
    columns = (
        "policy",
        "products shown",
        "adopted",
        "rate",
        "recommended GMV",
        "expected",
        "share of oracle",
        "expected share",
        "videos shown",
        "created",
        "GMV of these",
    )
    rows = [
        (
            name,
            found.products_shown,
            found.products_adopted,
            _or_none(found.adoption_rate),
            *(round(value.mean / 100) for value in (found.recommended_gmv, found.expected_gmv)),
            *(_or_none(share.mean) for share in (found.share, found.expected_share)),
            found.videos_shown,
            found.videos_created,
            round(found.created_gmv / 100),
        )
        for name, found in uptake.items()
    ]
    title = f"Products and videos shown to creators, a seed (major units); engine: {STAND_IN}, not learnt"
    print_table(title, columns, rows)


def show_estimates(compared: Sequence[Compared]) -> None:
    """Estimates of policies from others' logs, beside what they earned."""
    if not compared:
        return
    columns = (
        "log of",
        "policy",
        "estimator",
        "estimate",
        "low",
        "high",
        "played",
        "effective size",
        "refused",
    )
    rows = [
        (
            line.logged,
            line.target,
            line.estimator,
            *((None,) * 3 if line.estimate is None else _ends(line.estimate)),
            None if line.played is None else line.played.mean / 100,
            round(line.effective_size, 1),
            line.refused,
        )
        for line in compared
    ]
    print_table("GMV a place (major units) of policies, from the logs of others", columns, rows)


def _ends(interval: Interval) -> tuple[float, float, float]:
    return interval.mean / 100, interval.low / 100, interval.high / 100


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value
