"""The latest videos of large TikTok creators, as seen on 7 November 2020."""

from ast import literal_eval
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recsys.published.cleaning import Cleaning
from recsys.published.hashtags import hashtags_of
from recsys.published.identity import ids_of_handles
from recsys.published.measured import counts_of_days, followers_of_days
from recsys.published.published_set import Loaded, PublishedSet, read_columns

(VIDEOS,) = FILES = ("videos.parquet",)
COUNTS = {"views": "n_plays", "likes": "n_likes", "comments": "n_comments", "shares": "n_shares"}
COLUMNS = (
    "video_id",
    "creator_id",
    "create_time",
    "hashtags",
    "video_length",
    "n_followers",
    *COUNTS.values(),
)
CRAWLED_AT = datetime(2020, 11, 8, 2)  # noqa: DTZ001  # naive means UTC throughout
"""The authors date the crawl 7 November, in California; its latest video is of 8 November, 01:54 UTC."""


def load(folder: Path) -> Loaded:
    """Creators, videos, their counts up to the day of the crawl, and followers on that day."""
    found = Cleaning(VIDEOS, _measured(read_columns(folder / VIDEOS, COLUMNS)))
    found.one_of_each(
        ["video_id"], ["views", "likes"], "a video crawled twice within hours: the later counts"
    )
    counts, followers = Cleaning(VIDEOS, found.rows), Cleaning(VIDEOS, found.rows)
    tables = {
        "creators": pa.table({"creator_id": pc.unique(found.rows["creator_id"])}).sort_by("creator_id"),
        "creator_daily": followers_of_days(followers),
        "videos": _videos(found),
        "video_daily": counts_of_days(counts),
    }
    return Loaded(tables, (*found.cleaned, *counts.cleaned, *followers.cleaned))


def _measured(rows: pa.Table) -> pa.Table:
    """A row for each time a video was crawled; ids as integers, times in UTC."""
    seconds = rows["create_time"].cast(pa.timestamp("s"))
    return pa.table(
        {
            "video_id": ids_of_handles(rows["video_id"]),
            "creator_id": ids_of_handles(rows["creator_id"]),
            "posted_at": seconds.cast(pa.timestamp("us")),
            "at": pa.array(np.full(len(rows), CRAWLED_AT, "datetime64[us]")),
            "duration": rows["video_length"].cast(pa.float64()),
            "hashtags": rows["hashtags"],
            "followers": rows["n_followers"],
            **{name: rows[column] for name, column in COUNTS.items()},
        }
    )


def _videos(found: Cleaning) -> pa.Table:
    rows = found.rows
    unread = pc.equal(rows["duration"], 0.0)
    hashtags, changed = hashtags_of(map(literal_eval, rows["hashtags"].to_pylist()))
    found.mended(pc.sum(unread).as_py() or 0, "a length of 0 was not read: unknown")
    found.mended(changed, "hashtags in small letters, each once a video")
    videos = rows.select(["video_id", "creator_id", "posted_at"])
    videos = videos.append_column("duration", pc.if_else(unread, None, rows["duration"]))
    return videos.append_column("hashtags", hashtags).sort_by("video_id")


TIKTOK_FAMOUS = PublishedSet(
    name="tiktok_famous",
    meaning="the latest 25 videos (of the best known 50) of 1,794 large TikTok creators, on 7 November 2020",
    published="https://github.com/datares/TikTok_Famous",
    licence="none stated",
    files=FILES,
    load=load,
    caution="the videos of the last days before the crawl were still being watched",
    consecutive=True,
)
