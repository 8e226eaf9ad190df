"""`recsys simulate fit` and `recsys simulate report`: the simulated marketplace beside real sets."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from recsys.console import print_json, print_table, progress
from recsys.files import write_atomic
from recsys.options import AsJson
from training.simulate import SimulateConfig
from training.simulate.calibration.block import rewrite
from training.simulate.calibration.fit import USUAL
from training.simulate.calibration.fit import fit as fit_to
from training.simulate.calibration.report import COLUMNS, Calibration, row_of
from training.simulate.calibration.sources import SOURCES

Real = Annotated[Path, typer.Option(help="Folder that holds the folders of the real sets.")]


def fit(
    real: Real,
    config: Annotated[Path, typer.Option(help="The parameters; only `fitted` is rewritten.")] = Path(
        "configs/simulate.yaml"
    ),
    as_json: AsJson = False,
) -> None:
    """Fit the simulated marketplace to real sets, and write what was fitted into the configuration."""
    parameters = SimulateConfig.load(config)
    with progress("simulating worlds", USUAL.worlds) as advance:
        fitted = fit_to(parameters, real, USUAL, advance)
    rewrite(config, fitted, SOURCES)
    if as_json:
        print_json(fitted.model_dump(mode="json"))
    else:
        print_table("Fitted", ("what", "in"), [(name, str(config)) for name in type(fitted).model_fields])


def report(
    tables: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a simulated world's tables.")],
    real: Real,
    out: Annotated[Path | None, typer.Option(help="An HTML page with every marginal as a plot.")] = None,
    plot: Annotated[Path | None, typer.Option(help="All marginals in one small picture: PNG or SVG.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a world's marginals beside those of real sets, with the distance between them."""
    calibration = Calibration.of(tables, real)
    if out:
        write_atomic(out, calibration.page(tables))
    if plot:
        calibration.save_overview(plot)
    lines = calibration.lines()
    if as_json:
        print_json([asdict(line) for line in lines])
    else:
        print_table("Simulated beside real", COLUMNS, [row_of(line) for line in lines])
