"""`recsys bench search`: the speed of creator search, as a table or as JSON."""

from typing import Annotated

import typer

from recsys.config import parse
from recsys.console import print_json, print_table, progress
from recsys.options import AsJson
from training.bench.search import SearchBenchConfig, SearchBenchReport, run, steps, targets
from training.bench.targets import as_json, show_targets

DEFAULT = SearchBenchConfig()


def search(
    creators: Annotated[int, typer.Option(help="Creators searched.")] = DEFAULT.creators,
    searches: Annotated[int, typer.Option(help="Random searches timed, one at a time.")] = DEFAULT.searches,
    count: Annotated[int, typer.Option(help="Creators on a page.")] = DEFAULT.count,
    seed: Annotated[int, typer.Option(help="Of the made creators and searches.")] = DEFAULT.seed,
    json: AsJson = False,
) -> None:
    """Find creators by five filters and a sort: our engine, NumPy and DuckDB, one thread, one at a time.

    Made columns of realistic spread, held in memory. Each answers with the page and the exact total; ours
    with the count of each filter as well. Takes about a minute.

    Example: recsys bench search --creators 1000000 --json
    """
    asked = {"creators": creators, "searches": searches, "count": count, "seed": seed}
    config = parse(SearchBenchConfig, asked, source="recsys bench search")
    with progress("Measuring", total=steps(config)) as advance:
        report = run(config, advance)
    if json:
        print_json(as_json(report, targets(report)))
    else:
        show(report)


def show(report: SearchBenchReport) -> None:
    """The report as tables."""
    config = report.config
    print_table(
        f"{config.searches} searches of {config.creators:,} creators, {report.found_median:,.0f} found in "
        "the median; CPU milliseconds a search, one thread",
        ["by", "p50", "p99", "p50 clock", "p99 clock", "engine is × as fast", "ready s", "agrees"],
        [
            [
                each.contender,
                each.cpu_p50_ms,
                each.cpu_p99_ms,
                each.wall_p50_ms,
                each.wall_p99_ms,
                each.engine_speedup,
                each.ready_seconds,
                each.agreement,
            ]
            for each in report.searched
        ],
    )
    show_targets(targets(report))
