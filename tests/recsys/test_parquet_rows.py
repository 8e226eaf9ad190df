"""Reading a few rows of a Parquet file."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.parquet_rows import ROW_GROUP, ParquetRows, parquet_writer

ROWS = 2 * ROW_GROUP + 100


@pytest.fixture(scope="module")
def table():
    """Keys 0, 0, 1, 1 and so on."""
    return pa.table({"creator_id": np.arange(ROWS) // 2, "word": [str(row) for row in range(ROWS)]})


@pytest.fixture(scope="module")
def path(table, tmp_path_factory):
    written = tmp_path_factory.mktemp("rows") / "rows.parquet"
    parquet_writer(lambda: iter([table.slice(0, 10_000), table.slice(10_000)]))(written)
    return written


@pytest.mark.parametrize("start", [0, 1, ROW_GROUP - 3, ROW_GROUP, ROWS - 5, ROWS, ROWS + 5])
@pytest.mark.parametrize("count", [0, 1, 10, ROW_GROUP + 10])
def test_a_slice_is_the_tables(path, table, start, count):
    assert ParquetRows.open(path).slice(start, count).equals(table.slice(start, count))


@pytest.mark.parametrize("key", [0, ROW_GROUP // 2, ROWS // 2 - 1])
def test_a_keys_rows_are_found(path, table, key):
    assert ParquetRows.open(path).of(key).equals(table.slice(2 * key, 2))


def test_an_unknown_key_has_no_rows(path):
    assert not len(ParquetRows.open(path).of(ROWS))


def test_only_row_groups_that_may_hold_a_key_are_read(path, monkeypatch):
    rows = ParquetRows.open(path)
    read = []
    monkeypatch.setattr(pq.ParquetFile, "read_row_groups", _noting(pq.ParquetFile.read_row_groups, read))
    rows.of(7)
    rows.slice(ROW_GROUP, 1)

    assert read == [[0], [1]]


def _noting(real, read):
    def noted(file, groups, *more, **named):
        read.append(groups)
        return real(file, groups, *more, **named)

    return noted


def test_a_file_without_rows_or_bounds_is_read(tmp_path, table):
    pq.write_table(table.slice(0, 0), tmp_path / "empty.parquet")
    pq.write_table(table, tmp_path / "unbounded.parquet", write_statistics=False)

    assert not len(ParquetRows.open(tmp_path / "empty.parquet").of(1))
    assert len(ParquetRows.open(tmp_path / "unbounded.parquet").of(1)) == 2


def test_a_file_that_is_gone_is_still_read(path, table, tmp_path):
    copy = tmp_path / "copy.parquet"
    copy.write_bytes(path.read_bytes())
    rows = ParquetRows.open(copy)
    copy.unlink()

    assert rows.slice(3, 4).equals(table.slice(3, 4))
