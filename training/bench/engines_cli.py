"""`recsys bench engines`: DuckDB and Spark, expression by expression."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from recsys.console import print_json, print_table, progress
from recsys.options import POLICIES, AsJson, At, PolicyFolder, TablesSource
from recsys.policy import read_policies
from training.bench.engines import DUCKDB, EngineTiming, steps, time_engines


def engines(
    tables: TablesSource,
    at: At,
    policies: PolicyFolder = POLICIES,
    master: Annotated[
        list[str] | None, typer.Option(help="Masters of Spark.", show_default="local[1]")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds after the one that warms up.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Time every expression of the features on DuckDB and on Spark; medians, in seconds and CPU seconds.

    Minutes per master even on a small world. Needs the extra spark and Java 17.

    Example: recsys bench engines --tables demo/tables --at 2026-06-30 --master local[1] --json
    """
    masters = tuple(master or ["local[1]"])
    timings = []
    with progress("timing expressions", total=steps(masters)) as advance:
        for timing in time_engines(tables, at, read_policies(policies), masters, rounds):
            timings.append(timing)
            advance(1)
    if as_json:
        print_json({"tables": tables, "rounds": rounds, "timings": [asdict(each) for each in timings]})
    else:
        times = [f"{engine} {unit}" for engine in (DUCKDB, *masters) for unit in UNITS]
        print_table("Expressions", ["expression", "rows", *times], rows_of(timings))


UNITS = ("s", "CPU s")


def rows_of(timings: Sequence[EngineTiming]) -> list[tuple[object, ...]]:
    """One row for each expression: rows, then seconds and CPU seconds of each engine; sums in the last."""
    by_name: dict[str, list[EngineTiming]] = defaultdict(list)
    for timing in timings:
        by_name[timing.expression].append(timing)
    shown = [(name, each[0].rows, *_numbers(each)) for name, each in by_name.items()]
    totals = [sum(column) for column in zip(*(_numbers(each) for each in by_name.values()), strict=True)]
    return [*shown, ("all", None, *totals)]


def _numbers(timings: Sequence[EngineTiming]) -> list[float]:
    return [number for each in timings for number in (each.seconds, each.cpu_seconds)]
