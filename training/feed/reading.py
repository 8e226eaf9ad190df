"""Reads the KuaiRand folder, checks it, and turns ids into row numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from recsys.arrays import Array, Flags, Floats, Ints
from recsys.errors import TableError
from recsys.files import sha256_of

Outcome = Literal["is_click", "is_like", "is_follow", "is_comment", "is_forward", "is_hate", "long_view"]
"""What a user did with an impression: never a feature of that impression."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
WATCHED, LIKED, LONG_WATCHED = "watch_seq", "like_seq", "long_watch_seq"
COLUMNS = {
    "impressions": ("user_id", "video_id", "date", "time_ms", "tab", "play_time_ms", *OUTCOMES),
    "history": ("user_id", "history_len", "last_time_ms", WATCHED, LIKED, LONG_WATCHED),
    "users": ("user_id", "follow_user_num", "fans_user_num", "friend_user_num", "register_days"),
    "videos": (
        "video_id",
        "author_id",
        "tag",
        "video_duration",
        "server_width",
        "server_height",
        "music_type",
    ),
}


@dataclass(frozen=True)
class Impressions:
    """One row per impression, in time order; users and videos are row numbers in their tables."""

    user: Ints
    video: Ints
    date: Ints
    """The log's day as the number 20220425; it starts at 23:05 of the day before in China."""
    time_ms: Ints
    tab: Ints
    played_ms: Ints
    outcomes: Mapping[Outcome, Flags]

    def __len__(self) -> int:
        return len(self.user)

    def take(self, rows: Array) -> "Impressions":
        """The chosen rows."""
        return Impressions(
            user=self.user[rows],
            video=self.video[rows],
            date=self.date[rows],
            time_ms=self.time_ms[rows],
            tab=self.tab[rows],
            played_ms=self.played_ms[rows],
            outcomes={name: values[rows] for name, values in self.outcomes.items()},
        )


@dataclass(frozen=True)
class Sequence:
    """The items of all users' histories of one kind, oldest first within a user."""

    user: Ints
    video: Ints


@dataclass(frozen=True)
class Feed:
    """The log, what users did before it, and what is known of users and videos (NaN: unknown)."""

    impressions: Impressions
    sequences: Mapping[str, Sequence]
    users: Mapping[str, Floats]
    videos: Mapping[str, Floats]
    author: Ints
    """Author of each video, 0 …"""
    tag: Ints
    """First tag of each video, 0 …; videos without a tag share one."""
    history_end_ms: int
    """The last moment any history knows."""
    duplicates: int
    """Rows left out because the same user, video and millisecond stood in the log before."""

    @property
    def counts(self) -> tuple[int, int]:
        """Users, videos."""
        return len(self.users["register_days"]), len(self.author)


def read_feed(folder: Path) -> Feed:
    """The log in `folder`; raises TableError for a missing file or column, a wrong type or an unknown id."""
    tables = {name: read_columns(folder / f"{name}.parquet", columns) for name, columns in COLUMNS.items()}
    users, videos = tables["users"], tables["videos"]
    user_rows, video_rows = RowNumbers(users, "user_id"), RowNumbers(videos, "video_id")
    impressions = as_impressions(tables["impressions"], user_rows, video_rows)
    first = first_of_each(impressions.user, impressions.video, impressions.time_ms)
    return Feed(
        impressions=impressions.take(first),
        sequences=as_sequences(tables["history"], user_rows, video_rows),
        users=numbers(users, COLUMNS["users"][1:]),
        videos=numbers(videos, COLUMNS["videos"][3:]),
        author=np.unique(integers(videos, "author_id"), return_inverse=True)[1].astype(np.int64),
        tag=first_tags(videos["tag"]),
        history_end_ms=int(integers(tables["history"], "last_time_ms").max()),
        duplicates=len(impressions) - len(first),
    )


def fingerprints(folder: Path) -> dict[str, str]:
    """sha256 of each file that `read_feed` reads."""
    return {name: sha256_of(folder / f"{name}.parquet") for name in COLUMNS}


def read_columns(path: Path, columns: tuple[str, ...]) -> pa.Table:
    """The columns of a Parquet file; raises TableError for a file or column that is missing, or no rows."""
    if not path.is_file():
        raise TableError(f"there is no {path.name} in {path.parent}, expected {sorted(COLUMNS)} as Parquet")
    try:
        table = pq.read_table(path)
    except pa.ArrowInvalid as error:
        raise TableError(f"{path.name} is not a Parquet file: {error}") from error
    missing = [name for name in columns if name not in table.column_names]
    if missing:
        raise TableError(f"{path.name} lacks the columns {missing}, found {table.column_names}")
    if not table.num_rows:
        raise TableError(f"{path.name} has no rows")
    return table.select(columns)


class RowNumbers:
    """Ids of a table → its row numbers."""

    def __init__(self, table: pa.Table, name: str) -> None:
        self.name = name
        ids = integers(table, name)
        self.order = np.argsort(ids, kind="stable").astype(np.int64)
        self.sorted = ids[self.order]
        repeated = self.sorted[1:][self.sorted[1:] == self.sorted[:-1]]
        if len(repeated):
            raise TableError(f"{name} is not unique in its table, such as {repeated[0]}")

    def of(self, ids: Ints, where: str) -> Ints:
        """Row numbers of the ids; raises TableError with three examples for ids the table lacks."""
        places = np.searchsorted(self.sorted, ids).clip(max=len(self.sorted) - 1)
        unknown = self.sorted[places] != ids
        if unknown.any():
            examples = np.unique(ids[unknown])[:3].tolist()
            raise TableError(f"{where}: {unknown.sum()} rows have an unknown {self.name}, such as {examples}")
        return np.asarray(self.order[places])


def as_impressions(table: pa.Table, users: RowNumbers, videos: RowNumbers) -> Impressions:
    """The rows in time order; raises TableError for outcomes that are not 0 or 1, or unknown ids."""
    table = table.take(np.argsort(integers(table, "time_ms"), kind="stable"))
    return Impressions(
        user=users.of(integers(table, "user_id"), "impressions"),
        video=videos.of(integers(table, "video_id"), "impressions"),
        date=integers(table, "date"),
        time_ms=integers(table, "time_ms"),
        tab=integers(table, "tab"),
        played_ms=integers(table, "play_time_ms"),
        outcomes={name: flags(table, name) for name in OUTCOMES},
    )


def as_sequences(table: pa.Table, users: RowNumbers, videos: RowNumbers) -> dict[str, Sequence]:
    """Each kind of history as (user, video) pairs; raises TableError for what is not a list of known ids."""
    owners = users.of(integers(table, "user_id"), "history")
    sequences = {}
    for name in (WATCHED, LIKED, LONG_WATCHED):
        kind = table[name].type
        if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)) or table[name].null_count:
            raise TableError(f"history.{name}: expected lists of integers, found {kind}")
        lengths = pc.list_value_length(table[name]).to_numpy()
        items = integers(pa.table({name: pc.list_flatten(table[name])}), name)
        sequences[name] = Sequence(np.repeat(owners, lengths), videos.of(items, f"history.{name}"))
    return sequences


def integers(table: pa.Table, name: str) -> Ints:
    """An integer column; raises TableError for another type or NULLs."""
    column = table[name]
    if not pa.types.is_integer(column.type) or column.null_count:
        found = f"{column.type} with {column.null_count} NULLs"
        raise TableError(f"{name}: expected integers without NULLs, found {found}")
    return np.asarray(column.to_numpy(), np.int64)


def flags(table: pa.Table, name: str) -> Flags:
    """A column of 0 and 1; raises TableError for other values."""
    values = integers(table, name)
    other = values[(values != 0) & (values != 1)]
    if len(other):
        raise TableError(f"impressions.{name} must be 0 or 1, found {other[0]}")
    return np.asarray(values == 1)


def numbers(table: pa.Table, names: tuple[str, ...]) -> dict[str, Floats]:
    """Numeric columns as float64, NULL as NaN; raises TableError for other types."""
    for name in names:
        if not (pa.types.is_integer(table[name].type) or pa.types.is_floating(table[name].type)):
            raise TableError(f"{name}: expected numbers, found {table[name].type}")
    return {name: np.asarray(table[name].cast(pa.float64()).to_numpy(), np.float64) for name in names}


def first_tags(column: pa.ChunkedArray) -> Ints:
    """The first of each video's comma-separated tags as a number; videos without one share a number."""
    firsts = [(str(text) if text else "unknown").split(",")[0] for text in column.to_pylist()]
    return np.unique(firsts, return_inverse=True)[1].astype(np.int64)


def first_of_each(*columns: Ints) -> Ints:
    """Rows that are the first with their values, in order."""
    return np.sort(np.unique(np.stack(columns, axis=1), axis=0, return_index=True)[1])
