"""What pages showed at a moment, made into the contract's tables: counts to date become counts of days."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recsys.published.cleaning import Cleaning, best_of_each, starts
from recsys.published.hashtags import hashtags_of
from recsys.vocabulary import VIDEO_COUNTS

PLAIN = ("video_id", "creator_id", "posted_at", "sound_id")
"""Columns of a video that are taken as they are."""


def creators_of(rows: pa.Table) -> pa.Table:
    """creators of rows with a `creator_id`: each id once, in order."""
    return pa.table({"creator_id": pc.unique(rows["creator_id"])}).sort_by("creator_id")


def videos_of(measured: Cleaning) -> pa.Table:
    """videos of measurements, by id: those of PLAIN that they have, the longest duration, and hashtags.

    `duration` is in seconds, 0 where it was not read; `hashtags` are lists as they were written.
    """
    rows = best_of_each(measured.rows, ["video_id"], ["duration"])
    unread = pc.equal(rows["duration"], 0.0)
    hashtags, changed = hashtags_of(rows["hashtags"].to_pylist())
    measured.mended(pc.sum(unread).as_py() or 0, "a duration of 0 was not read: unknown")
    measured.mended(changed, "hashtags in small letters, each once a video")
    videos = rows.select([name for name in PLAIN if name in rows.column_names])
    videos = videos.append_column("duration", pc.if_else(unread, None, rows["duration"]))
    return videos.append_column("hashtags", hashtags).sort_by("video_id")


def counts_of_days(measured: Cleaning) -> pa.Table:
    """video_daily of measurements: video_id, `at` and VIDEO_COUNTS to date, NaN where not read."""
    for name in VIDEO_COUNTS:
        measured.keep(pc.is_finite(pc.field(name)), f"{name} were not read: no counts")
    engaged = pc.field("likes") + pc.field("comments") + pc.field("shares") > 0
    measured.keep((pc.field("views") > 0) | ~engaged, "views of 0 with likes or comments: no counts")
    counts, fell = daily_counts(whole_numbers(measured.rows, VIDEO_COUNTS), "video_id")
    measured.mended(fell, "a count fell between two measurements: 0 on the second one's day")
    return counts


def daily_counts(measured: pa.Table, key: str, counts: Sequence[str] = VIDEO_COUNTS) -> tuple[pa.Table, int]:
    """Per `key` and UTC day: what was counted since the measurement before; the first is booked in full.

    `measured` has a row for each measurement: the key, `at` (timestamp) and counts to date (int64). On which
    days an item was seen before its first measurement nobody knows, so all of that is booked on the day of
    that measurement. A count that fell since (pages round, comments are deleted) adds 0; the second value
    says how many measurements that concerns.
    """
    rows = measured.sort_by([(key, "ascending"), ("at", "ascending")])
    first = starts(rows, [key])
    columns = {key: rows[key], "day": rows["at"].cast(pa.date32())}
    fell = np.zeros(len(rows), bool)
    for name in counts:
        to_date = rows[name].to_numpy()
        added = np.where(first, to_date, np.diff(to_date, prepend=0))
        fell |= added < 0
        columns[name] = pa.chunked_array([np.maximum(added, 0)])
    return _summed(pa.table(columns), (key, "day"), counts), int(fell.sum())


def followers_of_days(measured: Cleaning) -> pa.Table:
    """creator_daily of measurements: creator_id, `at` and followers, of a day the last that was read.

    An account that is shown without followers was not read: it is left out.
    """
    measured.keep(pc.field("followers") > 0, "followers were not read: no day of the creator")
    days = measured.rows.append_column("day", measured.rows["at"].cast(pa.date32()))
    last = best_of_each(days, ["creator_id", "day"], ["at", "followers"])
    daily = whole_numbers(last.select(["creator_id", "day", "followers"]), ["followers"])
    return daily.sort_by([("creator_id", "ascending"), ("day", "ascending")])


def whole_numbers(rows: pa.Table, names: Sequence[str]) -> pa.Table:
    """The named columns as int64: a page says 4.1M, and what is read from that may be off by a fraction."""
    for name in names:
        rounded = pc.round(rows[name]).cast(pa.int64())
        rows = rows.set_column(rows.schema.get_field_index(name), name, rounded)
    return rows


def _summed(rows: pa.Table, key: Sequence[str], counts: Sequence[str]) -> pa.Table:
    sums = rows.group_by(key, use_threads=False).aggregate([(name, "sum") for name in counts])
    return sums.rename_columns([*key, *counts]).sort_by([(name, "ascending") for name in key])
