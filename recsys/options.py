"""Options that several commands have, each spelt once: `tables: TablesSource`, `as_json: AsJson = False`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from recsys.engines import EngineName

MOMENTS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d"]
"""How a moment may be written in an option; a day is its first moment, and without an offset it is UTC."""
POLICIES = Path("configs/policies")
"""Where policies are unless `--policies` says so."""

TablesSource = Annotated[
    str,
    typer.Option("--tables", help="Folder of Parquet tables, an Ibis connection URL, or set://folder."),
]
At = Annotated[
    datetime, typer.Option("--at", formats=MOMENTS, help="Moment in UTC; nothing later is looked at.")
]
PolicyFolder = Annotated[Path, typer.Option("--policies", help="Folder of policies (R1).")]
SnapshotFolder = Annotated[Path, typer.Option("--snapshot", help="Folder of the snapshot, or a link to it.")]
BundleFolder = Annotated[Path, typer.Option("--bundle", help="Folder of the bundle, or a link to it.")]
Engine = Annotated[EngineName, typer.Option("--engine", help="What computes: the values are the same.")]
Master = Annotated[
    str | None,
    typer.Option("--master", help="Spark's master, such as spark://host:7077.", show_default="local[*]"),
]
Out = Annotated[
    Path | None, typer.Option("--out", help="Also write the rows there: .parquet, .csv or .json.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
