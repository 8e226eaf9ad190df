"""Writing a world: a Parquet file per table and block, all or nothing, with the same bytes each time."""

import shutil
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.errors import ConfigError
from recsys.files import publish_folder
from recsys.tables import TABLES
from training.simulate.columns import Values, arrow_table


class WorldWriter:
    """Writes tables as `folder/<table>/part-<block>.parquet` and counts their rows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: Counter[str] = Counter()

    def write(self, name: str, *parts: dict[str, Values], block: int = 0) -> None:
        """One block's rows of a table of the contract, which may come in several parts."""
        rows = pa.concat_tables([arrow_table(TABLES[name], part) for part in parts]).combine_chunks()
        write_part(rows, self.folder / name, block)
        self.rows[name] += rows.num_rows


def write_part(rows: pa.Table, folder: Path, block: int = 0) -> None:
    """One block's file in a folder of such."""
    write_parquet(rows, folder / f"part-{block:05d}.parquet")


def write_parquet(rows: pa.Table, path: Path) -> None:
    """Parquet whose bytes depend on the rows alone (and on pyarrow's version)."""
    path.parent.mkdir(exist_ok=True)
    pq.write_table(rows, path, compression="zstd", row_group_size=1 << 20, store_schema=False)


@contextmanager
def new_folder(target: Path, contents: Collection[str], overwrite: bool, work: str) -> Iterator[Path]:
    """A folder that appears as `target` when the block ends well, and not at all otherwise.

    What was written before an interruption stays in a hidden folder beside it, and is given to the next call
    for the same `work`. Raises ConfigError if something is there already, unless it may be overwritten and
    holds nothing but what such a folder has: `contents`.
    """
    target = target.absolute()
    _refuse(target, contents, overwrite)
    staged = target.with_name(f".{target.name}-{work[:12]}.partial")
    staged.mkdir(parents=True, exist_ok=True)
    try:
        yield staged
        _publish(staged, target)
    finally:
        if staged.is_dir() and not any(staged.iterdir()):
            staged.rmdir()


def _publish(staged: Path, target: Path) -> None:
    replaced = staged.with_suffix(".replaced")
    if target.exists():
        target.rename(replaced)
    publish_folder(staged, target)
    shutil.rmtree(replaced, ignore_errors=True)


def _refuse(target: Path, contents: Collection[str], overwrite: bool) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise ConfigError(f"{target} is a file; expected a folder, or nothing")
    found = sorted(path.name for path in target.iterdir())
    if found and not overwrite:
        raise ConfigError(f"{target} exists already; choose another folder, or say --replace")
    foreign = [name for name in found if name not in contents]
    if foreign:
        raise ConfigError(
            f"{target} is not replaced, because it holds {foreign}; expected {sorted(contents)}"
        )
