"""The words a snapshot's codes and vectors stand for, each list sorted."""

from dataclasses import dataclass

import ibis

from features.known import Known
from recsys.vocabulary import DIMENSIONS, FACETS, Dimension


@dataclass(frozen=True)
class Words:
    """Vocabularies of a snapshot: `groups` per audience dimension, and those of coded columns."""

    groups: dict[Dimension, tuple[str, ...]]
    categories: tuple[str, ...]
    markets: tuple[str, ...]
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    currencies: tuple[str, ...]
    """Of what creators sell."""
    facets: dict[str, tuple[str, ...]]
    """Per script facet of videos (R32) the words found for it."""


def words_of(known: Known) -> Words:
    """Every word known so far, used or only asked for."""
    markets = _distinct(known, "market", "creators", "brands", "products", "campaigns")
    return Words(
        groups=_groups(known),
        categories=_distinct(known, "category", "creators", "brands", "products", "campaigns", "videos"),
        markets=markets,
        countries=tuple(sorted({*markets, *_distinct(known, "country", "creators")})),
        languages=_distinct(known, "language", "creators"),
        currencies=_distinct(known, "currency", "creator_daily"),
        facets={facet: _facet_words(known, facet) for facet in FACETS},
    )


def _distinct(known: Known, column: str, *names: str) -> tuple[str, ...]:
    parts = [known[name].select(column).distinct() for name in names]
    table = parts[0] if len(parts) == 1 else ibis.union(*parts, distinct=True)
    return tuple(sorted(known.read(table)[column].to_pylist()))


def _facet_words(known: Known, facet: str) -> tuple[str, ...]:
    words = known["videos"].select(word=known["videos"][facet])
    words = words.unnest("word") if words.word.type().is_array() else words
    # DuckDB takes 20 times as long where NULL is left out by the query.
    return tuple(sorted(known.read(words.distinct())["word"].drop_null().to_pylist()))


def _groups(known: Known) -> dict[Dimension, tuple[str, ...]]:
    """Groups that were measured or targeted; states with a store as well."""
    brands, campaigns = known["brands"], known["campaigns"]
    stores = [table.select(value=table.store_states).unnest("value") for table in (brands, campaigns)]
    states = [table.select(dimension=ibis.literal("state"), value=table.value) for table in stores]
    named = [known[name].select("dimension", "value").distinct() for name in ("audience", "campaign_targets")]
    rows = known.read(ibis.union(*named, *states, distinct=True)).to_pylist()
    found: dict[str, set[str]] = {dimension: set() for dimension in DIMENSIONS}
    for row in rows:
        found[row["dimension"]].add(row["value"])
    return {dimension: tuple(sorted(found[dimension])) for dimension in DIMENSIONS}
