"""Peers of creator search on the same columns: DuckDB, and NumPy without an order kept."""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from features.creator_filters import EVERYONE, conditions
from features.creator_numbers import NUMBERS
from recsys.arrays import Array
from recsys.creator_filter import Range
from recsys.snapshot import Snapshot
from serving.creators import CreatorEngine, CreatorSearch
from training.bench.search_market import AGES, CATEGORIES, GENDERS, INDUSTRIES, MARKETS, SORTS


@dataclass(frozen=True)
class Answer:
    """What every contender gives: the page's ids in order, and how many creators passed."""

    ids: list[int]
    total: int


Find = Callable[[CreatorSearch], Answer]


def by_engine(snapshot: Snapshot) -> Find:
    """Ours, with the count of each filter."""
    engine = CreatorEngine(snapshot)

    def find(search: CreatorSearch) -> Answer:
        page = engine.find(search)
        return Answer([item.creator_id for item in page.items], page.total)

    return find


def by_numpy(snapshot: Snapshot) -> Find:
    """A mask over all rows for each filter, then a sort of those who pass."""
    values = {name: NUMBERS[name].of(snapshot.creators) for name in SORTS}

    def find(search: CreatorSearch) -> Answer:
        flags = np.ones(len(snapshot.creators), np.bool_)
        for each in conditions(search.filters, search.market, snapshot):
            flags &= each.passes(EVERYONE)
        rows = np.flatnonzero(flags)
        signed = values[search.sort][rows] * (-1 if search.descending else 1)
        best = rows[np.argsort(signed, kind="stable")[: search.count]]
        return Answer(snapshot.creators.ids[best].tolist(), len(rows))

    return find


def by_duckdb(snapshot: Snapshot) -> Find:
    """An in-memory table on one thread: one statement for the page, one for the total."""
    connection = duckdb.connect(config={"threads": 1})
    connection.register("columns", _table(snapshot))
    connection.execute("CREATE TABLE creators AS SELECT * FROM columns ORDER BY id")
    connection.unregister("columns")

    def find(search: CreatorSearch) -> Answer:
        where = " AND ".join(_predicates(search))
        order = f"{search.sort} {'DESC' if search.descending else 'ASC'} NULLS LAST, id"
        page = f"SELECT id FROM creators WHERE {where} ORDER BY {order} LIMIT {search.count}"  # noqa: S608  made here, of our own words
        total = f"SELECT count(*) FROM creators WHERE {where}"  # noqa: S608  the same
        ids = [row[0] for row in connection.execute(page).fetchall()]
        found = connection.execute(total).fetchone()
        return Answer(ids, int(found[0]) if found else 0)

    return find


def _table(snapshot: Snapshot) -> pa.Table:
    """The columns that searches read, NaN as NULL, one column for each audience group."""
    creators = snapshot.creators
    plain = ("main_country", "category", "gmv_low_28", "gmv_high_28")
    columns: dict[str, Array] = {"id": creators.ids} | {name: creators[name] for name in plain}
    columns |= {name: NUMBERS[name].of(creators) for name in SORTS}
    columns |= {f"gender_{place}": creators["audience_gender"][:, place] for place in range(len(GENDERS))}
    columns |= {f"age_{place}": creators["audience_age"][:, place] for place in range(len(AGES))}
    return pa.table(
        {name: pa.array(np.ascontiguousarray(column), from_pandas=True) for name, column in columns.items()}
    )


def _predicates(search: CreatorSearch) -> list[str]:
    asked = search.filters
    found = [
        _among("main_country", [MARKETS.index(country) for country in asked.countries]),
        _among("category", _category_codes(asked.categories)),
    ]
    ranges = {
        ("followers", "followers"): asked.followers,
        ("mean_views", "mean_views"): asked.average_views,
        ("gmv_low_28", "gmv_high_28"): asked.gmv,
        ("price_median", "price_median"): asked.price,
    }
    for (low, high), wanted in ranges.items():
        found += _between(low, high, wanted)
    for group in asked.audience:
        place = (GENDERS if group.dimension == "gender" else AGES).index(group.value)
        found += _between(f"{group.dimension}_{place}", f"{group.dimension}_{place}", group.share)
    return found


def _category_codes(wanted: tuple[str, ...]) -> list[int]:
    names = {name for name in wanted if name not in INDUSTRIES}
    industries = set(wanted) & set(INDUSTRIES)
    return [code for code, name in enumerate(CATEGORIES) if name in names or name.split("/")[0] in industries]


def _among(column: str, codes: list[int]) -> str:
    return f"{column} IN ({', '.join(map(str, codes))})"


def _between(low: str, high: str, wanted: Range) -> list[str]:
    ends = [] if wanted.low is None else [f"{high} >= {wanted.low!r}"]
    return ends if wanted.high is None else [*ends, f"{low} <= {wanted.high!r}"]


CONTENDERS: dict[str, Callable[[Snapshot], Find]] = {
    "engine": by_engine,
    "numpy": by_numpy,
    "duckdb": by_duckdb,
}
