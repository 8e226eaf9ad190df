"""The real sets, and a world's tables, opened in DuckDB under the names the queries use."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from recsys.errors import TableError
from training.simulate.calibration import queries

REAL_SETS = {
    "tides": "tides/creators.parquet",
    "vietnam": "tiktok_vn_2025/videos.parquet",
    "vietnam_again": "tiktok_vn_2025/recrawl.parquet",
    "famous": "tiktok_famous/videos.parquet",
    "discover": "tiktok_discover/hashtags.parquet",
    "retail": "uci_online_retail/sales.parquet",
}
"""Where each set lies in the folder of real sets."""
SOURCES = ", ".join(sorted({file.split("/")[0] for file in REAL_SETS.values()}))
WORLD_TABLES = ("creator_daily", "videos", "video_daily", "products")


@contextmanager
def real_sets(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the real sets in `folder`; raises TableError that names the first one missing."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")  # sums in one order: the same figures each time
        connection.execute("set enable_progress_bar = false")  # it would be drawn on stdout
        for name, file in REAL_SETS.items():
            _open(connection, name, (folder / file).parent, Path(file).name)
        connection.execute(queries.OF_REAL_SETS)
        yield connection


def open_world(connection: duckdb.DuckDBPyConnection, world: Path) -> None:
    """Adds a world's tables to the real sets; raises TableError for one that is missing."""
    for name in WORLD_TABLES:
        _open(connection, name, world / name, "*.parquet")
    connection.execute(queries.OF_WORLD)


def _open(connection: duckdb.DuckDBPyConnection, name: str, folder: Path, pattern: str) -> None:
    if not any(folder.glob(pattern)):
        raise TableError(f"there is no {pattern} in {folder}, which the calibration needs as {name}")
    connection.read_parquet(str(folder / pattern)).create_view(name)
