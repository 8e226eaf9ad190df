"""Hourly snapshots of TikTok's Discover page, March to August 2022: hashtags, songs and creators."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recsys.published.cleaning import Cleaning, best_of_each, starts
from recsys.published.identity import ids_of_handles
from recsys.published.measured import creators_of
from recsys.published.published_set import Cleaned, Loaded, PublishedSet, read_columns

HASHTAGS, SONGS, CREATORS = FILES = ("hashtags.parquet", "songs.parquet", "creators.parquet")


@dataclass(frozen=True)
class Counter:
    """Where a kind's count to date stands."""

    file: str
    key: str
    name: str
    count: str
    only_rises: bool
    """Whether a fall must be a reading that was rounded, or late, and not a loss."""


COUNTERS: Mapping[str, Counter] = MappingProxyType(
    {
        "hashtags": Counter(HASHTAGS, "hashtag_id", "hashtag", "views", only_rises=True),
        "songs": Counter(SONGS, "song_id", "title", "posts", only_rises=True),
        "creators": Counter(CREATORS, "creator_id", "creator_id", "followers", only_rises=False),
    }
)
"""What the page shows of each kind; an entity is seen only while it is on the page."""


def load(folder: Path) -> Loaded:
    """Creators and their followers by day; views of hashtags and posts of songs have no table (`totals`)."""
    daily, cleaned = totals(folder, "creators")
    daily = daily.rename_columns({"entity": "creator_id", "total": "followers"}).drop_columns(["name"])
    return Loaded({"creators": creators_of(daily), "creator_daily": daily}, cleaned)


def totals(folder: Path, kind: str) -> tuple[pa.Table, tuple[Cleaned, ...]]:
    """A kind's counts to date: `entity` (int64), `name` (text), `day` and `total` (int64), by entity and day.

    `kind` is one of COUNTERS. There are rows for days on which the entity was on the page. Three addresses
    of the page (m, t, www) answer from caches of different age, so that the highest reading of a day is the
    latest one. Counts above 1,000 are rounded to a tenth of a thousand, million or billion.
    """
    counter = COUNTERS[kind]
    found = Cleaning(counter.file, _readings(folder, counter))
    found.keep(pc.field("total") > 0, f"{counter.count} of 0 were not read")
    found.one_of_each(["entity", "day"], ["total"], "a day's other readings: the highest is kept")
    rows = found.rows.sort_by([("entity", "ascending"), ("day", "ascending")])
    if counter.only_rises:
        rows, fell = _rising(rows)
        found.mended(fell, f"{counter.count} that fell: the highest so far")
    return _one_name(rows), tuple(found.cleaned)


def _readings(folder: Path, counter: Counter) -> pa.Table:
    rows = read_columns(folder / counter.file, {"snapshot", counter.key, counter.name, counter.count})
    key = rows[counter.key]
    at = rows["snapshot"].cast(pa.timestamp("us", "UTC"))
    return pa.table(
        {
            "entity": key if pa.types.is_integer(key.type) else ids_of_handles(key.cast(pa.string())),
            "name": rows[counter.name].cast(pa.string()),
            "day": at.cast(pa.timestamp("us")).cast(pa.date32()),
            "total": rows[counter.count].cast(pa.int64()),
        }
    )


def _rising(rows: pa.Table) -> tuple[pa.Table, int]:
    """The rows, sorted by entity and day, with the highest total so far; and how many that changes."""
    totals = rows["total"].to_numpy()
    parts = np.split(totals, np.flatnonzero(starts(rows, ["entity"]))[1:])
    highest = np.concatenate([np.maximum.accumulate(part) for part in parts]) if len(totals) else totals
    place = rows.schema.get_field_index("total")
    return rows.set_column(place, "total", [highest]), int((highest != totals).sum())


def _one_name(rows: pa.Table) -> pa.Table:
    """Each entity under the name it had last: names change their capitals."""
    last = best_of_each(rows, ["entity"], ["day"])
    places = pc.index_in(rows["entity"], value_set=last["entity"].combine_chunks())
    return rows.set_column(rows.schema.get_field_index("name"), "name", last["name"].take(places))


TIKTOK_DISCOVER = PublishedSet(
    name="tiktok_discover",
    meaning="hashtags, songs and creators on TikTok's Discover page, hourly from 24 March to 20 August 2022",
    published="https://github.com/antiops/tiktok-trending-data",
    licence="none stated",
    files=FILES,
    load=load,
)
