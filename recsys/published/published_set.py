"""What a loader of a published data set is and gives: tables of the contract, and what it cleaned."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.errors import TableError


@dataclass(frozen=True)
class Cleaned:
    """Rows of one of the set's files that a loader left out or mended: how many, and why."""

    file: str
    reason: str
    rows: int
    """0 where the loader looked and found none."""


@dataclass(frozen=True)
class Loaded:
    """Tables of the contract with those of its columns that the set knows, and what was cleaned.

    What the set does not know is not there: it is never 0 or empty. `recsys.tables.partial_tables` makes
    `Tables` of them, and checks names and types.
    """

    tables: Mapping[str, pa.Table]
    cleaned: tuple[Cleaned, ...]


@dataclass(frozen=True)
class PublishedSet:
    """A data set that others published, and how its files become tables of the contract."""

    name: str
    """Also the scheme of its URL: `name://folder`."""
    meaning: str
    """What was measured, where and when, in one line."""
    published: str
    """Where its authors published it."""
    licence: str
    files: tuple[str, ...]
    """The Parquet files that its folder holds."""
    load: Callable[[Path], Loaded]
    caution: str = ""
    """What a reader of its figures has to keep in mind, in a sentence."""
    consecutive: bool = False
    """Whether it holds every one of a creator's latest videos: then the time between them says how often they
    post. A sample of a feed holds those that did well."""

    def check(self, folder: Path) -> None:
        """Raises TableError that names the files that the folder lacks."""
        missing = [file for file in self.files if not (folder / file).is_file()]
        if missing:
            raise TableError(
                f"{self.name}: {folder} lacks {', '.join(missing)}; expected {', '.join(self.files)}, "
                f"published at {self.published}"
            )

    def read(self, folder: Path) -> Loaded:
        """The set's files in `folder`, cleaned.

        Raises TableError for a file or column that is missing and for values of another form than published.
        """
        self.check(folder)
        try:
            return self.load(folder)
        except pa.ArrowInvalid as error:
            raise TableError(f"{self.name}: {folder} is not as published: {error}") from error


def read_columns(file: Path, columns: Iterable[str]) -> pa.Table:
    """The named columns of a Parquet file, each in one piece; raises TableError for those it lacks."""
    found, wanted = pq.read_schema(file).names, list(columns)
    missing = [name for name in wanted if name not in found]
    if missing:
        raise TableError(f"{file} lacks the columns {missing}; found {found}")
    return pq.read_table(file, columns=wanted).combine_chunks()
