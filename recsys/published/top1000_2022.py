"""Four editions of a list of the 1,000 top TikTok creators of 2022: their followers."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from recsys.published.cleaning import Cleaning
from recsys.published.identity import ids_of_handles
from recsys.published.measured import creators_of, followers_of_days
from recsys.published.published_set import Loaded, PublishedSet, read_columns

(CREATORS,) = FILES = ("creators.parquet",)
COLUMNS = ("edition", "creator_id", "followers")
MOST_A_NAME = 2
"""Rows of one edition under one handle; more are rows whose handle was lost."""


def load(folder: Path) -> Loaded:
    """Creators, and their followers on the last day of each edition's month."""
    found = Cleaning(CREATORS, read_columns(folder / CREATORS, COLUMNS))
    _leave_out_nameless(found)
    found.one_of_each(COLUMNS, [], "a row that is there twice in an edition")
    found.one_of_each(
        ["edition", "creator_id"], ["followers"], "a handle with two counts in an edition: the higher"
    )
    found.rows = pa.table(
        {
            "creator_id": ids_of_handles(found.rows["creator_id"]),
            "at": _last_days(found.rows["edition"].to_pylist()),
            "followers": found.rows["followers"],
        }
    )
    daily = followers_of_days(found)
    return Loaded({"creators": creators_of(daily), "creator_daily": daily}, tuple(found.cleaned))


def _leave_out_nameless(found: Cleaning) -> None:
    """Handles are hashed: an edition whose handles were lost has the same hash in every row."""
    key = ["edition", "creator_id"]
    rows = found.rows.group_by(key, use_threads=False).aggregate([([], "count_all")])
    lost = rows.filter(pc.field("count_all") > MOST_A_NAME)
    for edition, handle in zip(lost["edition"].to_pylist(), lost["creator_id"].to_pylist(), strict=True):
        named = (pc.field("edition") != edition) | (pc.field("creator_id") != handle)
        found.keep(named, f"edition {edition} gives all these rows one handle: nobody knows whose they are")


def _last_days(editions: Iterable[str]) -> pa.Array:
    """The last day of each edition's month: no day is given, and nothing is known before it was measured."""
    firsts = [date.fromisoformat(f"{edition}-01") for edition in editions]
    return pa.array([(first + timedelta(days=31)).replace(day=1) - timedelta(days=1) for first in firsts])


TOP1000_2022 = PublishedSet(
    name="top1000_2022",
    meaning="followers of about 1,000 top TikTok creators in the editions of June, September, November and "
    "December 2022",
    published="https://www.kaggle.com/datasets/ramjasmaurya/top-1000-social-media-channels",
    licence="as stated there",
    files=FILES,
    load=load,
    caution="only who is in two editions can be compared; millions of followers are shown in steps of 0.1M",
)
