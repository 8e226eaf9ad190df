"""Logs of the Open Bandit Dataset: what was shown where, how likely that was, and whether it was clicked.

`random_men.csv.gz` was logged by a uniformly random policy, `bts_men.csv.gz` by Bernoulli Thompson sampling,
side by side over the same week. Saito et al. 2021, Open Bandit Dataset and Pipeline, Apache-2.0.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from recsys.arrays import Array, Features, Flags, Floats, Ints
from recsys.errors import TableError
from training.frame import Frame

POSITIONS = 3
"""Places an item can be shown at, 1 to 3 in the files."""
USER_FEATURES = tuple(f"user_feature_{number}" for number in range(4))
COLUMNS = ("item_id", "position", "click", "propensity_score", *USER_FEATURES)
AFFINITY = "user-item_affinity_"
"""One column for each item: how the items are counted."""


@dataclass(frozen=True)
class BanditLog(Frame):
    """One row for each recommendation shown."""

    item: Ints
    position: Ints
    """From 0."""
    click: Floats
    """0 or 1."""
    propensity: Floats
    """P(the item | the position) when it was shown."""
    user: Ints
    """(rows, USER_FEATURES): the user's anonymous features, as codes."""


def read_log(path: Path) -> tuple[BanditLog, int]:
    """The log, and of how many items the policy chose.

    Raises TableError for a file that is missing or no CSV, a missing column, no rows, wrong values.
    """
    table = _read(path)
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise TableError(f"{path.name}: expected the columns {list(COLUMNS)}, found none named {missing}")
    items = sum(name.startswith(AFFINITY) for name in table.column_names)
    if not table.num_rows or not items:
        raise TableError(
            f"{path.name}: expected rows, and {AFFINITY}0 …, found {table.num_rows} rows of {items} items"
        )
    log = BanditLog(
        item=_numbers(table, "item_id", path),
        position=_numbers(table, "position", path) - 1,
        click=_numbers(table, "click", path),
        propensity=_numbers(table, "propensity_score", path),
        user=np.column_stack([_codes(table[name]) for name in USER_FEATURES]),
    )
    _check(log, items, path)
    return log, items


def check_uniform(log: BanditLog, items: int, path: Path) -> None:
    """Raises TableError unless every propensity is 1 / items: the log of another policy is no random log."""
    wrong = np.abs(log.propensity * items - 1) > 1e-6
    if wrong.any():
        raise TableError(
            f"{path.name}: expected the random policy's propensity 1/{items} = {1 / items:.6f} in every row, "
            f"found {log.propensity[wrong][0]:g} and {wrong.sum()} rows that differ"
        )


def features(log: BanditLog, items: int) -> Features:
    """(rows, items, features): item × position of every item that could be shown, and the user's codes."""
    cell = np.arange(items)[None, :] * POSITIONS + log.position[:, None]
    user = np.broadcast_to(log.user[:, None, :], (len(log), items, len(USER_FEATURES)))
    return np.concatenate([cell[:, :, None], user], axis=2).astype(np.float32)


def _read(path: Path) -> pa.Table:
    if not path.is_file():
        raise TableError(f"there is no file {path}")
    try:
        return pc.read_csv(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path.name} cannot be read as CSV, plain or .gz: {error}") from error


def _numbers(table: pa.Table, name: str, path: Path) -> Array:
    column = table[name]
    whole = name in {"item_id", "position"}
    if column.null_count or not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        raise TableError(f"{path.name}: {name} must be numbers without gaps, found {column.type} with gaps")
    return np.asarray(column.to_numpy(), np.int64 if whole else np.float64)


def _codes(column: pa.ChunkedArray) -> Ints:
    return np.asarray(np.unique(column.cast(pa.string()).to_numpy(), return_inverse=True)[1])


def _check(log: BanditLog, items: int, path: Path) -> None:
    _expect(path, "item_id", log.item, (log.item >= 0) & (log.item < items), f"0 to {items - 1}")
    within = (log.position >= 0) & (log.position < POSITIONS)
    _expect(path, "position", log.position + 1, within, f"1 to {POSITIONS}")
    _expect(path, "click", log.click, np.isin(log.click, (0, 1)), "0 or 1")
    possible = (log.propensity > 0) & (log.propensity <= 1)
    _expect(path, "propensity_score", log.propensity, possible, "above 0 and at most 1")


def _expect(path: Path, name: str, values: Array, within: Flags, expected: str) -> None:
    if not within.all():
        row = int(np.flatnonzero(~within)[0])
        raise TableError(f"{path.name}: {name} must be {expected}, found {values[row]:g} in row {row + 1}")
