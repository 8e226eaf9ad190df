"""The rows of ranking lists and of the ledger, as they are written."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from features.lists.eligibility import FailedCondition
from features.lists.groups import Columns, Group, Market, columns, take
from features.lists.standing import Standing, stand
from recsys.arrays import Array
from recsys.list_rules import ListName
from recsys.ranking_lists import ListFacts

LEDGER = pa.schema(
    [
        ("market", pa.string()),
        ("creator_id", pa.int64()),
        ("rule", pa.string()),
        ("value", pa.float64()),
        ("threshold", pa.float64()),
        ("policy_id", pa.string()),
    ]
)


def list_rows(inputs: pa.Table, market: Market, name: ListName, facts: ListFacts) -> pa.Table:
    """A list's rows of all of a market's peer groups, by industry and place, then creator id."""
    numeric, rules = columns(inputs), facts.policies[market.name].lists
    tables = []
    for group in market.groups:
        own = take(numeric, group.rows)
        tables.append(_rows(group, own, stand(name, own, rules, group.priors), facts))
    labels = {label: value.encode() for label, value in sorted(facts.labels.items())}
    return pa.concat_tables(tables).replace_schema_metadata(labels)


def _rows(group: Group, inputs: Columns, standing: Standing, facts: ListFacts) -> pa.Table:
    size = len(group.rows)
    policy = facts.policies[group.market].policy_id
    found: dict[str, Array | pa.Array] = {
        "market": _same(group.market, size),
        "industry": _same(group.industry, size),
        "place": standing.place,
        "place_best": _known(standing.best),
        "place_worst": _known(standing.worst),
        "creator_id": inputs["creator_id"],
        "index": standing.index,
        "peers": np.full(size, size),
        "gmv_low": inputs["gmv_low"],
        "gmv_high": inputs["gmv_high"],
        "gmv_place": standing.gmv_place,
        "currency": _same(facts.currencies[group.market], size),
        **_parts(standing),
        "policy_id": _same(policy, size),
    }
    order = np.lexsort((inputs["creator_id"], standing.place))
    return pa.table(found).take(pa.array(order))


def _parts(standing: Standing) -> dict[str, Array | pa.Array]:
    found: dict[str, Array | pa.Array] = {}
    for name, part in standing.parts.items():
        value = part.levels.value
        found |= {
            name: pa.array(value, mask=np.isnan(value)),
            f"{name}_rests_on": part.levels.rests_on,
            f"{name}_percentile": part.percentile,
        }
    return found


def _same(word: str, size: int) -> pa.Array:
    return pa.array([word] * size, pa.string())


def _known(places: Array) -> pa.Array:
    return pa.array(places, mask=places < 0)


def ledger_rows(inputs: pa.Table, markets: Iterable[Market], facts: ListFacts) -> pa.Table:
    """One row for each condition that a creator fails (R9), by market, creator and rule."""
    ids = columns(inputs)["creator_id"]
    tables = [
        _excluded(market, exclusion, ids[market.rows], facts)
        for market in markets
        for exclusion in market.exclusions
    ]
    found = pa.concat_tables([LEDGER.empty_table(), *tables])
    return found.sort_by([("market", "ascending"), ("creator_id", "ascending"), ("rule", "ascending")])


def _excluded(market: Market, exclusion: FailedCondition, ids: Array, facts: ListFacts) -> pa.Table:
    out = np.flatnonzero(exclusion.excluded)
    value = exclusion.value[out]
    found = [
        _same(market.name, len(out)),
        ids[out],
        _same(exclusion.rule, len(out)),
        pa.array(value, mask=np.isnan(value)),
        np.full(len(out), float(exclusion.threshold)),
        _same(facts.policies[market.name].policy_id, len(out)),
    ]
    return pa.table(found, schema=LEDGER)
