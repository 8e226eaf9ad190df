"""What was known at a moment: every table cut so that nothing computed from it can look ahead.

A row is known from its own moment on. Columns that are filled in later (a reply, a result) are NULL before
the moment they became known. Counts of a day are known when the day is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import ibis
import pyarrow as pa
from ibis.backends import BaseBackend
from ibis.backends.duckdb import Backend as DuckDB

from recsys.periods import naive_utc
from recsys.policy import EVERY_MARKET, Policies, Policy
from recsys.tables import Tables
from recsys.tables.engine import Keeping


@dataclass(frozen=True)
class Moments:
    """From when a table's rows are known, and per later moment the other columns that it makes known."""

    row: str
    later: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


MOMENTS: dict[str, Moments] = {
    "creators": Moments("created_at"),
    "creator_daily": Moments("day"),
    "audience": Moments("day"),
    "brands": Moments("created_at"),
    "products": Moments("created_at", {"removed_at": ()}),
    "campaigns": Moments("created_at"),
    "invitations": Moments(
        "shown_at",
        {
            "opened_at": (),
            "shortlisted_at": (),
            "invited_at": (),
            "replied_at": (),
            "accepted_at": ("fee",),
            "delivered_at": (),
            "result_at": ("result_views", "result_engagements", "result_followers", "result_gmv"),
        },
    ),
    "messages": Moments("sent_at", {"replied_at": ()}),
    "samples": Moments(
        "requested_at",
        dict.fromkeys(("shipped_at", "received_at", "cancelled_at", "extended_at", "fulfilled_at"), ()),
    ),
    "showcase": Moments("added_at", {"removed_at": ()}),
    "videos": Moments("posted_at"),
    "video_visibility": Moments("public_from", {"public_until": ()}),
    "video_daily": Moments("day"),
    "livestreams": Moments("ended_at"),
    "livestream_segments": Moments("ends_at"),
    "interactions": Moments("at"),
}
"""Tables that features read. What is in none of these columns is known with its row."""
MARKETS = ("creators", "brands", "campaigns")
"""Tables whose markets need a policy."""


@dataclass(frozen=True)
class Known:
    """The tables as they were known just before `as_of` (naive UTC, whole seconds)."""

    backend: BaseBackend
    tables: Mapping[str, ibis.Table]
    as_of: datetime
    policies: Mapping[str, Policy]
    """Market → policy in force at `as_of` (R1), for every market of a creator, brand or campaign."""
    held: list[str] = field(default_factory=list)
    """Names of the tables that `kept` and `hold` gave to the backend."""

    def __getitem__(self, name: str) -> ibis.Table:
        return self.tables[name]

    def read(self, rows: ibis.Table) -> pa.Table:
        """The rows, computed."""
        return self.backend.to_pyarrow(rows)

    def kept(self, rows: ibis.Table) -> ibis.Table:
        """The rows, computed once for the queries that build on them: held in memory, on Spark its own."""
        if not isinstance(self.backend, Keeping):
            return self.hold(self.read(rows))
        kept = self.backend.keep(rows)
        self.held.append(kept.get_name())
        return kept

    def hold(self, table: pa.Table) -> ibis.Table:
        """A table in memory for queries to build on, until `release`."""
        held = ibis.memtable(table)
        self.held.append(held.get_name())
        return held

    def release(self) -> None:
        """Let go of the tables in memory; nothing that builds on them can be read any more.

        DuckDB's connection holds what Ibis 12 registers until the process ends: gigabytes after a dozen
        snapshots of a large marketplace. Spark's workers would keep theirs as long as the session lasts.
        """
        for name in self.held:
            if isinstance(self.backend, DuckDB):
                self.backend.con.unregister(name)
            elif isinstance(self.backend, Keeping):
                self.backend.forget(name)
        self.held.clear()

    @property
    def policy_ids(self) -> dict[str, str]:
        """Market → id of the policy in force."""
        return {market: policy.policy_id for market, policy in self.policies.items()}

    @property
    def today(self) -> date:
        """The day of `as_of`, which is not over; the last one with counts is the day before."""
        return self.as_of.date()

    @property
    def now(self) -> int:
        """`as_of` in seconds since 1970."""
        return int(self.as_of.replace(tzinfo=UTC).timestamp())

    def day(self, days_ago: int) -> ibis.Value:
        """The day that many days before today."""
        return ibis.literal(self.today - timedelta(days=days_ago))

    def moment(self, days_ago: int) -> ibis.Value:
        """The moment that many times 24 hours before `as_of`."""
        return ibis.literal(self.as_of - timedelta(days=days_ago), "timestamp(6)")


def known(tables: Tables, as_of: datetime, policies: Policies, rules_on: date | None = None) -> Known:
    """The marketplace as it was known before `as_of`; an aware moment is converted to UTC.

    The policies are those in force on the day `rules_on`, without it on that of `as_of`. A published set may
    lack tables and columns: they stay absent. Without markets it follows the policy of all of them; rows
    that do not say from when they are known always are. Raises ConfigError where a market has no policy in
    force.
    """
    moment = naive_utc(as_of).replace(microsecond=0)
    cut = {name: _cut(tables[name], moments, moment) for name, moments in MOMENTS.items() if name in tables}
    if "campaign_targets" in tables:
        cut["campaign_targets"] = tables["campaign_targets"].semi_join(cut["campaigns"], "campaign_id")
    in_force = {market: policies.in_force(market, rules_on or moment) for market in _markets(tables, cut)}
    return Known(tables.backend, cut, moment, in_force)


def _markets(tables: Tables, cut: Mapping[str, ibis.Table]) -> list[str]:
    named = [
        cut[name].select("market").distinct()
        for name in MARKETS
        if name in cut and "market" in cut[name].columns
    ]
    if not named:
        return [EVERY_MARKET]
    markets = named[0] if len(named) == 1 else ibis.union(*named, distinct=True)
    return sorted(tables.backend.to_pyarrow(markets)["market"].to_pylist())


def _cut(table: ibis.Table, moments: Moments, as_of: datetime) -> ibis.Table:
    if moments.row not in table.columns:
        return table
    day, moment = ibis.literal(as_of.date()), ibis.literal(as_of, "timestamp(6)")
    before = table[moments.row] < (day if table[moments.row].type().is_date() else moment)
    hidden: dict[str, ibis.Value] = {}
    for column, dependent in moments.later.items():
        if column not in table.columns:
            continue
        happened = table[column] < moment
        there = [name for name in (column, *dependent) if name in table.columns]
        hidden |= {name: happened.ifelse(table[name], ibis.null()) for name in there}
    rows = table.filter(before)
    return rows.mutate(**hidden) if hidden else rows
