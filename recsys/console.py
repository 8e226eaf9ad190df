"""What every command shares: JSON on stdout, tables, progress, and errors that end in an exit code."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from itertools import accumulate, pairwise
from math import ceil
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from recsys.errors import RecsysError, TableError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Advance = Callable[[int], None]
PIPED_WIDTH = 140
"""Characters of a line where there is no terminal that could say."""
LEVELS = "▁▂▃▄▅▆▇█"
UNKNOWN = "·"


def print_json(value: object) -> None:
    """One JSON document on stdout; NaN and infinities are refused with a ValueError: JSON has none."""
    typer.echo(json.dumps(value, indent=2, allow_nan=False, ensure_ascii=False))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on stdout; numbers are set to the right, None is shown as a dash."""
    table = Table(title=Text(title), title_justify="left")
    for place, column in enumerate(columns):
        numeric = any(isinstance(row[place], int | float) for row in rows)
        justify: JustifyMethod = "right" if numeric else "left"
        table.add_column(Text(column), justify=justify, overflow="fold", min_width=len(column))
    for row in rows:
        table.add_row(*(Text(_shown(value)) for value in row))
    _stdout().print(table)


def _stdout() -> Console:
    console = Console()
    return console if console.is_terminal or "COLUMNS" in os.environ else Console(width=PIPED_WIDTH)


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def sparkline(values: Sequence[float | None], marks: int, floor: float | None = None) -> str:
    """At most so many marks, each the mean of as many values; `·` where none is known.

    The highest mean is full. Level with the floor, or without one with the lowest mean, is the lowest mark;
    whatever is above it is seen to be.
    """
    size, longer = divmod(len(values), min(marks, len(values)) or 1)
    starts = accumulate([size + (place < longer) for place in range(min(marks, len(values)))], initial=0)
    parts = [[one for one in values[start:end] if one is not None] for start, end in pairwise(starts)]
    means = [sum(part) / len(part) if part else None for part in parts]
    known = [mean for mean in means if mean is not None]
    low = min(known, default=0.0) if floor is None else floor
    span = max(known, default=low) - low
    return "".join(UNKNOWN if mean is None else _mark(mean - low, span) for mean in means)


def _mark(above: float, span: float) -> str:
    return LEVELS[ceil(above / span * (len(LEVELS) - 1))] if span > 0 else LEVELS[0]


@contextmanager
def progress(description: str, total: int | None = None) -> Iterator[Advance]:
    """A progress bar on stderr while the block runs, gone afterwards; yields `advance(steps)`.

    Shows in a terminal only, so that logs and pipes stay clean. Without a `total` the bar only moves.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(description, total=total)
        yield lambda steps: bar.advance(task, steps)


def exit_on_error(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """A command whose RecsysErrors become one red line on stderr and the error's exit code.

    So does a file or folder that the system refuses, with exit code 1. Other exceptions pass: they are
    faults of this program, and their traceback is wanted.
    """

    @wraps(command)
    def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except RecsysError as error:
            print_error(error)
            raise typer.Exit(error.exit_code) from error
        except OSError as error:
            if error.filename is None:
                raise
            refused = TableError(f"cannot use {error.filename}: {error.strerror}")
            print_error(refused)
            raise typer.Exit(refused.exit_code) from error

    return guarded


def print_error(error: RecsysError) -> None:
    """The error as one line on stderr."""
    message = Text(f"error: {' '.join(str(error).split())}", style="red")
    Console(stderr=True).print(message, soft_wrap=True)
