"""`recsys snapshot`."""

from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from features.snapshot import build_snapshot
from recsys.console import print_json, print_table, progress
from recsys.errors import TableError
from recsys.options import POLICIES, AsJson, At, Engine, Master, PolicyFolder, TablesSource
from recsys.periods import naive_utc
from recsys.policy import read_policies
from recsys.snapshot import PARTS, Snapshot
from recsys.tables import Tables, read_tables, require_whole

LONGEST_WINDOW = 90
"""Days that features look back; later than that, all of them would be empty."""


def snapshot(  # noqa: PLR0913, PLR0917  # one parameter for each option
    tables: TablesSource,
    at: At,
    out: Annotated[Path, typer.Option(help="Folder in which the snapshot gets a folder of its own.")],
    policies: PolicyFolder = POLICIES,
    engine: Engine = "duckdb",
    master: Master = None,
    as_json: AsJson = False,
) -> None:
    """Compute the features of every creator, brand and product as of a moment.

    The folder is named by its content: the same tables and moment give the same name, on every engine.

    Example: recsys snapshot --tables demo/tables --at 2026-06-30 --out demo/snapshots

    Example: recsys snapshot --tables T --at 2026-06-30 --out S --engine spark --master local[2]
    """
    started = perf_counter()
    with progress("computing features"):
        opened = read_tables(tables, engine, master)
        _refuse_outside(opened, at)
        written = build_snapshot(opened, at, read_policies(policies)).write(out)
    facts = _facts(written, perf_counter() - started)
    if as_json:
        print_json(facts)
    else:
        print_table("Snapshot", ("what", "value"), list(facts.items()))


def _refuse_outside(tables: Tables, at: datetime) -> None:
    """Raises TableError for a moment at which nobody was there yet, or nothing was counted any more."""
    require_whole(tables)
    moment = naive_utc(at)
    first = tables["creators"]["created_at"].min().to_pyarrow().as_py()
    if first is None or moment <= first:
        raise TableError(f"--at: expected a moment after the first creator came, {first}; found {moment}")
    last = tables["creator_daily"]["day"].max().to_pyarrow().as_py()
    if last is not None and (moment.date() - last).days > LONGEST_WINDOW:
        raise TableError(
            f"--at: expected a moment within {LONGEST_WINDOW} days after the last day of creator_daily, "
            f"{last}; found {moment}"
        )


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
