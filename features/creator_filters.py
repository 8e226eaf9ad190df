"""Which creators pass a filter (R13): conditions in a fixed order, each counted, on a snapshot's columns.

Search, matching and ranking lists all filter here.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

import numpy as np

from features.briefs import place
from features.portable import level_1_of
from recsys.arrays import Array, Flags, Ints
from recsys.creator_filter import AudienceFilter, CreatorFilter, Range
from recsys.snapshot import Columns, Snapshot

Rows: TypeAlias = Ints | slice
"""Rows of creators: their places, or all of them as a slice, which copies no column."""
EVERYONE = slice(None)
FEW = 8
"""Once fewer than one row in this many is left, the rest is looked up row by row instead of over all rows."""


@dataclass(frozen=True)
class Condition:
    """A named condition on creators."""

    name: str
    """As in the filter, such as `countries` or `audience.gender.female`."""
    asked: str
    """What was asked for, in words."""
    passes: Callable[[Rows], Flags]
    """Which of these creators pass. What is not known about a creator does not pass."""


@dataclass(frozen=True)
class Counted:
    """A condition that was applied, and how many creators passed it and all before it."""

    name: str
    asked: str
    left: int


@dataclass(frozen=True)
class Passing:
    """The creators who pass every condition."""

    rows: Ints
    """Rows of the snapshot's creators, in order of id."""
    counts: tuple[Counted, ...]
    """The conditions in the order in which they were applied."""


def passing(asked: CreatorFilter, market: str | None, snapshot: Snapshot) -> Passing:
    """The creators of a market (None: of all) who pass the filter, with who was left after each condition.

    Raises RequestError for a word that the snapshot does not know, with near ones.
    """
    # All conditions are made before one is applied: an unknown word is refused even where nobody is left.
    return narrowed(list(conditions(asked, market, snapshot)), len(snapshot.creators))


def narrowed(conditions: Iterable[Condition], creators: int) -> Passing:
    """Apply conditions one after the other to that many creators."""
    flags, counts = np.ones(creators, np.bool_), []
    rows: Ints | None = None
    left = creators
    for each in conditions:
        if rows is None and left * FEW < creators:
            rows = np.flatnonzero(flags)
        if rows is None:
            flags &= each.passes(EVERYONE)
            left = int(np.count_nonzero(flags))
        else:
            rows = rows[each.passes(rows)]
            left = len(rows)
        counts.append(Counted(each.name, each.asked, left))
    return Passing(np.flatnonzero(flags) if rows is None else rows, tuple(counts))


def conditions(asked: CreatorFilter, market: str | None, snapshot: Snapshot) -> Iterator[Condition]:
    """What is asked, in the order in which it applies: one column each first, wide vectors last."""
    creators = snapshot.creators
    if market is not None:
        yield _is_one_of("market", creators["market"], (market,), snapshot.facts.markets)
    yield from _words(snapshot, asked)
    if asked.has_ecommerce is not None:
        yield _is("has_ecommerce", creators["has_ecommerce"], asked.has_ecommerce)
    yield from _numbers(creators, asked)
    for group in asked.audience:
        yield _audience(snapshot, group)
    if asked.blocked_creators:
        yield _not_blocked(creators, asked.blocked_creators)


def _words(snapshot: Snapshot, asked: CreatorFilter) -> Iterator[Condition]:
    creators, facts = snapshot.creators, snapshot.facts
    countries, states = facts.vocabularies["country"], facts.vocabularies["state"]
    if asked.countries:
        yield _is_one_of("countries", creators["main_country"], asked.countries, countries)
    if asked.regions:
        yield _is_one_of("regions", creators["main_state"], asked.regions, states)
    if asked.categories:
        yield _in_category(creators["category"], asked.categories, facts.categories)
    if asked.languages:
        yield _is_one_of("languages", creators["language"], asked.languages, facts.languages)


def _numbers(creators: Columns, asked: CreatorFilter) -> Iterator[Condition]:
    ranges = (
        ("followers", "followers", "followers", asked.followers),
        ("average_views", "mean_views", "mean_views", asked.average_views),
        ("gmv", "gmv_low_28", "gmv_high_28", asked.gmv),
        ("price", "price_median", "price_median", asked.price),
        ("posted_within_days", "days_since_post", "days_since_post", Range(high=asked.posted_within_days)),
    )
    for name, low, high, wanted in ranges:
        if wanted != Range():
            yield _overlaps(name, creators[low], creators[high], wanted)


def _is_one_of(name: str, codes: Array, wanted: Collection[str], known: Sequence[str]) -> Condition:
    """Passes where a column of codes holds one of the wanted words."""
    return _is_code(name, codes, wanted, [place(word, known, f"{name} filter") for word in wanted])


def _in_category(codes: Array, wanted: Collection[str], known: Sequence[str]) -> Condition:
    """Passes in a wanted level-2 category, or any of a wanted level-1 category."""
    level_1 = [level_1_of(category) for category in known]
    words = [*known, *dict.fromkeys(level_1)]
    names = {words[place(word, words, "categories filter")] for word in wanted}
    places = [code for code, name in enumerate(known) if names & {name, level_1[code]}]
    return _is_code("categories", codes, wanted, places)


def _is_code(name: str, codes: Array, wanted: Collection[str], places: Sequence[int]) -> Condition:
    def passes(rows: Rows) -> Flags:
        found = codes[rows]
        # One comparison a word: a tenth of the time of np.isin for the few words that filters name.
        return reduce(np.logical_or, [np.asarray(found == place) for place in places])

    return Condition(name, ", ".join(wanted), passes)


def _is(name: str, column: Array, wanted: bool) -> Condition:
    return Condition(name, "yes" if wanted else "no", lambda rows: np.asarray(column[rows] == wanted))


def _overlaps(name: str, low: Array, high: Array, wanted: Range) -> Condition:
    """Passes where low to high overlaps the wanted range: a withheld GMV that may lie inside it (R17)."""
    least = -np.inf if wanted.low is None else wanted.low
    most = np.inf if wanted.high is None else wanted.high
    asked = " to ".join("…" if end is None else f"{end:,.10g}" for end in (wanted.low, wanted.high))
    if low is high and most == np.inf:
        # NaN does not pass the one comparison either, and the column is read once.
        return Condition(name, asked, lambda rows: np.asarray(high[rows] >= least))
    if low is high and least == -np.inf:
        return Condition(name, asked, lambda rows: np.asarray(low[rows] <= most))
    return Condition(name, asked, lambda rows: np.asarray((high[rows] >= least) & (low[rows] <= most)))


def _audience(snapshot: Snapshot, wanted: AudienceFilter) -> Condition:
    dimension, group = wanted.dimension, wanted.value
    column = place(group, snapshot.facts.vocabularies[dimension], f"audience filter's {dimension}")
    share = snapshot.creators[f"audience_{dimension}"][:, column]
    return _overlaps(f"audience.{dimension}.{group}", share, share, wanted.share)


def _not_blocked(creators: Columns, blocked: Collection[int]) -> Condition:
    rows, there = creators.rows_of(np.array(sorted(blocked), np.int64))
    allowed = np.ones(len(creators), np.bool_)
    allowed[rows[there]] = False
    return Condition("blocked_creators", f"{len(blocked)} named", lambda rows: allowed[rows])
