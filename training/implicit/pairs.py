"""Pairs of user and item from Parquet, CSV or LightGCN's text, the text forms plain or as .gz.

- Parquet and CSV: the columns `user` and `item` (or `user_id` and `item_id`), otherwise the first two columns
  of whole numbers; a column `confidence` or `weight` where there is one. A CSV without a header has two
  columns, or three of which the last is the confidence.
- LightGCN's text (He et al. 2020): a line for each user, `user item item …`; a user without items is allowed.

The suffix tells which it is; a file with another suffix (.txt) is CSV if its first line holds a comma, a
semicolon or a tab.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from recsys.arrays import Array, Floats, Ints
from recsys.errors import TableError
from training.letor import numbered_lines

NAMES = {"user": ("user", "user_id"), "item": ("item", "item_id"), "confidence": ("confidence", "weight")}
"""What each column may be called, in any case of letters."""
DELIMITERS = (",", "\t", ";")
PARQUET = (".parquet", ".pq")
CSV = (".csv", ".tsv")
WHOLE = r"^\d{1,18}$"


@dataclass(frozen=True)
class Pairs:
    """Who met what, each pair once."""

    file: str
    users: Ints
    """(pairs,) ids as they stand in the file, 0 or more."""
    items: Ints
    confidence: Floats
    """(pairs,) 1 where the file has none."""
    repeated: int
    """Rows left out because the same pair stood before them."""

    def __len__(self) -> int:
        return len(self.users)


def read_pairs(path: Path) -> Pairs:
    """The pairs of a file, in its order.

    Raises TableError naming file and row for a file that is missing, broken or without a pair, for ids that
    are not whole numbers from 0, and for confidences that are not finite and above 0.
    """
    if not path.is_file():
        raise TableError(f"there is no file {path}")
    users, items, confidence = _read(path)
    if not len(users):
        raise _empty(path)
    first = first_of_each_pair(users, items)
    return Pairs(path.name, users[first], items[first], confidence[first], len(users) - len(first))


def first_of_each_pair(users: Ints, items: Ints) -> Ints:
    """Rows that are the first with their pair, rising."""
    (_, user), (known, item) = (np.unique(ids, return_inverse=True) for ids in (users, items))
    return np.sort(np.unique(user * len(known) + item, return_index=True)[1])


def _read(path: Path) -> tuple[Ints, Ints, Floats]:
    bare = path.with_suffix("") if path.suffix == ".gz" else path
    if path.suffix in PARQUET:
        return _columns(_parquet(path), path)
    delimiter = _delimiter(path)
    if bare.suffix in CSV or delimiter:
        return _columns(_csv(path, delimiter or ","), path)
    return _lines_by_user(path)


def _empty(path: Path) -> TableError:
    return TableError(f"{path.name} is empty: expected at least one pair of user and item")


def _first_line(path: Path) -> str:
    """Empty for an empty file."""
    return next((line for _, line in numbered_lines(path)), "")


def _delimiter(path: Path) -> str | None:
    """The one that occurs in the first line."""
    line = _first_line(path)
    return next((mark for mark in DELIMITERS if mark in line), None)


def _lines_by_user(path: Path) -> tuple[Ints, Ints, Floats]:
    users, items = [], []
    for number, line in numbered_lines(path):
        user, *met = _whole_numbers(line, f"{path.name}, line {number}")
        users.append(np.full(len(met), user, np.int64))
        items.append(np.array(met, np.int64))
    both = [np.concatenate(column) if column else np.empty(0, np.int64) for column in (users, items)]
    return both[0], both[1], np.ones(len(both[0]))


def _whole_numbers(line: str, where: str) -> list[int]:
    tokens = line.split()
    wrong = [token for token in tokens if not (token.isascii() and token.isdigit() and len(token) <= 18)]
    if wrong:
        raise TableError(f"{where}: expected ids that are whole numbers from 0, found {wrong[0]!r}")
    return [int(token) for token in tokens]


def _parquet(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path.name} is not a Parquet file: {error}") from error


def _csv(path: Path, delimiter: str) -> pa.Table:
    """Every column as text, so that a bad value can be told by its row; without a header named by place."""
    cells = [cell.strip().strip('"') for cell in _first_line(path).lstrip("\ufeff").split(delimiter)]
    if cells == [""]:
        raise _empty(path)
    has_header = not any(_is_number(cell) for cell in cells)
    names = cells if has_header else _names_by_place(len(cells), path)
    try:
        return pa_csv.read_csv(
            path,
            # One thread, because only then a broken row is told by its number.
            pa_csv.ReadOptions(use_threads=False, column_names=names, skip_rows=int(has_header)),
            pa_csv.ParseOptions(delimiter=delimiter),
            pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path.name} cannot be read as CSV: {error}") from error


def _names_by_place(columns: int, path: Path) -> list[str]:
    if columns not in (2, 3):
        raise TableError(
            f"{path.name}: expected user, item and perhaps confidence, found {columns} columns without names"
        )
    return list(NAMES)[:columns]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _columns(table: pa.Table, path: Path) -> tuple[Ints, Ints, Floats]:
    if len(set(table.column_names)) < table.num_columns:
        raise TableError(f"{path.name}: expected each column once, found {table.column_names}")
    user, item = _id_columns(table, path)
    users, items = (_ids(table[name], f"{path.name}: {name}") for name in (user, item))
    name = _named(table, "confidence")
    if name is None:
        return users, items, np.ones(len(users))
    return users, items, _confidence(table[name], f"{path.name}: {name}")


def _id_columns(table: pa.Table, path: Path) -> Sequence[str]:
    named = [_named(table, role) for role in ("user", "item")]
    if None not in named:
        return [name for name in named if name is not None]
    whole = [name for name in table.column_names if _is_whole(table[name])]
    if len(whole) < 2:
        raise TableError(
            f"{path.name}: expected the columns user and item, or two of whole numbers, "
            f"found {[f'{field.name} ({field.type})' for field in table.schema]}"
        )
    return whole[:2]


def _named(table: pa.Table, role: str) -> str | None:
    return next((name for name in table.column_names if name.lower() in NAMES[role]), None)


def _is_whole(column: pa.ChunkedArray) -> bool:
    if pa.types.is_string(column.type):
        return bool(pc.all(pc.match_substring_regex(column, WHOLE)).as_py())
    return bool(pa.types.is_integer(column.type))


def _ids(column: pa.ChunkedArray, where: str) -> Ints:
    _refuse_gaps(column, where)
    if pa.types.is_string(column.type):
        trimmed = pc.utf8_trim_whitespace(column)
        _expect(pc.match_substring_regex(trimmed, WHOLE).to_numpy(), column, where, "a whole number from 0")
        return np.asarray(pc.cast(trimmed, pa.int64()).to_numpy(), np.int64)
    if not pa.types.is_integer(column.type):
        raise TableError(f"{where}: expected whole numbers, found {column.type}")
    values = column.to_numpy()
    _expect((values >= 0) & (values <= np.iinfo(np.int64).max), column, where, "a whole number from 0")
    return np.asarray(values, np.int64)


def _confidence(column: pa.ChunkedArray, where: str) -> Floats:
    _refuse_gaps(column, where)
    try:
        values = np.asarray(pc.cast(column, pa.float64()).to_numpy(), np.float64)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise TableError(f"{where}: expected numbers above 0: {error}") from error
    _expect(np.isfinite(values) & (values > 0), column, where, "a finite number above 0")
    return values


def _refuse_gaps(column: pa.ChunkedArray, where: str) -> None:
    _expect(pc.is_valid(column).to_numpy(), column, where, "a value")


def _expect(passed: Array, column: pa.ChunkedArray, where: str, expected: str) -> None:
    """Raises TableError that shows the first row that did not pass."""
    if not passed.all():
        row = int(np.flatnonzero(~np.asarray(passed, np.bool_))[0])
        raise TableError(f"{where}: expected {expected}, found {column[row].as_py()!r} in row {row + 1}")
