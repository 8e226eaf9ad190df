"""`recsys bench match`: matching among millions of creators, as a table or as JSON."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from recsys.config import parse
from recsys.console import print_json, print_table, progress
from recsys.errors import ConfigError
from recsys.options import AsJson
from recsys.snapshot import Snapshot
from training.bench.match import MatchBenchConfig, MatchBenchReport, run, steps, targets
from training.bench.match_made import Made, learning_steps, made, small_pair
from training.bench.targets import as_json, show_targets

DEFAULT = MatchBenchConfig()
CONFIGS = Path("configs")


def match(  # noqa: PLR0913, PLR0917  # one parameter for each option
    creators: Annotated[int, typer.Option(help="Creators.")] = DEFAULT.creators,
    bundle: Annotated[
        Path | None, typer.Option(help="Bundle that ranks.", show_default="one of a small simulated world")
    ] = None,
    snapshot: Annotated[
        Path | None, typer.Option(help="Real snapshot whose creators are multiplied; goes with --bundle.")
    ] = None,
    briefs: Annotated[int, typer.Option(help="Briefs timed of each kind.")] = DEFAULT.briefs,
    compared: Annotated[
        int, typer.Option(help="Briefs of each number of filters for which everyone is ranked.")
    ] = DEFAULT.compared,
    folder: Annotated[
        Path | None,
        typer.Option(help="Keeps what is made, for the next time.", show_default="a temporary one"),
    ] = None,
    json: AsJson = False,
) -> None:
    """Answer briefs with 0, 3 and 8 filters among very many creators, in one worker; memory of two.

    The creators are mixtures of those of a real snapshot. Learning the first stage of two million takes about
    ten minutes of two cores, ranking all of them to see who was missed some more; --folder keeps the former.

    Example: recsys bench match --creators 2000000 --folder demo/bench --json

    Example: recsys bench match --bundle B --snapshot S --creators 200000
    """
    if (bundle is None) != (snapshot is None):
        raise ConfigError("--bundle and --snapshot go together: expected both or neither")
    asked = {"creators": creators, "briefs": briefs, "compared": compared}
    config = parse(MatchBenchConfig, asked, source="recsys bench match")
    with _kept(folder) as place:
        release = _made(bundle, snapshot, config, place)
        with progress("measuring", total=steps(config)) as advance:
            report = run(config, release, advance)
    if json:
        print_json(as_json(report, targets(report)))
    else:
        show(report)


@contextmanager
def _kept(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(temporary)


def _made(bundle: Path | None, snapshot: Path | None, config: MatchBenchConfig, folder: Path) -> Made:
    if bundle is None or snapshot is None:
        with progress("training on a small simulated world"):
            bundle, snapshot = small_pair(folder, CONFIGS)
    real = Snapshot.open(snapshot)
    with progress("learning the first stage", total=learning_steps(config.creators, config.stage)) as advance:
        return made(bundle, real, config.creators, config.stage, folder, advance)


def show(report: MatchBenchReport) -> None:
    """The report as tables."""
    print_table(
        f"{report.config.creators:,} creators, {report.config.briefs} briefs of each kind, one worker; "
        "milliseconds",
        ["filters", "reasons", "eligible", "ranked", "p50", "p99", "CPU p50", "CPU p99"],
        [
            [
                each.filters,
                each.explained,
                each.eligible,
                each.ranked,
                each.p50_ms,
                each.p99_ms,
                each.cpu_p50_ms,
                each.cpu_p99_ms,
            ]
            for each in report.timed
        ],
    )
    print_table(
        "Share of the whole ranker's first 100",
        ["filters", "briefs", "recall", "from", "to"],
        [
            [filters, found.count, found.mean, found.low, found.high]
            for filters, found in (*report.recall.items(), ("all", report.recall_of_all))
        ],
    )
    print_table(
        "MiB of workers at the same time",
        ["held alone", "part of what is shared", "resident"],
        [[each.private_mib, each.shared_part_mib, each.resident_mib] for each in report.workers],
    )
    show_targets(targets(report))
