"""Keeping DuckDB to a memory limit: what does not fit goes to disk."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import ibis
from ibis.backends import BaseBackend

from recsys.errors import ConfigError


@contextmanager
def within_memory(backend: BaseBackend, limit: str) -> Iterator[None]:
    """From here on DuckDB holds at most `limit` (such as 2GB) and keeps what does not fit in files.

    Their folder is made when it is needed, where the system keeps temporary files (TMPDIR), and goes with the
    connection. Other engines have settings of their own and are left alone. Raises ConfigError for a limit
    that is no size, and where the block needs more all the same.
    """
    if isinstance(backend, ibis.backends.duckdb.Backend):
        _limit(backend.con, limit)
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(
            f"{limit} of memory and the disk for what does not fit are not enough: {reason}"
        ) from error


def _limit(connection: duckdb.DuckDBPyConnection, limit: str) -> None:
    spill = Path(tempfile.gettempdir()) / f"recsys-{os.getpid()}"
    try:
        connection.execute("SET memory_limit = $limit", {"limit": limit})
    except duckdb.Error as error:
        raise ConfigError(f"{limit!r} is no size of memory; expected one such as 2GB or 500MB") from error
    connection.execute("SET temp_directory = $spill", {"spill": str(spill)})
    # No rule depends on the order of rows, which would have to be held in memory.
    connection.execute("SET preserve_insertion_order = false")
