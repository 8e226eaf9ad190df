"""What every command shares: JSON on stdout, tables, progress, and errors that end in an exit code."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
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
MOMENTS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d"]
"""How a moment may be written in an option; a day is its first moment."""
PIPED_WIDTH = 140
"""Characters of a line where there is no terminal that could say."""


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
