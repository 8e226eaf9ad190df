"""The snapshot: what the feature pipelines computed, as of a moment, as a folder named by its content.

`creators`, `brands`, `products` and `videos` have one row per entity, sorted by id; `pairs` has one row per
brand and creator with a history, `product_events` and `video_events` one per creator, item and event, and
`creator_days` one per creator, with a vector of days per measure. Columns are uncompressed Arrow:
memory-mapped, and shared by workers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from recsys.arrays import Array, Flags, Ints
from recsys.config import Config, parse
from recsys.errors import BundleError, ConfigError
from recsys.folders import read_manifest, write_folder
from recsys.vocabulary import Dimension


class SnapshotFacts(Config):
    """What is known about a snapshot besides its columns."""

    as_of: datetime
    """Rows of the tables later than this moment (UTC) had no influence."""
    policies: dict[str, str]
    """Market → policy in force (R1)."""
    data: dict[str, str]
    """sha256 of each table that was read."""
    vocabularies: dict[Dimension, tuple[str, ...]]
    """Per audience dimension the groups, in the order of the `audience_<dimension>` vectors."""
    categories: tuple[str, ...]
    """Level-2 categories, in the order of the `category_mix` vectors."""
    markets: tuple[str, ...]
    """Markets, in the order of the `market` codes."""
    countries: tuple[str, ...]
    """Countries where creators live or whose market there is, in the order of the `country` codes."""
    languages: tuple[str, ...]
    """Languages, in the order of the `language` codes."""
    currencies: tuple[str, ...] = ()
    """Currencies, in the order of the `currency` codes of creators."""
    facets: dict[str, tuple[str, ...]]
    """Per script facet of videos (R32) its words, in the order of the codes and of `talking_points`."""
    feature_names: tuple[str, ...]
    """Names of the match features this snapshot can give, in matrix order."""


@dataclass(frozen=True)
class Columns:
    """A table as NumPy columns of equal length; vector columns have shape (rows, width). Read-only."""

    ids: Ints
    values: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, name: str) -> Array:
        return self.values[name]

    def take(self, rows: Ints | slice) -> "Columns":
        """Some of the rows, in this order; a slice copies nothing."""
        return Columns(self.ids[rows], {name: values[rows] for name, values in self.values.items()})

    def rows_of(self, ids: Ints) -> tuple[Ints, Flags]:
        """Row of each id, and whether it is there; the row of an absent id is meaningless."""
        if not len(self.ids):
            return np.zeros(len(ids), np.int64), np.zeros(len(ids), np.bool_)
        rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1).astype(np.int64)
        return rows, self.ids[rows] == ids


HISTORY_DAYS = 90
"""Days of history that a creator's profile shows."""
NOTHING = Columns(np.empty(0, np.int64), {})
"""A part without rows or columns."""


@dataclass(frozen=True)
class Snapshot:
    """Profiles as of a moment. `path` is None for one that was never written."""

    facts: SnapshotFacts
    creators: Columns
    brands: Columns
    products: Columns
    pairs: Columns
    """`ids` are those of `pair_keys`: one sorted number per pair of brand and creator with a history."""
    videos: Columns = NOTHING
    """Those that can be shown to learn from (`available`), and those in `video_events`."""
    product_events: Columns = NOTHING
    """`recsys.interactions.Events.of` reads it; `ids` are (creator row × products + product row) ×
    len(ITEM_EVENTS) + event: rows are in order of creator, product and event."""
    video_events: Columns = NOTHING
    """The same of videos."""
    creator_days: Columns = NOTHING
    """Daily history of `creators`, in the same rows (R16): vectors of `HISTORY_DAYS`, yesterday is last."""
    path: Path | None = None

    @property
    def name(self) -> str:
        """`snapshot-` and the start of its content's hash, or `unwritten`."""
        return self.path.name if self.path else "unwritten"

    def pair_keys(self, brand_row: int, creator_rows: Ints) -> Ints:
        """The ids under which `pairs` knows these brand–creator pairs."""
        return brand_row * len(self.creators) + creator_rows

    def write(self, parent: Path) -> "Snapshot":
        """Write below `parent`, whole or not at all, and open what was written."""
        facts = {"facts": self.facts.model_dump(mode="json")}
        contents = {f"{part}.arrow": _writer(getattr(self, part)) for part in PARTS}
        return Snapshot.open(write_folder(parent, "snapshot", facts, contents))

    @classmethod
    def open(cls, path: Path) -> "Snapshot":
        """Open, prove and memory-map a snapshot; raises BundleError if it is corrupt or foreign."""
        real = path.resolve()
        manifest = read_manifest(real, "snapshot")
        try:
            facts = parse(SnapshotFacts, manifest["facts"], source=str(path))
            columns = {part: _read(real / f"{part}.arrow") for part in PARTS}
        except (BundleError, KeyError, ConfigError, OSError, pa.ArrowInvalid) as error:
            raise BundleError(f"{path} was written by another version of this project: {error}") from error
        return cls(facts, **columns, path=real)


PARTS = (
    "creators", "brands", "products", "pairs", "videos", "product_events", "video_events", "creator_days",
)  # fmt: skip


def _writer(columns: Columns) -> Callable[[Path], None]:
    arrays = {"id": pa.array(columns.ids)}
    arrays |= {name: _to_arrow(values) for name, values in columns.values.items()}
    table = pa.table(arrays)

    def write(path: Path) -> None:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)

    return write


def _to_arrow(values: Array) -> pa.Array:
    if values.ndim == 1:
        return pa.array(values)
    flat = pa.array(values.ravel())
    # FixedSizeListArray.from_arrays refuses vectors of width 0, which an empty vocabulary gives.
    return pa.Array.from_buffers(pa.list_(flat.type, values.shape[1]), len(values), [None], children=[flat])


def _read(path: Path) -> Columns:
    table = pa.ipc.open_file(pa.memory_map(str(path))).read_all().combine_chunks()
    columns = {name: _to_numpy(table.column(name)) for name in table.column_names}
    ids = columns.pop("id")
    _check_columns(path, table, ids)
    return Columns(ids, columns)


def _check_columns(path: Path, table: pa.Table, ids: Array) -> None:
    holes = [name for name in table.column_names if table.column(name).null_count]
    if holes:
        raise BundleError(f"{path}: columns {holes} have NULLs, expected NaN where a number is missing")
    if ids.dtype != np.int64 or (np.diff(ids) <= 0).any():
        raise BundleError(f"{path}: expected int64 ids in rising order, found {ids.dtype} {ids[:3]} …")


def _to_numpy(column: pa.ChunkedArray) -> Array:
    array = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    if pa.types.is_fixed_size_list(array.type):
        width = array.type.list_size
        return np.asarray(array.flatten().to_numpy(zero_copy_only=False)).reshape(len(array), width)
    return np.asarray(array.to_numpy(zero_copy_only=False))
