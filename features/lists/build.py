"""Making the lists of a period.

The same tables and policies give the same bytes, and so do tables that have grown since: any past list can be
made again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pyarrow as pa

from features.lists.credibility import prior_of
from features.lists.gather import histories_of, inputs_of
from features.lists.groups import Market, columns, market_of
from features.lists.rows import ledger_rows, list_rows
from recsys.errors import TableError
from recsys.files import sha256_of_json
from recsys.folders import Content, write_folder
from recsys.list_rules import LIST_NAMES, ListName
from recsys.parquet_rows import parquet_writer
from recsys.periods import Period
from recsys.policy import Policies
from recsys.ranking_lists import KIND, ListFacts, Prior, RankingLists
from recsys.tables import Tables
from recsys.tables.fingerprint import digest_of


@dataclass(frozen=True)
class Made:
    """What the lists of a period are written from."""

    inputs: pa.Table
    markets: tuple[Market, ...]
    facts: ListFacts


def build_lists(tables: Tables, period: Period, policies: Policies, parent: Path) -> RankingLists:
    """Make and write all lists of a period below `parent`, whole or not at all.

    Raises TableError where the tables do not cover the period, ConfigError where a market has no policy.
    """
    made = make(tables, period, policies)
    lists = [name for name in LIST_NAMES if name not in made.facts.left_out]
    contents: dict[str, Content] = {f"{name}.parquet": _writer(made, name) for name in lists}
    contents["inputs.parquet"] = _labelled(made.inputs, made.facts)
    contents["excluded.parquet"] = _labelled(ledger_rows(made.inputs, made.markets, made.facts), made.facts)
    facts = {"facts": made.facts.model_dump(mode="json")}
    return RankingLists.open(write_folder(parent, KIND, facts, contents))


def make(tables: Tables, period: Period, policies: Policies) -> Made:
    """Compute the inputs, the priors and who is eligible."""
    left_out = _left_out(tables, period)
    inputs = inputs_of(tables, period, policies)
    histories = histories_of(tables, period, policies, inputs)
    names = sorted(set(inputs["market"].to_pylist()))
    # When a policy ends is filled in later, and must not change the bytes of lists made before.
    in_force = {
        name: policies.in_force(name, period.last_day).model_copy(update={"valid_until": None})
        for name in names
    }
    now, numeric = int(period.end.replace(tzinfo=UTC).timestamp()), columns(histories)
    markets = tuple(market_of(name, in_force[name], inputs, numeric, now) for name in names)
    currencies = dict(zip(inputs["market"].to_pylist(), inputs["currency"].to_pylist(), strict=True))
    facts = ListFacts(
        period=period.kind,
        first_day=period.first_day,
        last_day=period.last_day,
        as_of=period.end.replace(tzinfo=UTC),
        policies=in_force,
        currencies={market: currency or "" for market, currency in currencies.items()},
        priors_as_of=period.quarter_start.replace(tzinfo=UTC),
        priors={market.name: _priors(market) for market in markets},
        left_out=left_out,
        data=sha256_of_json([digest_of(inputs), digest_of(histories)]),
    )
    return Made(inputs, markets, facts)


def _left_out(tables: Tables, period: Period) -> dict[ListName, str]:
    daily = tables["creator_daily"]
    found = tables.backend.to_pyarrow(daily.aggregate(first=daily.day.min(), last=daily.day.max()))
    first, last = found["first"][0].as_py(), found["last"][0].as_py()
    if last is None or first > period.first_day or last < period.last_day:
        raise TableError(
            f"the lists of {period.name} need creator_daily from {period.first_day} to {period.last_day}; "
            f"found {first} to {last}"
        )
    if first <= period.start_before.date():
        return {}
    return {"fast_growing": f"it needs days from {period.start_before.date()}, and the first is {first}"}


def _writer(made: Made, name: ListName) -> Callable[[Path], None]:
    """Writes a list market by market: the rows of all of them need not fit in memory."""
    return parquet_writer(
        lambda: (list_rows(made.inputs, market, name, made.facts) for market in made.markets)
    )


def _labelled(rows: pa.Table, facts: ListFacts) -> Callable[[Path], None]:
    labels = {label: value.encode() for label, value in sorted(facts.labels.items())}
    return parquet_writer(lambda: iter([rows.replace_schema_metadata(labels)]))


def _priors(market: Market) -> dict[str, dict[str, Prior]]:
    return {
        group.industry: {name: prior_of(fit) for name, fit in group.priors.items()} for group in market.groups
    }
