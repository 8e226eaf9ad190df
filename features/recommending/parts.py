"""The snapshot's videos and events, and its products' trends and buyers, as NumPy columns."""

from dataclasses import dataclass, replace
from typing import Self

import ibis
import numpy as np
import pyarrow as pa

from features.arrow import UNKNOWN, beside, codes, multi_hot, numbers, rows_of
from features.known import Known
from features.portable import elapsed_days
from features.recommending import events, products
from features.recommending.links import linked
from features.recommending.videos import COUNTS, videos
from features.sources import Sources
from recsys.arrays import Array, Ints
from recsys.snapshot import Columns, Snapshot
from recsys.vocabulary import CAMPAIGN_TYPES, ITEM_EVENTS

VIDEO_COLUMNS = ("available", "sponsored", *COUNTS, "views_7", "views_before_7")


@dataclass(frozen=True)
class Counted:
    """What several of the parts are made of, each computed once."""

    links: ibis.Table
    """`links.linked`."""
    product_log: ibis.Table
    """`events.product_log`."""
    video_log: ibis.Table
    """`events.video_log`."""

    @classmethod
    def of(cls, known: Known) -> Self:
        """Compute them."""
        parts = (linked(known), events.product_log(known), events.video_log(known))
        return cls(*(known.kept(part) for part in parts))


def with_items(snapshot: Snapshot, sources: Sources) -> Snapshot:
    """The snapshot with what recommending products and videos to its creators needs."""
    counted = Counted.of(sources.known)
    clips = _video_columns(sources, counted, snapshot)
    adopted = events.product_events(counted.product_log, counted.links)
    inspired = events.video_events(sources.known, counted.video_log)
    return replace(
        snapshot,
        products=_product_columns(sources, counted, snapshot),
        videos=clips,
        product_events=_event_columns(sources, adopted, snapshot.creators.ids, snapshot.products.ids),
        video_events=_event_columns(sources, inspired, snapshot.creators.ids, clips.ids),
    )


def _event_columns(sources: Sources, rows: ibis.Table, creator_ids: Ints, item_ids: Ints) -> Columns:
    """Events by creator, item and event; those of an unknown creator or item are left out."""
    known = sources.known
    table = known.read(rows.mutate(age_days=elapsed_days(known.now - rows.last_at)))
    creator, item = rows_of(table, "creator_id", creator_ids), rows_of(table, "item_id", item_ids)
    event = codes(table, "event", ITEM_EVENTS)
    keys = (creator * len(item_ids) + item) * len(ITEM_EVENTS) + event
    order = np.argsort(keys, kind="stable")
    order = order[(creator[order] != UNKNOWN) & (item[order] != UNKNOWN)]
    columns: dict[str, Array] = {
        "creator": creator.astype(np.int32),
        "item": item.astype(np.int32),
        "event": event.astype(np.int8),
        "count": numbers(table, "count").astype(np.float32),
        "age_days": numbers(table, "age_days").astype(np.float32),
        "gmv": numbers(table, "gmv"),
        "followers": numbers(table, "followers"),
    }
    return Columns(keys[order], {name: values[order] for name, values in columns.items()})


def _video_columns(sources: Sources, counted: Counted, snapshot: Snapshot) -> Columns:
    """One row per video that is available or in the log, by id; docs/features.md says what each column is."""
    words = sources.words
    table = sources.known.read(videos(sources.known, counted.video_log).order_by("video_id"))
    floats = {name: numbers(table, name).astype(np.float32) for name in ("age_days", "duration")}
    coded = {name: codes(table, name, words.facets[name]) for name in ("hook", "structure", "call_to_action")}
    values = {
        "creator": rows_of(table, "creator_id", snapshot.creators.ids).astype(np.int32),
        "market": codes(table, "market", words.markets),
        "category": codes(table, "category", words.categories),
        "campaign_type": codes(table, "campaign_type", CAMPAIGN_TYPES),
        "talking_points": multi_hot(table, "talking_points", words.facets["talking_points"]),
    }
    values |= coded | floats | _links_of(table, snapshot.products.ids)
    values |= {name: numbers(table, name) for name in VIDEO_COLUMNS}
    return Columns(numbers(table, "video_id"), values)


def _links_of(table: pa.Table, product_ids: Ints) -> dict[str, Array]:
    """How many products each video links, and the row of the first, -1 without any."""
    lists = table["product_ids"].combine_chunks()
    n_links = lists.value_lengths().to_numpy().astype(np.int32)
    rows = rows_of(pa.table({"product_id": lists.flatten()}), "product_id", product_ids)
    product = np.full(len(table), UNKNOWN, np.int32)
    product[n_links > 0] = rows[(np.cumsum(n_links) - n_links)[n_links > 0]]
    return {"shoppable": n_links > 0, "n_links": n_links, "product": product}


def _product_columns(sources: Sources, counted: Counted, snapshot: Snapshot) -> Columns:
    """The products with how they are doing and who buys them."""
    known, ids = sources.known, snapshot.products.ids
    table = pa.table({"product_id": ids})
    for part in (products.results(counted.links), products.meetings(known, counted.product_log)):
        table = beside(table, known.read(part), "product_id")
    trends = {name: _amounts(table, name) for name in table.column_names if name != "product_id"}
    sales = known.read(products.sales(counted.links))
    audience = products.buyers(sales, snapshot.creators, ids)
    return Columns(ids, {**snapshot.products.values, **trends, **audience})


def _amounts(table: pa.Table, name: str) -> Array:
    """Sums as they are; fractions of orders as float32. None are 0."""
    values = numbers(table, name)
    return np.nan_to_num(values).astype(np.float32) if values.dtype.kind == "f" else values
