"""Creators and items as vectors whose dot product, block by block, says how well they suit each other.

Items that arrived after training and creators without history are recommended by these alone. Blocks have
fixed places, so that a graph that was fitted on one snapshot reads any other one.
"""

from collections.abc import Mapping

import numpy as np

from features.portable import level_1_of
from features.recommending.surfaces import Surface, items_of
from features.recommending.taste import Tastes
from recsys.arrays import Array, Features, Floats, Ints
from recsys.errors import BundleError
from recsys.snapshot import Columns, Snapshot, SnapshotFacts
from recsys.vectors import unit_vectors
from recsys.vocabulary import CAMPAIGN_TYPES, Dimension

DIMENSIONS: tuple[Dimension, ...] = ("country", "gender", "age", "device")
"""Of audiences that are compared."""
PRICES = np.linspace(-2.5, 2.5, 16)
"""Centres of bumps over price positions: ln price less the usual of market and category."""
PRICE_WIDTH = 0.35
"""Standard deviation of a bump: two prices a factor 2 apart have a cosine of .38."""
ROOM = {"category": 64, "industry": 32, "audience": 64, "price": 16, "style": 8, "popular": 1, "trend": 1}
"""Width of each block; what a snapshot does not need of it stays 0."""


def _blocks() -> dict[str, tuple[int, int]]:
    ends = np.cumsum(list(ROOM.values())).tolist()
    return {name: (end - width, end) for (name, width), end in zip(ROOM.items(), ends, strict=True)}


CONTENT_BLOCKS = _blocks()
"""Block → its first column and the one behind its last, of creators' and items' vectors."""
WIDTH = sum(ROOM.values())
FEW = 5.0
"""Times that something happened below which growth hardly counts."""


Usual = Mapping[Dimension, Array]
"""Dimension → (groups,): shares that audiences are compared with."""


def usual_audience(snapshot: Snapshot) -> Usual:
    """The mean audience of all creators with a measured one, 0 without any; it reads all of them."""
    return {dimension: _usual(snapshot.creators[f"audience_{dimension}"]) for dimension in DIMENSIONS}


def _usual(shares: Features) -> Array:
    measured = ~np.isnan(shares).any(axis=1)
    return np.asarray(shares[measured].mean(axis=0) if measured.any() else np.zeros(shares.shape[1]))


def user_content(
    snapshot: Snapshot, surface: Surface, creator_rows: Ints, usual: Usual | None = None
) -> Features:
    """(creators, WIDTH) float32: each block has length 1, or is 0 where nothing is known.

    `usual` is `usual_audience(snapshot)`, worked out where it is not given. Raises BundleError where a
    vocabulary has outgrown its block.
    """
    usual = usual_audience(snapshot) if usual is None else usual
    creators, tastes = snapshot.creators, Tastes.of(snapshot, creator_rows)
    liked = _liked_categories(snapshot, creator_rows, tastes)
    ones = np.ones((len(creator_rows), 1))
    return _together(
        {
            "category": liked,
            "industry": liked @ _industries(snapshot.facts),
            "audience": _audience(creators, creator_rows, "audience", usual),
            "price": _bumps(tastes.position),
            "style": creators["type_mix"][creator_rows],
            "popular": ones,
            "trend": ones,
        }
    )


def item_content(snapshot: Snapshot, surface: Surface, item_rows: Ints | None = None) -> Features:
    """(items, WIDTH) float32 of these items, all without; blocks as in `user_content`.

    `popular` and `trend` are not of length 1 but between 0 and 1, the best of the market.
    """
    items = items_of(snapshot, surface)
    rows = np.arange(len(items)) if item_rows is None else item_rows
    category = _one_hot(items["category"][rows], len(snapshot.facts.categories))
    of_surface = _product_blocks if surface == "products" else _video_blocks
    return _together(
        {"category": category, "industry": category @ _industries(snapshot.facts)}
        | of_surface(snapshot, rows)
    )


def _product_blocks(snapshot: Snapshot, rows: Ints) -> dict[str, Array]:
    products = snapshot.products
    chosen = sum(products[name] for name in ("showcased_28", "sampled_28", "creators_28"))
    before = products["showcased_before_28"] + products["sampled_before_28"] + products["orders_before_28"]
    now = products["showcased_28"] + products["sampled_28"] + products["orders_28"]
    return {
        "audience": _audience(products, rows, "buyers", usual_audience(snapshot)),
        "price": _bumps(products["price_position"][rows]),
        "popular": _of_market(np.log1p(chosen), products["market"])[rows, None],
        "trend": _of_market(growth(now, before), products["market"])[rows, None],
    }


def _video_blocks(snapshot: Snapshot, rows: Ints) -> dict[str, Array]:
    videos, creators = snapshot.videos, snapshot.creators
    owner = videos["creator"]
    usual = Tastes.of(snapshot, np.arange(len(creators))).position
    succeeded = np.log1p(videos["views"] / (creators["mean_views"][owner] + 1.0))
    rising = growth(videos["views_7"], videos["views_before_7"])
    return {
        "audience": _audience(creators, owner[rows], "audience", usual_audience(snapshot)),
        "price": _bumps(usual[owner[rows]]),
        "style": _one_hot(videos["campaign_type"][rows], len(CAMPAIGN_TYPES)),
        "popular": _of_market(succeeded, videos["market"])[rows, None],
        "trend": _of_market(rising, videos["market"])[rows, None],
    }


def growth(now: Array, before: Array) -> Floats:
    """ln of one period's count over that of the equal period before, pulled to 0 by a few more of both."""
    return np.asarray(np.log((now + FEW) / (before + FEW)))


def _liked_categories(snapshot: Snapshot, creator_rows: Ints, tastes: Tastes) -> Features:
    """Mean of what the creator posts about and chose; without either the category they declare."""
    posted = snapshot.creators["category_mix"][creator_rows]
    declared = _one_hot(snapshot.creators["category"][creator_rows], posted.shape[1])
    known = ~np.isnan(posted[:, :1]).any(axis=1), tastes.chosen > 0
    sums = np.nan_to_num(posted) + np.nan_to_num(tastes.categories)
    return np.where((known[0] | known[1])[:, None], sums, declared)


def _industries(facts: SnapshotFacts) -> Floats:
    """(categories, industries): 1 for the category's level 1."""
    of_category = [level_1_of(name) for name in facts.categories]
    return np.array([[float(own == name) for name in sorted(set(of_category))] for own in of_category])


def _audience(columns: Columns, rows: Ints, prefix: str, usual: Usual) -> Floats:
    """How shares differ from the usual ones, each dimension at length 1; 0 where not measured."""
    parts = [
        unit_vectors((columns[f"{prefix}_{dimension}"][rows] - usual[dimension]).astype(np.float32))
        for dimension in DIMENSIONS
    ]
    return np.concatenate(parts, axis=1)


def _bumps(position: Array) -> Floats:
    """(rows, prices); NaN where the position is. One beyond the last bump stands at it."""
    inside = np.clip(position, PRICES[0], PRICES[-1])
    return np.asarray(np.exp(-(((inside[:, None] - PRICES) / PRICE_WIDTH) ** 2) / 2))


def _one_hot(codes: Ints, width: int) -> Floats:
    """(rows, width); all 0 for an unknown code."""
    return np.asarray(codes[:, None] == np.arange(width), np.float64)


def _of_market(values: Array, market: Ints) -> Floats:
    """0 to 1, the highest of each market; 0 at or below 0."""
    positive = np.maximum(np.nan_to_num(values), 0.0)
    highest = np.zeros(int(market.max(initial=-1)) + 2)
    np.maximum.at(highest, market, positive)
    return np.asarray(positive / np.maximum(highest[market], 1e-30))


SCALED = ("popular", "trend")


def _together(blocks: dict[str, Array]) -> Features:
    rows = len(next(iter(blocks.values())))
    result = np.zeros((rows, WIDTH), np.float32)
    for name, values in blocks.items():
        start, end = CONTENT_BLOCKS[name]
        if values.shape[1] > end - start:
            raise BundleError(
                f"content block {name} has room for {end - start} words, found {values.shape[1]}"
            )
        result[:, start : start + values.shape[1]] = values if name in SCALED else unit_vectors(values)
    return result
