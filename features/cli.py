"""`recsys snapshot`."""

from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from features.snapshot import build_snapshot
from recsys.console import print_json, print_table, progress
from recsys.policy import read_policies
from recsys.snapshot import PARTS, Snapshot
from recsys.tables import read_tables

MOMENTS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d"]


def snapshot(
    tables: Annotated[str, typer.Option(help="Folder of Parquet tables, or an Ibis connection URL.")],
    at: Annotated[datetime, typer.Option(formats=MOMENTS, help="Moment in UTC; nothing later is looked at.")],
    out: Annotated[Path, typer.Option(help="Folder in which the snapshot gets a folder of its own.")],
    policies: Annotated[Path, typer.Option(help="Folder of policies (R1).")] = Path("configs/policies"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Compute the features of every creator, brand and product as of a moment.

    The folder is named by its content: the same tables and moment give the same name.

    Example: recsys snapshot --tables demo/tables --at 2024-06-01T00:00:00 --out demo/snapshots
    """
    started = perf_counter()
    with progress("computing features"):
        written = build_snapshot(read_tables(tables), at, read_policies(policies)).write(out)
    facts = _facts(written, perf_counter() - started)
    if as_json:
        print_json(facts)
    else:
        print_table("Snapshot", ("what", "value"), list(facts.items()))


def _facts(written: Snapshot, seconds: float) -> dict[str, object]:
    rows = {part: len(getattr(written, part)) for part in PARTS}
    return {
        "name": written.name,
        "path": str(written.path),
        "as_of": written.facts.as_of.isoformat(),
        **rows,
        "features": len(written.facts.feature_names),
        "seconds": round(seconds, 2),
    }
