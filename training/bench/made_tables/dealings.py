"""What passes between creators and brands, and what creators do with recommendations."""

import numpy as np

from recsys.arrays import Array, Ints
from recsys.vocabulary import EVENTS, ITEM_KINDS
from training.bench.made_tables.content import Videos
from training.bench.made_tables.frame import Columns, MadeTables, People
from training.bench.made_tables.offers import PRODUCTS_A_BRAND, Offers
from training.simulate.clock import ABSENT, DAY, Clock, later
from training.simulate.columns import Coded

PRODUCT, VIDEO = ITEM_KINDS.index("product"), ITEM_KINDS.index("video")
OF_BOTH = tuple(place for place, event in enumerate(EVENTS) if event not in {"showcased", "sampled", "sold"})
A_MONTH = {"messages": 1.0, "samples": 1.0, "showcase": 2.0, "interactions": 6.0}
"""Mean number for each creator who sells."""


def dealing_tables(
    people: People, videos: Videos, offers: Offers, config: MadeTables, rng: np.random.Generator
) -> dict[str, Columns]:
    """A block's rows."""
    drawn = {name: _drawn(people, config.clock, often, rng) for name, often in A_MONTH.items()}
    owner = {name: owner for name, (owner, _) in drawn.items()}
    at = {name: at for name, (_, at) in drawn.items()}
    clock = config.clock
    return {
        "messages": _messages(people, config, owner["messages"], at["messages"], rng),
        "samples": _samples(people, offers, clock, owner["samples"], at["samples"], rng),
        "showcase": _showcase(people, offers, owner["showcase"], at["showcase"]),
        "interactions": _interactions(people, videos, offers, owner["interactions"], at["interactions"], rng),
    }


def _drawn(people: People, clock: Clock, often: float, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Row of the creator and second of each thing that happens, in order of the creator."""
    start = np.maximum(people.created, clock.start)
    months = np.where(people.sells, (clock.end - start) / (30 * DAY), 0.0)
    owner = people.each(rng.poisson(often * months))
    at = start[owner] + (rng.random(len(owner)) * (clock.end - start)[owner]).astype(np.int64)
    return owner, at


def _ids(people: People, count: int) -> Ints:
    return int(people.ids[0]) * 1_000 + np.arange(count, dtype=np.int64)


def _messages(people: People, config: MadeTables, owner: Ints, at: Ints, rng: np.random.Generator) -> Columns:
    count = len(owner)
    replied = later(at, rng.lognormal(9.5, 1.5, count), rng.random(count) < 0.7)
    return {
        "message_id": _ids(people, count),
        "brand_id": rng.integers(0, config.brands, count),
        "creator_id": people.ids[owner],
        "sent_at": at,
        "replied_at": config.clock.observed(replied),
    }


def _samples(
    people: People, offers: Offers, clock: Clock, owner: Ints, at: Ints, rng: np.random.Generator
) -> Columns:
    count = len(owner)
    shipped = later(at, rng.integers(DAY, 3 * DAY, count), rng.random(count) < 0.9)
    received = later(shipped, rng.integers(2 * DAY, 8 * DAY, count), rng.random(count) < 0.97)
    extended = later(received, rng.integers(DAY, 14 * DAY, count), rng.random(count) < 0.1)
    product = _ids(people, count) * 7 % len(offers.price)
    return {
        "sample_id": _ids(people, count),
        "creator_id": people.ids[owner],
        "brand_id": product // PRODUCTS_A_BRAND,
        "product_id": product,
        "campaign_id": np.full(count, ABSENT),
        "requested_at": at,
        "shipped_at": clock.observed(shipped),
        "received_at": clock.observed(received),
        "cancelled_at": np.full(count, ABSENT),
        "extended_at": clock.observed(extended),
        "fulfilled_at": np.full(count, ABSENT),
    }


def _showcase(people: People, offers: Offers, owner: Ints, at: Ints) -> Columns:
    count = len(owner)
    return {
        "creator_id": people.ids[owner],
        "product_id": np.arange(count) % len(offers.price),
        "added_at": at,
        "removed_at": np.full(count, ABSENT),
    }


def _interactions(
    people: People, videos: Videos, offers: Offers, owner: Ints, at: Ints, rng: np.random.Generator
) -> Columns:
    """With products, or with videos of the same block that were there by then."""
    count = len(owner)
    video = rng.integers(0, max(len(videos.ids), 1), count)
    seen = _there(videos, video, at) & (rng.random(count) < 0.5)
    item = np.where(seen, videos.ids[0] + video if len(videos.ids) else 0, video % len(offers.price))
    return {
        "interaction_id": _ids(people, count),
        "creator_id": people.ids[owner],
        "item_kind": Coded(np.where(seen, VIDEO, PRODUCT), np.array(ITEM_KINDS)),
        "item_id": item,
        "event": Coded(rng.choice(np.array(OF_BOTH), count), np.array(EVENTS)),
        "at": at,
        "position": rng.integers(1, 20, count),
        "propensity": np.full(count, 0.1),
    }


def _there(videos: Videos, video: Ints, at: Ints) -> Array:
    if not len(videos.ids):
        return np.zeros(len(at), np.bool_)
    return np.asarray(videos.posted[video] < at)
