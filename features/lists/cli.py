"""`recsys lists`: make, show and explain creator ranking lists."""

from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import numpy as np
import pyarrow as pa
import typer

from features.creator_filters import passing
from features.lists.build import build_lists
from features.lists.coverage import coverage
from features.lists.explain import explain
from features.lists.groups import Columns, columns
from features.lists.peers import peers_of
from features.lists.printing import build_facts, print_explanation, print_list
from recsys.console import print_json, print_table, progress
from recsys.creator_filter import CreatorFilter
from recsys.errors import ConfigError
from recsys.list_rules import ListName
from recsys.options import MOMENTS, POLICIES, AsJson, Engine, Master, Out, PolicyFolder, TablesSource
from recsys.output import plain, write_rows
from recsys.periods import Period, PeriodKind, utc_day
from recsys.policy import read_policies
from recsys.ranking_lists import EVERY_INDUSTRY, RankingLists
from recsys.snapshot import Snapshot
from recsys.tables import read_tables, require_whole

lists_app = typer.Typer(no_args_is_help=True, add_completion=False)
Lists = Annotated[Path, typer.Option("--lists", help="Folder of the lists of a period.")]
Industry = Annotated[str, typer.Option(help="Level-1 or level-2 category, or all.")]


@lists_app.callback()
def lists() -> None:
    """Creator ranking lists by market, industry and period (R2 to R12)."""


@lists_app.command()
def build(  # noqa: PLR0913, PLR0917  # one parameter for each option
    tables: TablesSource,
    period: Annotated[PeriodKind, typer.Option(help="Day, ISO week or calendar month.")],
    at: Annotated[datetime, typer.Option(formats=MOMENTS, help="Any day of the period.")],
    out: Annotated[Path, typer.Option(help="Folder in which the lists get a folder of their own.")],
    policies: PolicyFolder = POLICIES,
    engine: Engine = "duckdb",
    master: Master = None,
    as_json: AsJson = False,
) -> None:
    """Make all lists of a period: every market, industry and list, with the ledger of who was left out.

    The folder is named by its content: the same tables and policies give the same name, and so do tables that
    have grown since.

    Examples: recsys lists build --tables demo/tables --period week --at 2026-06-24 --out demo/lists
    · recsys lists build --tables T --period month --at 2026-05-01 --out L --engine spark --master local[2]
    """
    started = perf_counter()
    with progress("ranking creators"):
        opened, asked = read_tables(tables, engine, master), Period.of(period, utc_day(at))
        require_whole(opened)
        made = build_lists(opened, asked, read_policies(policies), out)
    facts = build_facts(made, perf_counter() - started)
    if as_json:
        print_json(facts)
    else:
        print_table("Lists", ("what", "value"), list(facts.items()))


@lists_app.command()
def show(  # noqa: PLR0913, PLR0917  # one parameter for each option
    name: Annotated[ListName, typer.Argument(help="The list.", metavar="LIST")],
    lists: Lists,
    market: Annotated[str, typer.Option(help="Market, such as US.")],
    industry: Industry = EVERY_INDUSTRY,
    count: Annotated[int, typer.Option(min=1, help="How many places to show.")] = 20,
    only: Annotated[
        Path | None, typer.Option("--filter", help="Only creators who pass this filter (YAML, R13).")
    ] = None,
    snapshot: Annotated[Path | None, typer.Option(help="Folder of the snapshot to filter by.")] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Show a list: places with their bands, the index and its parts, GMV and its place.

    Places are those of the whole list, filtered or not; --out writes all of its rows, whatever the count.

    Examples: recsys lists show cooperation --lists demo/lists/lists-... --market US
    · recsys lists show top_sales --lists L --market US --industry beauty --out top_sales.csv
    """
    opened = RankingLists.open(lists)
    rows = _passing(opened.rows(name, market, industry), market, only, snapshot)
    if out:
        write_rows(out, rows, opened.facts.labels)
    if as_json:
        print_json({"facts": opened.facts.labels, "rows": plain(rows.slice(0, count))})
    else:
        print_list(name, rows, opened, count)


def _passing(rows: pa.Table, market: str, only: Path | None, snapshot: Path | None) -> pa.Table:
    """The rows of creators who pass the filter; all without one."""
    if only is None:
        return rows
    if snapshot is None:
        raise ConfigError("--filter needs --snapshot, whose columns it reads")
    opened = Snapshot.open(snapshot)
    found = passing(CreatorFilter.load(only), market, opened)
    there = np.isin(rows["creator_id"].to_numpy(), opened.creators.ids[found.rows])
    return rows.filter(pa.array(there))


@lists_app.command("explain")
def explain_place(
    creator: Annotated[int, typer.Argument(help="Id of the creator.")],
    name: Annotated[ListName, typer.Option("--list", help="The list.")],
    lists: Lists,
    industry: Industry = EVERY_INDUSTRY,
    as_json: AsJson = False,
) -> None:
    """Say why a creator stands where they do: parts, rules, thresholds, and the smallest change that helps.

    Example: recsys lists explain 1000001 --list cooperation --lists demo/lists/lists-...
    """
    answer = explain(RankingLists.open(lists), creator, name, industry)
    if as_json:
        print_json(answer.model_dump(mode="json"))
    else:
        print_explanation(answer)


@lists_app.command()
def bands(
    lists: Lists,
    draws: Annotated[int, typer.Option(min=1, help="Draws of each peer group.")] = 20,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Check the rank bands: how often they hold the place that values drawn from their noise lead to.

    Example: recsys lists bands --lists demo/lists/lists-...
    """
    opened = RankingLists.open(lists)
    inputs = columns(opened.inputs)
    held = {name: _held(opened, inputs, name, np.random.default_rng(seed), draws) for name in opened.lists}
    if as_json:
        print_json(held)
    else:
        print_table(f"Rank bands of {opened.facts.name}", ("list", "share held"), list(held.items()))


def _held(
    opened: RankingLists, inputs: Columns, name: ListName, rng: np.random.Generator, draws: int
) -> float | None:
    """Share of all creators and draws whose place is inside its band; None where there are no bands."""
    inside = np.concatenate(
        [
            coverage(peers_of(opened, inputs, name, market, industry), rng, draws)
            for market, industries in opened.facts.priors.items()
            for industry in industries
        ]
    )
    return round(float(inside.mean()), 3) if len(inside) else None
