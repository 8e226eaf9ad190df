"""Building a snapshot: everything that answering needs, as of a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from features.catalogue import FEATURES
from features.creator_columns import creator_columns
from features.creator_days import creator_days
from features.entity_columns import brand_columns, pair_columns, product_columns
from features.known import known
from features.recommending.parts import with_items
from features.sources import Sources, gather
from recsys.errors import TableError
from recsys.policy import Policies
from recsys.snapshot import Snapshot, SnapshotFacts
from recsys.tables import TABLES, Tables, require_whole

ENTITIES = ("creators", "brands", "products", "videos")
"""Tables whose rows become rows of the snapshot."""
EXAMPLES = 3


def build_snapshot(tables: Tables, as_of: datetime, policies: Policies) -> Snapshot:
    """Profiles of what was known before `as_of` (UTC where naive), in memory; `.write(parent)` keeps it.

    Rows at or after that moment, and what was filled in since into earlier rows, have no influence on any
    column. The same tables give the same snapshot, whatever the order of their rows and the number of
    threads. Raises ConfigError where a market has no policy in force, TableError where an entity is there
    twice or a table or column is absent, as in a published set.
    """
    with _gathered(tables, as_of, policies) as sources:
        snapshot = with_items(_match_snapshot(sources, tables), sources)
        return replace(snapshot, creator_days=creator_days(sources.known, snapshot.creators.ids))


def build_match_snapshot(tables: Tables, as_of: datetime, policies: Policies) -> Snapshot:
    """`build_snapshot` short of what only recommending and profiles read: enough for matching, and faster.

    It has no videos, no events and no daily history, and its products lack their trends and buyers.
    """
    with _gathered(tables, as_of, policies) as sources:
        return _match_snapshot(sources, tables)


@contextmanager
def _gathered(tables: Tables, as_of: datetime, policies: Policies) -> Iterator[Sources]:
    require_whole(tables)
    _refuse_repeated(tables)
    before = known(tables, as_of, policies)
    try:
        yield gather(before)
    finally:
        before.release()


def _match_snapshot(sources: Sources, tables: Tables) -> Snapshot:
    creators, brands = creator_columns(sources), brand_columns(sources)
    pairs = pair_columns(sources, brands.ids, creators.ids)
    return Snapshot(_facts(sources, tables), creators, brands, product_columns(sources), pairs)


def _refuse_repeated(tables: Tables) -> None:
    for name in ENTITIES:
        (key,) = TABLES[name].key
        rows = tables[name].group_by(key).having(lambda found: found.count() > 1)
        twice = rows.agg().order_by(key).limit(EXAMPLES).to_pyarrow()[key].to_pylist()
        if twice:
            raise TableError(f"table {name}: expected each {key} once, found {twice} several times")


def _facts(sources: Sources, tables: Tables) -> SnapshotFacts:
    words, before = sources.words, sources.known
    return SnapshotFacts(
        as_of=before.as_of.replace(tzinfo=UTC),
        policies=before.policy_ids,
        data=tables.fingerprints(),
        vocabularies=words.groups,
        categories=words.categories,
        markets=words.markets,
        countries=words.countries,
        languages=words.languages,
        currencies=words.currencies,
        facets=words.facets,
        feature_names=tuple(FEATURES),
    )
