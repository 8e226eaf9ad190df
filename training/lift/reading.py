"""Every video with its traits and what came of it, as known at a moment."""

from dataclasses import dataclass
from typing import NamedTuple

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.known import Known
from features.portable import SECONDS_A_DAY, day_number, level_1, real
from recsys.arrays import Array, Flags, Ints
from recsys.errors import TableError
from recsys.vocabulary import tier_of
from training.frame import Frame
from training.lift.config import LiftConfig

CHOSEN = ("hook", "structure", "call_to_action", "campaign_type")
"""Facets of which a video has one word, or NULL where it is not known."""
LISTED = ("talking_points",)
"""Facets of which a video has any number of words."""


class Trait(NamedTuple):
    """A word of a facet."""

    facet: str
    word: str


@dataclass(frozen=True)
class Videos(Frame):
    """One row per video, in order of its id."""

    category: Array
    """Level 1."""
    creator: Ints
    tier: Array
    """Place in TIERS of the creator's followers before the day of posting (int8)."""
    age_days: Ints
    """Days from the day of posting to that of `as_of`."""
    sponsored: Flags
    shoppable: Flags
    views: Ints
    """This and the other counts: of the days that are counted."""
    engagements: Ints
    clicks: Ints
    orders: Ints
    has: Flags
    """(videos, traits)."""
    unknown: Flags
    """(videos, CHOSEN): whether the video's word is NULL."""


def read_videos(known: Known, config: LiftConfig) -> tuple[Videos, tuple[Trait, ...]]:
    """The videos old enough and the traits they have; raises TableError if there is no such video."""
    rows = known.read(_results(known, config).order_by("video_id"))
    if not rows.num_rows:
        raise TableError(
            f"videos: expected some posted {config.youngest_days} days before {known.as_of}, found none"
        )
    traits, has = _traits(rows)
    columns = {
        name: rows[name].to_numpy() for name in ("age_days", "views", "engagements", "clicks", "orders")
    }
    return Videos(
        category=rows["category"].to_numpy(zero_copy_only=False),
        creator=rows["creator_id"].to_numpy(),
        tier=tier_of(rows["followers"].to_numpy(zero_copy_only=False)),
        sponsored=rows["sponsored"].to_numpy(zero_copy_only=False),
        shoppable=rows["shoppable"].to_numpy(zero_copy_only=False),
        has=has,
        unknown=np.column_stack([rows[facet].is_null().to_numpy(zero_copy_only=False) for facet in CHOSEN]),
        **columns,
    ), traits


def _results(known: Known, config: LiftConfig) -> ibis.Table:
    """Videos that are old enough, with followers before them and the sums of their first days."""
    videos = known["videos"]
    videos = videos.select(
        "video_id",
        "creator_id",
        *CHOSEN,
        *LISTED,
        category=level_1(videos.category),
        day=day_number(videos.posted_at),
        age_days=known.now // SECONDS_A_DAY - day_number(videos.posted_at),
        sponsored=videos.campaign_id.notnull(),
        shoppable=videos.product_ids.length() > 0,
    )
    videos = videos.filter(videos.age_days >= config.youngest_days)
    sums = _first_days(known, videos.select("video_id", posted=videos.day), config.counted_days)
    counts = [name for name in sums.columns if name != "video_id"]
    rows = videos.left_join(sums, "video_id").drop("video_id_right")
    rows = rows.left_join(_followers_before(known), ["creator_id", "day"])
    rows = rows.drop("creator_id_right", "day_right")
    return rows.mutate(**{name: rows[name].fill_null(0) for name in counts})


def _first_days(known: Known, videos: ibis.Table, days: int) -> ibis.Table:
    daily = known["video_daily"]
    daily = daily.mutate(at=day_number(daily.day)).join(videos, "video_id")
    daily = daily.filter(daily.at < daily.posted + days)
    sums = {
        "views": daily.views.sum(),
        "engagements": (daily.likes + daily.comments + daily.shares).sum(),
        "clicks": daily.product_clicks.sum(),
        "orders": daily.orders.sum(),
    }
    return daily.group_by("video_id").aggregate(**{name: sum_.cast("int64") for name, sum_ in sums.items()})


def _followers_before(known: Known) -> ibis.Table:
    """Each creator's days, with the followers of the day with a row before."""
    daily = known["creator_daily"]
    before = daily.followers.lag().over(group_by=daily.creator_id, order_by=daily.day)
    return daily.select("creator_id", day=day_number(daily.day), followers=real(before))


def _traits(rows: pa.Table) -> tuple[tuple[Trait, ...], Flags]:
    """The traits that videos have, by facet and word, and (videos, traits) which video has which."""
    traits: list[Trait] = []
    columns: list[Flags] = []
    for facet in (*CHOSEN, *LISTED):
        words, having = _words(rows[facet].combine_chunks(), facet in LISTED)
        traits.extend(Trait(facet, word) for word in words)
        columns.append(having)
    return tuple(traits), np.concatenate(columns, axis=1)


def _words(column: pa.Array, listed: bool) -> tuple[list[str], Flags]:
    """The words of a facet in order, and (videos, words) which video has which."""
    row = pc.list_parent_indices(column) if listed else pa.array(np.arange(len(column)))
    word = pc.list_flatten(column) if listed else column
    there = pc.is_valid(word)
    row, word = row.filter(there).to_numpy(), word.filter(there)
    words = sorted(pc.unique(word).to_pylist())
    code = pc.index_in(word, pa.array(words, word.type)).to_numpy()
    having = np.zeros((len(column), len(words)), np.bool_)
    having[row, code] = True
    return words, having
