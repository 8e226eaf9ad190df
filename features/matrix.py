"""The match matrix: the features of a brief and its candidates, the same code in training and in serving."""

import numpy as np

from features.briefs import brand_row, brief_columns
from features.catalogue import CREATOR_FEATURES, FEATURES, PAIR_FEATURES
from recsys.arrays import Array, Features, Ints
from recsys.brief import Brief
from recsys.errors import BundleError
from recsys.snapshot import Columns, Snapshot


def match_features(brief: Brief, snapshot: Snapshot, creator_rows: Ints) -> Features:
    """Float32 (len(creator_rows), len(FEATURES)), columns in the catalogue's order, missing NaN.

    A row depends on the brief, the snapshot and its creator only: not on the other rows, nor on their order.
    Raises RequestError for a brief that names what the snapshot does not know, and BundleError for a snapshot
    of another catalogue.
    """
    if snapshot.facts.feature_names != tuple(FEATURES):
        raise BundleError(f"{snapshot.name} has other features than this code; take the snapshot again")
    matrix = np.empty((len(creator_rows), len(FEATURES)), np.float32)
    matrix[:, : len(CREATOR_FEATURES)] = snapshot.creators["profile"][creator_rows]
    _add_pairs(matrix[:, len(CREATOR_FEATURES) :], _inputs(brief, snapshot, creator_rows))
    return matrix


def _add_pairs(matrix: Features, columns: dict[str, Array]) -> None:
    """Fill one column per pair feature; what a feature gives, those after it may read."""
    with np.errstate(all="ignore"):
        for place, (name, feature) in enumerate(PAIR_FEATURES.items()):
            columns[name] = feature.function(*(columns[parameter] for parameter in feature.parameters))
            matrix[:, place] = columns[name]


def _inputs(brief: Brief, snapshot: Snapshot, creator_rows: Ints) -> dict[str, Array]:
    brand = brand_row(brief, snapshot)
    columns = brief_columns(brief, snapshot)
    columns |= {f"brand_{name}": snapshot.brands[name][brand : brand + 1] for name in _read_from("brand_")}
    columns |= {f"creator_{name}": snapshot.creators[name][creator_rows] for name in _read_from("creator_")}
    rows, there = snapshot.pairs.rows_of(snapshot.pair_keys(brand, creator_rows))
    return columns | _history(snapshot.pairs, rows, there)


def _history(pairs: Columns, rows: Ints, there: Array) -> dict[str, Array]:
    """Columns of the pairs: where brand and creator never met, 0 for counts and NaN for measurements."""
    columns = {}
    for name in _read_from("history_"):
        values = pairs[name]
        missing = np.nan if values.dtype.kind == "f" else 0
        columns[f"history_{name}"] = (
            np.where(there, values[rows], missing) if len(pairs) else np.full(len(rows), missing)
        )
    return columns


def _read_from(prefix: str) -> list[str]:
    return sorted(_READ[prefix])


_READ = {
    prefix: {
        parameter.removeprefix(prefix)
        for feature in PAIR_FEATURES.values()
        for parameter in feature.parameters
        if parameter.startswith(prefix)
    }
    for prefix in ("creator_", "brand_", "history_")
}
