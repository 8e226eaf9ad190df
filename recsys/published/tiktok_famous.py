"""The latest videos of large TikTok creators, as seen on 7 November 2020."""

from ast import literal_eval
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from recsys.published.cleaning import Cleaning
from recsys.published.identity import ids_of_handles
from recsys.published.measured import counts_of_days, creators_of, followers_of_days, videos_of
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
        "creators": creators_of(found.rows),
        "creator_daily": followers_of_days(followers),
        "videos": videos_of(found),
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
            "hashtags": pa.array(
                [literal_eval(text) for text in rows["hashtags"].to_pylist()], pa.list_(pa.string())
            ),
            "followers": rows["n_followers"],
            **{name: rows[column] for name, column in COUNTS.items()},
        }
    )


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
