"""The match matrix: the features of a brief and its candidates, the same code in training and in serving."""

import numpy as np

from features.briefs import brand_row, brief_columns
from features.catalogue import CREATOR_FEATURES, FEATURES, PAIR_FEATURES
from recsys.arrays import Array, Features, Flags, Ints
from recsys.brief import Brief
from recsys.errors import BundleError
from recsys.snapshot import Columns, Snapshot


def match_features(brief: Brief, snapshot: Snapshot, creator_rows: Ints) -> Features:
    """Float32 (len(creator_rows), len(FEATURES)), columns in the catalogue's order, missing NaN.

    A row depends on the brief, the snapshot and its creator only: not on the other rows, nor on their order.
    Raises RequestError for a brief that names what the snapshot does not know, and BundleError for a snapshot
    of another catalogue.
    """
    if snapshot.facts.feature_names != NAMES:
        raise BundleError(f"{snapshot.name} has other features than this code; take the snapshot again")
    matrix = np.empty((len(creator_rows), len(NAMES)), np.float32)
    matrix[:, : len(CREATOR_FEATURES)] = snapshot.creators["profile"].take(creator_rows, axis=0)
    _add_pairs(matrix[:, len(CREATOR_FEATURES) :], _inputs(brief, snapshot, creator_rows))
    return matrix


def _add_pairs(matrix: Features, columns: dict[str, Array]) -> None:
    """Fill one column per pair feature; what a feature gives, those after it may read."""
    # A feature a row first, and turned at once: NumPy writes whole rows faster than columns.
    found = np.empty((len(PAIR_FEATURES), len(matrix)), np.float32)
    with np.errstate(all="ignore"):
        for place, (name, feature) in enumerate(PAIR_FEATURES.items()):
            columns[name] = feature.function(*[columns[parameter] for parameter in feature.parameters])
            found[place] = columns[name]
    matrix[:] = found.T


def _inputs(brief: Brief, snapshot: Snapshot, creator_rows: Ints) -> dict[str, Array]:
    columns = brief_columns(brief, snapshot)
    brand, creators = brand_row(brief, snapshot), snapshot.creators
    columns |= {f"brand_{name}": snapshot.brands[name][brand : brand + 1] for name in _READ["brand_"]}
    columns |= {f"creator_{name}": creators[name].take(creator_rows, axis=0) for name in _READ["creator_"]}
    rows, there = snapshot.pairs.rows_of(snapshot.pair_keys(brand, creator_rows))
    return columns | _history(snapshot.pairs, rows, there)


def _history(pairs: Columns, rows: Ints, there: Flags) -> dict[str, Array]:
    """Columns of the pairs: where brand and creator never met, 0 for counts and NaN for measurements.

    One row for all where the brand met none of them.
    """
    if not np.count_nonzero(there):
        rows, there = rows[:1], there[:1]
    return {f"history_{name}": _met(pairs[name], rows, there) for name in _READ["history_"]}


def _met(values: Array, rows: Ints, there: Flags) -> Array:
    if not len(values):
        return np.full(len(rows), np.nan if values.dtype.kind == "f" else 0)
    found = values.take(rows)
    return np.where(there, found, np.nan) if values.dtype.kind == "f" else found * there


def _read_from(prefix: str) -> tuple[str, ...]:
    """Columns that pair features read under a prefix, sorted."""
    parameters = {parameter for feature in PAIR_FEATURES.values() for parameter in feature.parameters}
    return tuple(sorted(each.removeprefix(prefix) for each in parameters if each.startswith(prefix)))


NAMES = tuple(FEATURES)
_READ = {prefix: _read_from(prefix) for prefix in ("creator_", "brand_", "history_")}
