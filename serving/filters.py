"""Which creators may answer a brief (R13): filters in a fixed order, each counted, on columns."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from features.briefs import place
from recsys.arrays import Array, Flags, Ints
from recsys.brief import AudienceFilter, Brief, Range
from recsys.snapshot import Columns, Snapshot
from recsys.stages import Candidates
from serving.answers import FilterCount


@dataclass(frozen=True)
class Filter:
    """A named condition on creators."""

    name: str
    asked: str
    passes: Callable[[Ints], Flags]
    """Which of these rows of creators pass. What is not known about a creator does not pass."""


@dataclass(frozen=True)
class Eligible:
    """The creators who pass every filter: a brief's retriever, which proposes them all."""

    rows: Ints
    """Rows of the snapshot's creators, in order of id."""
    counts: tuple[FilterCount, ...]

    def retrieve(self, query: Brief) -> Candidates:
        """All of them, as rows of the snapshot, with nothing yet to order them by."""
        return Candidates(self.rows, np.zeros(len(self.rows), np.float32))


def eligible_creators(brief: Brief, snapshot: Snapshot) -> Eligible:
    """Apply the brief's filters one after the other, counting who is left after each.

    Raises RequestError for a word that the snapshot does not know, with near ones.
    """
    rows = np.arange(len(snapshot.creators))
    counts = []
    for each in list(filters_of(brief, snapshot)):
        rows = rows[each.passes(rows)]
        counts.append(FilterCount(filter=each.name, asked=each.asked, left=len(rows)))
    return Eligible(rows, tuple(counts))


def filters_of(brief: Brief, snapshot: Snapshot) -> Iterator[Filter]:
    """The conditions this brief sets, in the order in which they apply; the market is always one."""
    creators, asked = snapshot.creators, brief.filters
    yield _is_one_of("market", creators["market"], (brief.market,), snapshot.facts.markets)
    yield from _words(snapshot, brief)
    if asked.has_ecommerce is not None:
        yield _is("has_ecommerce", creators["has_ecommerce"], asked.has_ecommerce)
    yield from _numbers(creators, brief)
    for group in asked.audience:
        yield _audience(snapshot, group)
    if asked.blocked_creators:
        yield _not_blocked(creators, asked.blocked_creators)


def _words(snapshot: Snapshot, brief: Brief) -> Iterator[Filter]:
    creators, facts, asked = snapshot.creators, snapshot.facts, brief.filters
    countries, states = facts.vocabularies["country"], facts.vocabularies["state"]
    if asked.countries:
        yield _is_one_of("countries", creators["main_country"], asked.countries, countries)
    if asked.regions:
        yield _is_one_of("regions", creators["main_state"], asked.regions, states)
    if asked.categories:
        yield _in_category(creators["category"], asked.categories, facts.categories)
    if asked.languages:
        yield _is_one_of("languages", creators["language"], asked.languages, facts.languages)


def _numbers(creators: Columns, brief: Brief) -> Iterator[Filter]:
    asked = brief.filters
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


def _is_one_of(name: str, codes: Array, wanted: Collection[str], known: Sequence[str]) -> Filter:
    """Passes where a column of codes holds one of the wanted words."""
    return _is_code(name, codes, wanted, [place(word, known, f"{name} filter") for word in wanted])


def _in_category(codes: Array, wanted: Collection[str], known: Sequence[str]) -> Filter:
    """Passes in a wanted level-2 category, or any of a wanted level-1 category."""
    level_1 = [category.split("/")[0] for category in known]
    words = [*known, *dict.fromkeys(level_1)]
    names = {words[place(word, words, "categories filter")] for word in wanted}
    places = [code for code, name in enumerate(known) if names & {name, level_1[code]}]
    return _is_code("categories", codes, wanted, places)


def _is_code(name: str, codes: Array, wanted: Collection[str], places: Sequence[int]) -> Filter:
    return Filter(name, ", ".join(wanted), lambda rows: np.isin(codes[rows], places))


def _is(name: str, column: Array, wanted: bool) -> Filter:
    return Filter(name, "yes" if wanted else "no", lambda rows: np.asarray(column[rows] == wanted))


def _overlaps(name: str, low: Array, high: Array, wanted: Range) -> Filter:
    """Passes where low to high overlaps the wanted range: a withheld GMV that may lie inside it (R17)."""
    least = -np.inf if wanted.low is None else wanted.low
    most = np.inf if wanted.high is None else wanted.high
    asked = " to ".join("…" if end is None else f"{end:,.10g}" for end in (wanted.low, wanted.high))
    return Filter(name, asked, lambda rows: np.asarray((high[rows] >= least) & (low[rows] <= most)))


def _audience(snapshot: Snapshot, wanted: AudienceFilter) -> Filter:
    dimension, group = wanted.dimension, wanted.value
    column = place(group, snapshot.facts.vocabularies[dimension], f"audience filter's {dimension}")
    share = snapshot.creators[f"audience_{dimension}"][:, column]
    return _overlaps(f"audience.{dimension}.{group}", share, share, wanted.share)


def _not_blocked(creators: Columns, blocked: Collection[int]) -> Filter:
    asked = f"{len(blocked)} named"
    return Filter(
        "blocked_creators", asked, lambda rows: np.isin(creators.ids[rows], list(blocked), invert=True)
    )
