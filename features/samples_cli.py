"""`recsys samples`: what became of a creator's samples, and what is still needed (R7)."""

from datetime import datetime
from typing import Annotated, Any

import pyarrow as pa
import typer

from features.creator_samples import READ, TIMES, creator_samples
from features.known import Known, known
from recsys.console import print_json, print_table, progress
from recsys.options import POLICIES, AsJson, At, Out, PolicyFolder, TablesSource
from recsys.output import facts_of, plain, write_rows
from recsys.policy import Policy, read_policies
from recsys.tables import read_tables
from recsys.tables.partial import require

COLUMNS = ("sample", "product", "state", "since", "cause", "window opens", "closes", "needed", "until")


def samples(
    creator: Annotated[int, typer.Argument(help="Id of the creator.")],
    tables: TablesSource,
    at: At,
    policies: PolicyFolder = POLICIES,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Show a creator's samples of 180 days: state, since when, by what event, and what is still needed.

    Times are UTC. A window closes before the second it is said to.

    Examples: recsys samples 1000042 --tables demo/tables --at 2026-06-30 · the same with --out samples.csv
    """
    with progress("following samples"):
        opened = read_tables(tables)
        require(opened, dict.fromkeys(READ, ()))
        then = known(opened, at, read_policies(policies))
        rows, market = creator_samples(then, creator), _market_of(then, creator)
    policy = then.policies[market]
    facts = facts_of(then.as_of, {market: policy.policy_id}, opened.fingerprints())
    if out is not None:
        write_rows(out, rows, facts)
    if as_json:
        print_json({"creator_id": creator, "facts": facts, "rows": plain(rows)})
    else:
        _print(creator, rows, then, policy)


def _market_of(then: Known, creator: int) -> str:
    creators = then["creators"]
    (row,) = then.read(creators.filter(creators.creator_id == creator).select("market")).to_pylist()
    return str(row["market"])


def _print(creator: int, rows: pa.Table, then: Known, policy: Policy) -> None:
    if len(rows):
        title = f"Samples of creator {creator} before {then.as_of}, by policy {policy.policy_id}"
        print_table(title, COLUMNS, [_line(row) for row in rows.to_pylist()])
        typer.echo(_promise(policy))
    else:
        typer.echo(
            f"Creator {creator} has no sample that waits or was opened in the 180 days before {then.as_of}"
        )


def _line(row: dict[str, Any]) -> tuple[object, ...]:
    """Ids are names, not numbers; words instead of codes, so that they can be broken across lines."""
    post = "" if row["cause_id"] is None else f" {row['cause_id']}"
    cause, needed = row["cause"].replace("_", " ") + post, (row["needed"] or "").replace("_", " ")
    since, opens, closes, until = (_minute(row[name]) for name in TIMES)
    return (
        str(row["sample_id"]),
        str(row["product_id"]),
        row["state"],
        since,
        cause,
        opens,
        closes,
        needed,
        until,
    )


def _minute(moment: datetime | None) -> str:
    """To the minute, downwards: a deadline is not shown later than it is."""
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def _promise(policy: Policy) -> str:
    asked = policy.fulfilment
    extension = f", {asked.extension_days} more with an extension" if asked.extension_days else ""
    return (
        f"Needed within {asked.days} days from {asked.starts}{extension}: a video public for "
        f"{asked.public_days} days in a row, or {asked.live_minutes} minutes on end in one livestream."
    )
