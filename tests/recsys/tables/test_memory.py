import os
import tempfile

import ibis
import pytest

from recsys.errors import ConfigError
from recsys.tables.memory import within_memory

MANY_GROUPS = "SELECT count(*) FROM (SELECT range, count(*) FROM range(6_000_000) GROUP BY ALL)"


@pytest.fixture
def spill(tmp_path, monkeypatch):
    """The folder to which DuckDB spills in this test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"recsys-{os.getpid()}"


@pytest.fixture
def backend():
    return ibis.duckdb.connect(threads=1)


def test_what_does_not_fit_into_memory_is_counted_all_the_same(backend, spill):
    with within_memory(backend, "100MB"):
        assert backend.con.execute(MANY_GROUPS).fetchone() == (6_000_000,)

    assert list(spill.iterdir())


def test_what_fits_into_memory_touches_no_disk(backend, spill):
    with within_memory(backend, "2GB"):
        assert backend.con.execute("SELECT count(*) FROM range(1000)").fetchone() == (1000,)

    assert not spill.exists()


def test_the_temporary_files_go_with_the_connection(backend, spill):
    with within_memory(backend, "100MB"):
        backend.con.execute(MANY_GROUPS).fetchone()

    backend.disconnect()

    assert not spill.exists()


@pytest.mark.parametrize("limit", ["much", "2", "1GB'; DROP TABLE creators"])
def test_a_limit_that_is_no_size_is_refused(backend, limit):
    with pytest.raises(ConfigError, match="is no size of memory; expected one such as 2GB"):
        within_memory(backend, limit).__enter__()


def test_too_little_memory_is_told(backend, spill):
    message = "1MB of memory and the disk for what does not fit are not enough"

    with pytest.raises(ConfigError, match=message), within_memory(backend, "1MB"):
        backend.con.execute(MANY_GROUPS).fetchone()
