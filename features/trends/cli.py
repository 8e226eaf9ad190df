"""`recsys trends` and `recsys best-videos`."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Self

import pyarrow as pa
import typer

from features.known import Known, known
from features.trends.best_videos import By, best_videos
from features.trends.counts import Slice
from features.trends.kinds import KINDS, measure_of
from features.trends.trends import TrendsConfig, trends
from recsys.console import print_json, print_table, progress, sparkline
from recsys.errors import ConfigError
from recsys.options import POLICIES, AsJson, At, Out, PolicyFolder, TablesSource
from recsys.output import facts_of, plain, write_rows
from recsys.policy import read_policies
from recsys.tables import Tables, read_tables

SPARKS = 28
"""Most characters of a sparkline."""
WAYS = "; ".join(f"{kind}: {', '.join(measures)}" for kind, measures in KINDS.items())
ALL = "all"

TREND_COLUMNS = (
    "rank", "entity", "observed", "expected", "growth", "90 % interval", "score", "verdict", "", "daily",
)  # fmt: skip
BEST_COLUMNS = ("rank", "video_id", "creator_id", "market", "category", "views", "engagement_rate", "gmv")
WindowDays = Annotated[int, typer.Option("--window", min=1, max=90, help="How many days, up to the moment.")]
Market = Annotated[str | None, typer.Option(help="Market, such as US; without it all.")]
Category = Annotated[str | None, typer.Option(help="beauty, or beauty/hair_care; without it all.")]
Count = Annotated[int, typer.Option(min=1, help="Rows that are listed.")]


@dataclass(frozen=True)
class Asked:
    """The tables as they were known at a moment, and a slice of them."""

    tables: Tables
    known: Known
    within: Slice
    window: int

    @classmethod
    def open(cls, source: str, at: datetime, policies: Path, within: Slice, window: int) -> Self:
        """Raises TableError and ConfigError as `read_tables`, `read_policies` and `known` do."""
        opened = read_tables(source)
        return cls(opened, known(opened, at, read_policies(policies)), within, window)

    def facts(self, **more: str) -> dict[str, str]:
        """What rows say of themselves: where they come from, and the question."""
        return {
            **facts_of(self.known.as_of, self.known.policy_ids, self.tables.fingerprints()),
            "window_days": str(self.window),
            "market": self.within.market or ALL,
            "category": self.within.category or ALL,
            **more,
        }

    def check(self, rows: pa.Table, what: str) -> pa.Table:
        """The rows; raises ConfigError that says where there are none."""
        if not len(rows):
            raise ConfigError(
                f"there are no {what} in the {self.window} days before "
                f"{self.known.as_of}, market {self.within.market or ALL}, "
                f"category {self.within.category or ALL}"
            )
        return rows


def trending(  # noqa: PLR0913, PLR0917  # one parameter for each option
    kind: Annotated[str, typer.Argument(help=f"What: {', '.join(KINDS)}.")],
    tables: TablesSource,
    at: At,
    window: WindowDays = 28,
    market: Market = None,
    category: Category = None,
    by: Annotated[str | None, typer.Option(help=f"What is counted; the first unless given. {WAYS}.")] = None,
    count: Count = 20,
    declining: Annotated[bool, typer.Option("--declining", help="What falls instead of what rises.")] = False,
    floor: Annotated[
        int | None, typer.Option(min=1, help="Least count, observed or (--declining) expected.")
    ] = None,
    out: Out = None,
    as_json: AsJson = False,
    policies: PolicyFolder = POLICIES,
) -> None:
    """What is used, watched or bought more than was to be expected, by market, category and window (R35).

    Growth is the count over an expected one: from the entity's own weeks before, what became of the slice,
    and the time of year where the tables reach back that far. It is shrunk, with a 90 % credible interval;
    the growth that is sure is the score.

    Examples: recsys trends hashtags --tables demo/tables --at 2026-06-30 --market US
    · recsys trends products --tables T --at 2026-06-30 --window 7 --category beauty --declining --json
    """
    measure = measure_of(kind, by)
    config = TrendsConfig(window=window, count=count, declining=declining, floor=floor)
    with progress(f"counting {kind}") as advance:
        asked = Asked.open(tables, at, policies, Slice(market, category), window)
        advance(1)
        rows = asked.check(trends(asked.known, measure, asked.within, config), f"{kind} of any size")
    facts = asked.facts(kind=kind, counted=measure.meaning, trend="falling" if declining else "rising")
    _give(rows, facts, out, as_json)
    if not as_json:
        title = f"{kind.capitalize()}: {measure.meaning}, {window} days to {asked.known.today}"
        print_table(title, TREND_COLUMNS, [_trend_line(row) for row in rows.to_pylist()])


def best(  # noqa: PLR0913, PLR0917  # one parameter for each option
    tables: TablesSource,
    at: At,
    by: Annotated[By, typer.Option(help="What they are the best in.")] = "views",
    window: WindowDays = 28,
    market: Market = None,
    category: Category = None,
    count: Count = 20,
    out: Out = None,
    as_json: AsJson = False,
    policies: PolicyFolder = POLICIES,
) -> None:
    """The videos that brought most views, engagement or GMV, by market, category and window (R35).

    Engagement rates are shrunk to the slice's, so that three likes on four views lead no list.

    Example: recsys best-videos --tables demo/tables --at 2026-06-30 --market US --by gmv --category beauty
    """
    with progress("adding up videos") as advance:
        asked = Asked.open(tables, at, policies, Slice(market, category), window)
        advance(1)
        rows = asked.check(best_videos(asked.known, asked.within, window, by, count), "videos")
    _give(rows, asked.facts(by=by), out, as_json)
    if not as_json:
        title = f"Best videos by {by}, {window} days to {asked.known.today}"
        print_table(title, BEST_COLUMNS, [_best_line(row) for row in rows.to_pylist()])


def _give(rows: pa.Table, facts: dict[str, str], out: Path | None, as_json: bool) -> None:
    if out is not None:
        write_rows(out, rows, facts)
    if as_json:
        print_json({"facts": facts, "rows": plain(rows)})


def _trend_line(row: dict[str, Any]) -> list[object]:
    interval = f"{row['growth_low']:.3g} – {row['growth_high']:.3g}"
    numbers = [row["observed"], row["expected"], row["growth"], interval, row["score"]]
    days = sparkline(row["daily"], SPARKS, floor=0)
    return [row["rank"], str(row["entity"]), *numbers, row["verdict"], "new" if row["new"] else "", days]


def _best_line(row: dict[str, Any]) -> list[object]:
    """Ids are names, not numbers."""
    return [str(row[name]) if name.endswith("_id") else row[name] for name in BEST_COLUMNS]
