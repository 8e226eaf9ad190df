"""LETOR and SVMlight ranking files: `grade [qid:query] feature:value … [# comment]`, plain or gzipped.

Features that a line leaves out are 0: that is what SVMlight means by leaving out, and not "missing".
Queries come from `qid:` or from a side file with one size a line, named like `rank.train.query` beside
`rank.train.gz` (LightGBM's convention; `.group` is read too).
"""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from recsys.arrays import Features, Floats, GroupSizes, Ints
from recsys.errors import TableError
from recsys.judged import Judged

SIDE_FILES = (".query", ".group")
LARGEST_GRADE = np.iinfo(np.int32).max
LARGEST_VALUE = np.finfo(np.float32).max
LARGEST_FEATURE = 1_000_000
"""Beyond this a dense matrix is not what the file was made for."""


@dataclass
class Rows:
    """The file's rows as they are read; `lines` are their 1-based line numbers."""

    grades: list[int] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    places: list[Ints] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)


def read_letor(path: Path, feature_names: Sequence[str] | None = None) -> Judged:
    """The file's rows, its feature 7 under the name `f7`; raises TableError with the line number at fault.

    With `feature_names` (the training file's) the columns are those, and another feature is an error.
    """
    rows = Rows()
    for number, line in numbered_lines(path):
        read_line(line, f"{path.name}, line {number}", number, rows)
    if not rows.grades:
        raise TableError(f"{path.name} has no rows")
    names = tuple(feature_names or names_of(rows))
    return Judged(
        features=dense(rows, names, path),
        grades=np.array(rows.grades, np.int32),
        group_sizes=group_sizes(path, rows),
        feature_names=names,
    )


def names_of(rows: Rows) -> list[str]:
    """`f1`, `f2` … up to the largest number in the file; from `f0` if it counts from 0."""
    places = [places for places in rows.places if len(places)]
    first = min((int(of_row[0]) for of_row in places), default=1)
    largest = max((int(of_row[-1]) for of_row in places), default=1)
    return [f"f{number}" for number in range(min(first, 1), largest + 1)]


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that are not empty after their comment is cut off; raises TableError for unreadable files."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                content = line.partition("#")[0].strip()
                if content:
                    yield number, content
    except FileNotFoundError as error:
        raise TableError(f"there is no file {path}") from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise TableError(f"{path} cannot be read as {path.suffix or 'plain'} text: {error}") from error


def read_line(line: str, where: str, number: int, rows: Rows) -> None:
    """Append one line's grade, query, and features."""
    grade, *tokens = line.split()
    rows.grades.append(read_grade(grade, where))
    query = tokens.pop(0).removeprefix("qid:") if tokens and tokens[0].startswith("qid:") else ""
    rows.queries.append(query)
    rows.lines.append(number)
    try:
        pairs = [token.split(":") for token in tokens]
        rows.places.append(np.array([int(place) for place, _ in pairs], np.int64))
        rows.values.append(np.array([float(value) for _, value in pairs], np.float64))
    except (ValueError, OverflowError) as error:
        raise TableError(f"{where}: expected feature:value, found {first_bad(tokens)!r}") from error
    check_features(rows.places[-1], rows.values[-1], where)


def read_grade(text: str, where: str) -> int:
    """A whole number from 0; `2.0` is 2."""
    try:
        grade = float(text)
    except ValueError as error:
        raise TableError(f"{where}: the line must start with a grade, found {text!r}") from error
    if not (0 <= grade <= LARGEST_GRADE and grade.is_integer()):
        raise TableError(f"{where}: a grade must be a whole number from 0, found {text!r}")
    return int(grade)


def first_bad(tokens: Sequence[str]) -> str:
    """The first token that is not `integer:number`."""
    for token in tokens:
        place, separator, value = token.partition(":")
        try:
            int(place), float(value)
        except ValueError:
            return token
        if not separator or abs(int(place)) > np.iinfo(np.int64).max:
            return token
    return ""


def check_features(places: Ints, values: Floats, where: str) -> None:
    """Raises TableError for feature numbers that are negative, huge or do not rise, and infinite values."""
    if len(places) and (places.min() < 0 or places.max() > LARGEST_FEATURE):
        raise TableError(f"{where}: feature numbers must be 0 to {LARGEST_FEATURE}, found {places.tolist()}")
    if (np.diff(places) <= 0).any():
        place = int(places[1:][np.diff(places) <= 0][0])
        raise TableError(f"{where}: feature numbers must rise, and feature {place} does not")
    fits = np.abs(values) <= LARGEST_VALUE
    if not fits.all():
        place = int(places[~fits][0])
        raise TableError(f"{where}: the value of feature {place} must be a finite float32")


def dense(rows: Rows, names: Sequence[str], path: Path) -> Features:
    """(rows, features) with 0 where a line says nothing."""
    matrix = np.zeros((len(rows.grades), len(names)), np.float32)
    first = int(names[0].removeprefix("f"))
    for row, (places, values) in enumerate(zip(rows.places, rows.values, strict=True)):
        if len(places) and not first <= places[0] <= places[-1] < first + len(names):
            unknown = places[0] if places[0] < first else places[-1]
            raise TableError(
                f"{path.name}, line {rows.lines[row]}: feature {unknown} is unknown, "
                f"expected {first} to {first + len(names) - 1} as in the training file"
            )
        matrix[row, places - first] = values
    return matrix


def group_sizes(path: Path, rows: Rows) -> GroupSizes:
    """Sizes of the queries by side file or `qid:`; where there are both they must agree."""
    side = side_file(path)
    if side is None and not any(rows.queries):
        raise TableError(f"{path.name} has neither qid: nor a side file {[p.name for p in side_files(path)]}")
    if side is None:
        return sizes_by_qid(path, rows)
    sizes = sizes_by_side_file(side, path, len(rows.grades))
    if any(rows.queries) and not np.array_equal(sizes, sizes_by_qid(path, rows)):
        raise TableError(f"{side.name}: its sizes are not those of the qid: in {path.name}")
    return sizes


def side_files(path: Path) -> list[Path]:
    """Where sizes may stand: `rank.train.query` for `rank.train.gz` and `rank.train`, and with the ending."""
    stem = path.with_suffix("") if path.suffix == ".gz" else path
    bare = stem.with_suffix("") if stem.suffix in {".txt", ".libsvm", ".svm", ".dat"} else stem
    return [
        base.with_name(base.name + ending) for base in dict.fromkeys((stem, bare)) for ending in SIDE_FILES
    ]


def side_file(path: Path) -> Path | None:
    """The side file that exists, if any."""
    return next((candidate for candidate in side_files(path) if candidate.is_file()), None)


def sizes_by_side_file(side: Path, path: Path, row_count: int) -> GroupSizes:
    """One size a line; raises TableError if they are not the file's number of rows."""
    sizes = []
    for number, line in numbered_lines(side):
        if not line.isascii() or not line.isdigit() or int(line) == 0:
            raise TableError(f"{side.name}, line {number}: expected a size of at least 1, found {line!r}")
        sizes.append(int(line))
    if sum(sizes) != row_count:
        raise TableError(
            f"{side.name}: its sizes add up to {sum(sizes)}, but {path.name} has {row_count} rows"
        )
    return np.array(sizes, np.int64)


def sizes_by_qid(path: Path, rows: Rows) -> GroupSizes:
    """Runs of equal qids; raises TableError where one is missing, or returns after another."""
    starts = [row for row, query in enumerate(rows.queries) if row == 0 or query != rows.queries[row - 1]]
    first_line: dict[str, int] = {}
    for row in starts:
        query, line = rows.queries[row], rows.lines[row]
        if not query:
            raise TableError(f"{path.name}, line {line}: expected qid: as on the other lines, found none")
        if query in first_line:
            raise TableError(
                f"{path.name}, line {line}: qid {query} returns after another (it began on line "
                f"{first_line[query]}); the rows of a query must stand together"
            )
        first_line[query] = line
    return np.diff(np.append(starts, len(rows.queries))).astype(np.int64)
