"""Every format gives the same pairs; whatever is wrong is told with its file and row."""

import gzip

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import TableError
from training.implicit.pairs import read_pairs

PAIRS = [(0, 5), (0, 7), (3, 5)]


def read(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_pairs(path)


def listed(pairs):
    return list(zip(pairs.users.tolist(), pairs.items.tolist(), strict=True))


def parquet(path, **columns):
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "user,item\n0,5\n0,7\n3,5\n"),
        ("a.csv", "0,5\n0,7\n3,5\n"),
        ("a.csv", "\ufeffrating,item_id,USER_ID\nhigh,5,0\nlow,7,0\nhigh,5,3\n"),
        ("a.tsv", "user\titem\n0\t5\n0\t7\n3\t5\n"),
        ("a.txt", "user;item\n0;5\n0;7\n3;5\n"),
        ("a.txt", "0 5 7\n3 5\n"),
        ("a.txt", "0 5 7\n1\n3 5"),
        ("a.csv.gz", gzip.compress(b"user,item\n0,5\n0,7\n3,5\n", mtime=0)),
        ("a.txt.gz", gzip.compress(b"0 5 7\n3 5\n", mtime=0)),
        ("a.gz", gzip.compress(b"0,5\n0,7\n3,5\n", mtime=0)),
    ],
)
def test_every_text_form_holds_the_same_pairs(tmp_path, name, content):
    pairs = read(tmp_path / name, content)

    assert listed(pairs) == PAIRS
    assert pairs.file == name
    assert pairs.confidence.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    "columns",
    [
        {"user": [0, 0, 3], "item": [5, 7, 5]},
        {"when": ["a", "b", "c"], "Item": [5, 7, 5], "User": [0, 0, 3]},
        {"label": ["x", "y", "z"], "u": [0, 0, 3], "i": [5, 7, 5], "more": [1, 2, 3]},
    ],
)
def test_parquet_columns_are_found_by_name_or_else_by_type(tmp_path, columns):
    assert listed(read_pairs(parquet(tmp_path / "a.parquet", **columns))) == PAIRS


def test_a_confidence_column_is_read(tmp_path):
    from_parquet = read_pairs(parquet(tmp_path / "a.parquet", user=[1, 2], item=[3, 4], weight=[0.5, 2.0]))
    from_csv = read(tmp_path / "a.csv", "1,3,0.5\n2,4,2\n")

    assert from_parquet.confidence.tolist() == from_csv.confidence.tolist() == [0.5, 2.0]


def test_a_repeated_pair_is_kept_once_and_counted(tmp_path):
    pairs = read(tmp_path / "a.csv", "1,3,0.5\n2,4,2\n1,3,9\n")

    assert listed(pairs) == [(1, 3), (2, 4)]
    assert pairs.confidence.tolist() == [0.5, 2.0]
    assert pairs.repeated == 1


def test_ids_may_be_far_apart(tmp_path):
    pairs = read(tmp_path / "a.csv", "900000000000000000,0\n1,900000000000000000\n")

    assert pairs.users.dtype == np.int64
    assert listed(pairs) == [(900_000_000_000_000_000, 0), (1, 900_000_000_000_000_000)]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.csv",
            "user,item\n1,2\n-4,3\n",
            r"a\.csv: user: expected a whole number from 0, found '-4' in row 2",
        ),
        (
            "a.csv",
            "user,item\n1,2.5\n",
            r"a\.csv: item: expected a whole number from 0, found '2\.5' in row 1",
        ),
        ("a.csv", "user,item\n1,two\n", r"a\.csv: item: .* found 'two' in row 1"),
        ("a.csv", "user,item\n1,\n", r"a\.csv: item: .* in row 1"),
        ("a.csv", "user,item\n1,2\n1,2,3\n", r"a\.csv cannot be read as CSV.*Row #3"),
        ("a.csv", "user,user\n1,2\n", r"a\.csv: expected each column once"),
        ("a.csv", "who,what\nann,pen\n", r"expected the columns user and item, or two of whole numbers"),
        ("a.csv", "1,2,3,4\n", r"expected user, item and perhaps confidence, found 4 columns"),
        ("a.csv", "1,2,0\n", r"confidence: expected a finite number above 0, found '0' in row 1"),
        ("a.csv", "1,2,nan\n", r"confidence: expected a finite number above 0, found 'nan' in row 1"),
        ("a.csv", "1,2,much\n", r"confidence: expected numbers above 0"),
        ("a.txt", "0 5\n1 -2\n", r"a\.txt, line 2: expected ids that are whole numbers from 0, found '-2'"),
        ("a.txt", "0 5\n\nx 2\n", r"a\.txt, line 3: .* found 'x'"),
        ("a.csv", "", r"a\.csv is empty: expected at least one pair"),
        ("a.csv", "user,item\n", r"a\.csv is empty"),
        ("a.txt", "", r"a\.txt is empty"),
        ("a.txt", "4\n5\n", r"a\.txt is empty"),
        ("a.parquet", "no parquet", r"a\.parquet is not a Parquet file"),
        ("a.csv.gz", "no gzip", r"a\.csv\.gz"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_row(tmp_path, name, content, message):
    with pytest.raises(TableError, match=message):
        read(tmp_path / name, content)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"user": [1, -1], "item": [1, 2]}, "user: expected a whole number from 0, found -1 in row 2"),
        ({"user": [1.0, 2.0], "item": [1, 2]}, "user: expected whole numbers, found double"),
        ({"user": [1, None], "item": [1, 2]}, "user: expected a value, found None in row 2"),
        ({"user": [1], "item": [2], "confidence": [-1.0]}, "expected a finite number above 0, found -1.0"),
        ({"user": pa.array([], pa.int64()), "item": pa.array([], pa.int64())}, "is empty"),
    ],
)
def test_what_is_wrong_in_parquet_is_told_with_column_and_row(tmp_path, columns, message):
    with pytest.raises(TableError, match=message):
        read_pairs(parquet(tmp_path / "a.parquet", **columns))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(TableError, match=r"there is no file .*a\.csv"):
        read_pairs(tmp_path / "a.csv")
