"""The options `--engine` and `--master`, the same for every command that computes on tables."""

from typing import Annotated

import typer

from recsys.tables.engine import EngineName

Engine = Annotated[EngineName, typer.Option("--engine", help="What computes: the values are the same.")]
Master = Annotated[
    str | None,
    typer.Option("--master", help="Spark's master, such as spark://host:7077.", show_default="local[*]"),
]
