"""What creators did with recommended items and what their own videos brought, as arrays."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

import ibis
import numpy as np

from features.arrow import numbers
from features.known import Known
from features.portable import seconds
from features.recommending.events import product_log, video_log
from features.recommending.surfaces import Surface
from recsys.arrays import Array, Flags, Floats, Ints
from recsys.vocabulary import ITEM_EVENTS
from training.frame import Frame

UNPLACED = 0
REACTION_SECONDS = 86_400
"""What is done with an item within a day of its being shown is taken to be because of that."""
REACTIONS: dict[Surface, str] = {"products": "clicked", "inspiration": "watched"}
"""What a shown item leads to first."""


@dataclass(frozen=True)
class Happened(Frame):
    """One row per thing a creator did with an item, in order of time."""

    creator: Ints
    """Id."""
    item: Ints
    """Id."""
    event: Ints
    """Place in ITEM_EVENTS."""
    at: Ints
    """Seconds since 1970."""

    @classmethod
    def read(cls, known: Known, surface: Surface) -> Self:
        """All that the tables tell; of products also the videos posted that link them."""
        log = product_log(known) if surface == "products" else video_log(known)
        columns = ("creator_id", "item_id", "event", "at")
        rows = log.select(*columns)
        if surface == "products":
            rows = ibis.union(rows, _posted(known).select(*columns))
        table = known.read(rows.order_by("at", "creator_id", "item_id", "event"))
        events = np.array([ITEM_EVENTS.index(name) for name in table["event"].to_pylist()], np.int64)
        return cls(numbers(table, "creator_id"), numbers(table, "item_id"), events, numbers(table, "at"))

    def between(self, start: datetime, end: datetime) -> Self:
        """What happened after `start` and not after `end`."""
        first, last = np.searchsorted(self.at, [stamp(start), stamp(end)], side="right")
        return self.take(slice(int(first), int(last)))

    def of_events(self, *names: str) -> Self:
        """Only these events."""
        return self.take(np.isin(self.event, [ITEM_EVENTS.index(name) for name in names]))


def _posted(known: Known) -> ibis.Table:
    videos = known["videos"]
    rows = videos.select("creator_id", item_id=videos.product_ids, at=seconds(videos.posted_at))
    return rows.unnest("item_id").mutate(event=ibis.literal("posted"))


@dataclass(frozen=True)
class Impressions(Frame):
    """One row per time an item was shown to a creator, in order of time."""

    creator: Ints
    item: Ints
    at: Ints
    position: Ints
    """1-based; UNPLACED where it was not logged."""
    reacted: Flags
    """Whether the creator clicked the product, or watched the video, within a day."""

    @classmethod
    def read(cls, known: Known, surface: Surface) -> Self:
        """The logged ones."""
        rows = known["interactions"]
        kind = "product" if surface == "products" else "video"
        rows = rows.filter((rows.item_kind == kind) & rows.event.isin(("shown", REACTIONS[surface])))
        rows = rows.select(
            "creator_id",
            "item_id",
            "event",
            at=seconds(rows["at"]),
            position=rows.position.fill_null(UNPLACED),
        )
        table = known.read(rows.order_by("at", "creator_id", "item_id", "position"))
        shown = np.array([event == "shown" for event in table["event"].to_pylist()], np.bool_)
        names = ("creator_id", "item_id", "at", "position")
        creator, item, at, position = (numbers(table, name).astype(np.int64) for name in names)
        reacted = _followed((creator, item, at), shown)
        return cls(creator[shown], item[shown], at[shown], position[shown], reacted)

    def between(self, start: datetime, end: datetime) -> Self:
        """Those after `start` and not after `end`."""
        first, last = np.searchsorted(self.at, [stamp(start), stamp(end)], side="right")
        return self.take(slice(int(first), int(last)))


def _followed(rows: tuple[Ints, Ints, Ints], shown: Flags) -> Flags:
    """(shown rows,): whether a reaction of the same creator to the same item comes within a day."""
    creator, item, at = rows
    _, pair = np.unique(np.stack([creator, item]), axis=1, return_inverse=True)
    order = np.lexsort((~shown, at, pair))
    following = np.append(order[1:], order[-1:])
    soon = (pair[following] == pair[order]) & (at[following] - at[order] <= REACTION_SECONDS)
    found = np.zeros(len(at), np.bool_)
    found[order] = soon & ~shown[following]
    return np.asarray(found[shown])


@dataclass(frozen=True)
class OwnVideos(Frame):
    """One row per organic video of a creator, and product that it links if it links any."""

    creator: Ints
    product: Ints
    """Id of the linked product, -1 without."""
    hook: Array
    """Word, '' where it is not known."""
    at: Ints
    gmv: Floats
    """Minor units within the result window, a video's split evenly over what it links."""
    followers: Floats
    """Followers it brought within the result window."""

    @classmethod
    def read(cls, known: Known, result_days: int) -> Self:
        """All videos whose result window of so many days was over at the moment of `known`."""
        videos = known["videos"]
        cut = known.as_of - timedelta(days=result_days + 1)
        videos = videos.filter(videos.campaign_id.isnull() & (videos.posted_at < ibis.literal(cut)))
        videos = videos.select(
            "video_id",
            "creator_id",
            "product_ids",
            "posted_at",
            links=videos.product_ids.length(),
            hook=videos.hook.fill_null(""),
            at=seconds(videos.posted_at),
        )
        rows = videos.left_join(_brought(known, videos, result_days), "video_id").drop("video_id_right")
        linked = rows.filter(rows.links > 0).mutate(product=rows.product_ids).unnest("product")
        plain = rows.filter(~(rows.links > 0)).mutate(product=ibis.literal(-1, "int64"))
        columns = ("video_id", "creator_id", "product", "hook", "at", "links", "gmv", "followers")
        both = ibis.union(linked.select(*columns), plain.select(*columns))
        table = known.read(both.order_by("at", "video_id", "product"))
        shared = np.maximum(numbers(table, "links"), 1)
        brought = {
            name: np.nan_to_num(numbers(table, name).astype(np.float64)) for name in ("gmv", "followers")
        }
        return cls(
            creator=numbers(table, "creator_id"),
            product=numbers(table, "product"),
            hook=np.array(table["hook"].to_pylist(), np.str_),
            at=numbers(table, "at"),
            gmv=brought["gmv"] / shared,
            followers=brought["followers"],
        )

    def between(self, start: datetime, end: datetime) -> Self:
        """Those posted after `start` and not after `end`."""
        first, last = np.searchsorted(self.at, [stamp(start), stamp(end)], side="right")
        return self.take(slice(int(first), int(last)))

    def whole(self) -> Self:
        """One row per video, whatever it links."""
        keys = np.stack([self.at, self.creator])
        _, first, video = np.unique(keys, axis=1, return_index=True, return_inverse=True)
        gmv: Floats = np.bincount(video, self.gmv, len(first)).astype(np.float64)
        return replace(self.take(first), product=np.full(len(first), -1), gmv=gmv)


def _brought(known: Known, videos: ibis.Table, result_days: int) -> ibis.Table:
    daily = known["video_daily"].join(videos.select("video_id", "posted_at"), "video_id")
    window = daily.day < (daily.posted_at.date() + ibis.interval(days=result_days))
    return (
        daily.filter(window)
        .group_by("video_id")
        .aggregate(gmv=daily.gmv.sum(), followers=daily.followers_gained.sum())
    )


def stamp(at: datetime) -> int:
    """Seconds since 1970 of a naive UTC moment."""
    return int(at.replace(tzinfo=UTC).timestamp())
