"""The matrices of creators with products or videos: the same code in training and in serving."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.catalogue import features_of
from features.feature import Feature
from features.portable import level_1_of
from features.recommending.hooks import HookLifts
from features.recommending.pairs import category, met, products, retrieved, similar, standing, videos
from features.recommending.surfaces import Surface, event_codes, event_columns_of, items_of
from features.recommending.taste import Tastes
from recsys.arrays import Array, Features, Ints
from recsys.snapshot import Columns, Snapshot
from recsys.vocabulary import ITEM_EVENTS

PRODUCT_FEATURES = features_of(category, similar, products, standing, met, retrieved)
"""Name → feature of the products' matrix, in order; a feature may read those above it."""
VIDEO_FEATURES = features_of(category, similar, videos, standing, met, retrieved)
"""The same of the videos' matrix."""
ITEM_FEATURES: dict[Surface, dict[str, Feature]] = {
    "products": PRODUCT_FEATURES,
    "inspiration": VIDEO_FEATURES,
}
RETRIEVED = ("score", "rank", "collaborative", "content", "popularity")
"""Columns that retrieval gives, `retrieved_x` (`features.recommending.proposed`)."""


@dataclass(frozen=True)
class Pairs:
    """Creators and items side by side, one of each a row."""

    creators: Ints
    """(rows,) rows of the snapshot's creators."""
    items: Ints
    """(rows,) rows of the surface's items."""

    def __len__(self) -> int:
        return len(self.items)


def item_features(
    snapshot: Snapshot,
    surface: Surface,
    pairs: Pairs,
    proposed: Mapping[str, Array] | None = None,
    hooks: HookLifts | None = None,
) -> Features:
    """Float32 (pairs, features of the surface), columns in the catalogue's order, missing NaN.

    `proposed` are the columns RETRIEVED, (pairs,) each; NaN without. `hooks` are `HookLifts.of(snapshot)`,
    worked out where videos need them and they are not given. A row depends on the snapshot, its creator, its
    item and what was proposed only.
    """
    catalogue = ITEM_FEATURES[surface]
    columns = _inputs(snapshot, surface, pairs, hooks) | _proposed(proposed, len(pairs))
    matrix = np.empty((len(pairs), len(catalogue)), np.float32)
    with np.errstate(all="ignore"):
        for place, (name, feature) in enumerate(catalogue.items()):
            values = feature.function(*(columns[parameter] for parameter in feature.parameters))
            columns[name] = matrix[:, place] = values
    return matrix


def _proposed(proposed: Mapping[str, Array] | None, rows: int) -> dict[str, Array]:
    nothing = np.full(rows, np.nan, np.float32)
    return {f"retrieved_{name}": nothing if proposed is None else proposed[name] for name in RETRIEVED}


def _inputs(snapshot: Snapshot, surface: Surface, pairs: Pairs, hooks: HookLifts | None) -> dict[str, Array]:
    """Every column that the surface's features read."""
    items = items_of(snapshot, surface)
    columns = _read(surface, "creator_", snapshot.creators, pairs.creators)
    columns |= {
        f"item_{name}": items[name][pairs.items] for name in _names(surface, "item_") & items.values.keys()
    }
    columns["item_industry"] = _industry(snapshot, items["category"][pairs.items])
    columns |= _tastes(snapshot, "taste_", pairs.creators)
    columns |= {f"met_{name}": values for name, values in _met(snapshot, surface, pairs).items()}
    if surface == "products":
        return columns
    return columns | _of_video(snapshot, pairs, hooks or HookLifts.of(snapshot))


def _of_video(snapshot: Snapshot, pairs: Pairs, hooks: HookLifts) -> dict[str, Array]:
    """What a video's maker and its hook add."""
    owner = snapshot.videos["creator"][pairs.items]
    columns = _read("inspiration", "owner_", snapshot.creators, owner) | _tastes(
        snapshot, "owner_taste_", owner
    )
    lifts = hooks.at(snapshot.videos["hook"][pairs.items])
    return columns | {f"hook_{name}": values for name, values in lifts.items()}


def _read(surface: Surface, prefix: str, columns: Columns, rows: Ints) -> dict[str, Array]:
    known = _names(surface, prefix) & columns.values.keys()
    return {f"{prefix}{name}": columns[name][rows] for name in sorted(known)}


def _tastes(snapshot: Snapshot, prefix: str, creator_rows: Ints) -> dict[str, Array]:
    tastes = Tastes.of(snapshot, creator_rows)
    return {f"{prefix}{name}": values for name, values in vars(tastes).items()}


def _industry(snapshot: Snapshot, codes: Ints) -> Features:
    """(rows, categories): 1 for every category of the same level 1; all 0 for an unknown code."""
    levels = [level_1_of(name) for name in snapshot.facts.categories]
    same = np.array([[float(left == right) for right in levels] for left in levels], np.float32)
    same = same.reshape(len(levels), len(levels))
    return np.where((codes >= 0)[:, None], same[np.maximum(codes, 0)], 0).astype(np.float32)


def _met(snapshot: Snapshot, surface: Surface, pairs: Pairs) -> dict[str, Array]:
    """Counts of what passed between each pair, and days since the item was last shown."""
    counts = {
        name: passed_between(snapshot, surface, pairs, name, "count")
        for name in ("shown", "clicked", "sampled")
    }
    found = {name: np.nan_to_num(values) for name, values in counts.items()}
    return found | {"days_since_shown": passed_between(snapshot, surface, pairs, "shown", "age_days")}


def passed_between(snapshot: Snapshot, surface: Surface, pairs: Pairs, event: str, column: str) -> Array:
    """(pairs,): a column of the event between each creator and item; NaN where there was none."""
    events = event_columns_of(snapshot, surface)
    keys = pairs.creators * len(items_of(snapshot, surface)) + pairs.items
    rows, there = events.rows_of(keys * len(ITEM_EVENTS) + int(event_codes(event)[0]))
    found = np.full(len(pairs), np.nan, np.float64)
    if there.any():
        found[there] = events[column][rows[there]]
    return found


def _names(surface: Surface, prefix: str) -> set[str]:
    """What the features read under a prefix."""
    parameters = {name for feature in ITEM_FEATURES[surface].values() for name in feature.parameters}
    return {name.removeprefix(prefix) for name in parameters if name.startswith(prefix)}
