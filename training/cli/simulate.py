"""`recsys simulate`: a marketplace with known causes, as tables of the data contract."""

import os
from pathlib import Path
from typing import Annotated

import typer

from recsys.console import print_json, print_table, progress
from recsys.options import AsJson
from training.cli.calibrate import fit, report
from training.cli.play import play
from training.cli.replay import replay
from training.cli.spoil import spoil
from training.simulate import SimulateConfig, World, simulate_world

simulate_app = typer.Typer(
    help="Simulated marketplaces with known truth.", no_args_is_help=True, add_completion=False
)


@simulate_app.callback()
def simulate() -> None:
    """Simulated marketplaces with known truth."""


@simulate_app.command(
    epilog="Example: recsys simulate world --out runs/world --creators 5000 --set content.weekend=1.3"
)
def world(  # noqa: PLR0913, PLR0917  # one parameter for each option
    out: Annotated[Path, typer.Option(help="Folder for the tables; it appears when all are written.")],
    truth: Annotated[Path | None, typer.Option(help="Folder for the truth; OUT-truth if not given.")] = None,
    config: Annotated[Path, typer.Option(help="The world's parameters.")] = Path("configs/simulate.yaml"),
    creators: Annotated[int | None, typer.Option(help="How many creators: size.creators.")] = None,
    days: Annotated[int | None, typer.Option(help="Length in days: size.days.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same bytes.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="Another parameter: a.b=value.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; all cores if not given.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the worlds in both folders.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a simulated marketplace and, apart from it, the truth it was drawn from."""
    given = {"size.creators": creators, "size.days": days, "seed": seed}
    overrides = [f"{key}={value}" for key, value in given.items() if value is not None]
    parameters = SimulateConfig.load(config, [*(settings or []), *overrides])
    truth = truth or out.with_name(f"{out.name}-truth")
    with progress("simulating creators", parameters.size.creators) as advance:
        written = simulate_world(parameters, out, truth, replace, workers or os.cpu_count() or 1, advance)
    _report(written, as_json)


simulate_app.command(epilog="Example: recsys simulate fit --real ../shared/data")(fit)
simulate_app.command(epilog="Example: recsys simulate replay --replays 100 --plot replays.png --json")(replay)
simulate_app.command(
    epilog="Example: recsys simulate report runs/world --real ../shared/data --out report.html"
)(report)
simulate_app.command(
    epilog="Example: recsys simulate spoil runs/world --fault day_missing --out runs/spoilt"
)(spoil)
simulate_app.command(epilog="Example: recsys simulate play --policy engine --policy oracle --out runs/play")(
    play
)


def _report(written: World, as_json: bool) -> None:
    if as_json:
        print_json({"tables": str(written.tables), "truth": str(written.truth), "rows": written.rows})
    else:
        print_table(f"World in {written.tables}", ["table", "rows"], list(written.rows.items()))
