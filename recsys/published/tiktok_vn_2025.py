"""Videos of TikTok's feed in Vietnam, May 2025; some of them measured again in June."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from recsys.published.cleaning import Cleaning
from recsys.published.identity import ids_of_handles
from recsys.published.measured import counts_of_days, creators_of, followers_of_days, videos_of
from recsys.published.published_set import Loaded, PublishedSet, read_columns
from recsys.vocabulary import VIDEO_COUNTS

FILES = ("videos.parquet", "recrawl.parquet")
COLUMNS = (
    "video_id", "creator_id", "followers", "posted_at", "scraped_at", "duration", *VIDEO_COUNTS, "hashtags",
    "sound_id",
)  # fmt: skip
MOMENT = "%Y-%m-%d %H:%M:%S"
SCRAPED_IN = timedelta(hours=7)
"""`scraped_at` is the clock of the authors' machine in Vietnam; `posted_at` they read from the id, in UTC."""
MARKET = "VN"


def load(folder: Path) -> Loaded:
    """Creators, videos, the counts of the days on which videos were measured, and followers of those days."""
    measured = _measured(pa.concat_tables(read_columns(folder / file, COLUMNS) for file in FILES))
    videos, counts, followers = (Cleaning(" + ".join(FILES), measured) for _ in range(3))
    creators = creators_of(measured)
    tables = {
        "creators": creators.append_column("market", pa.array([MARKET] * len(creators))),
        "creator_daily": followers_of_days(followers),
        "videos": videos_of(videos),
        "video_daily": counts_of_days(counts),
    }
    return Loaded(tables, (*videos.cleaned, *counts.cleaned, *followers.cleaned))


def _measured(rows: pa.Table) -> pa.Table:
    """A row for each time a video was measured; ids as integers, times in UTC."""
    read = {
        "video_id": ids_of_handles(rows["video_id"]),
        "creator_id": ids_of_handles(rows["creator_id"]),
        "sound_id": ids_of_handles(rows["sound_id"]),
        "posted_at": pc.strptime(rows["posted_at"], MOMENT, "us"),
        "at": pc.subtract(pc.strptime(rows["scraped_at"], MOMENT, "us"), pa.scalar(SCRAPED_IN)),
        "duration": _seconds(rows["duration"]),
        "hashtags": pa.array(
            [(text or "").split(",") for text in rows["hashtags"].to_pylist()], pa.list_(pa.string())
        ),
    }
    return pa.table(read | {name: rows[name] for name in ("followers", *VIDEO_COUNTS)})


def _seconds(durations: pa.ChunkedArray) -> pa.ChunkedArray:
    """`01:05` as 65.0."""
    parts = pc.extract_regex(durations, r"^(?P<minutes>\d+):(?P<seconds>\d\d)$")
    minutes, seconds = (pc.struct_field(parts, name).cast(pa.float64()) for name in ("minutes", "seconds"))
    return pc.add(pc.multiply(minutes, 60.0), seconds)


TIKTOK_VN_2025 = PublishedSet(
    name="tiktok_vn_2025",
    meaning="10,102 videos of TikTok's feed in Vietnam, seen 14 to 29 May 2025; 1,161 of them again 6 June",
    published="https://github.com/thienphucle/IE403.P21_Social_Media_Data_Mining",
    licence="none stated",
    files=FILES,
    load=load,
    caution="a video is there because the feed showed it: these are successes, not a creator's usual videos",
)
