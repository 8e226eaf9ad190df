import ibis
import pyarrow as pa
import pytest

from recsys.tables.fingerprint import content_digest


def digest(rows, key=("id",)):
    return content_digest(ibis.memtable(rows), key)


def test_the_order_and_the_chunks_of_the_rows_do_not_matter():
    rows = pa.table({"id": [1, 2, 3], "name": ["a", None, "c"], "tags": [["x"], [], None]})

    assert digest(rows) == digest(rows.take([2, 0, 1]))
    assert digest(rows) == digest(pa.concat_tables([rows[:1], rows[1:]]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pa.array([1, 0]), pa.array([1, None])),
        (pa.array([1, None]), pa.array([None, 1])),
        (pa.array(["a", ""]), pa.array(["a", None])),
        (pa.array(["ab", "c"]), pa.array(["a", "bc"])),
        (pa.array([["ab"], []]), pa.array([["a", "b"], []])),
        (pa.array([[1], []]), pa.array([[], [1]])),
        (pa.array([[1], []]), pa.array([[1], None])),
        (pa.array([1, 2]), pa.array([1.0, 2.0])),
        (pa.array([1, 2], pa.timestamp("us")), pa.array([1, 2], pa.int64())),
    ],
)
def test_different_values_have_different_digests(one, other):
    assert digest(pa.table({"id": [1, 2], "x": one})) != digest(pa.table({"id": [1, 2], "x": other}))


def test_the_name_of_a_column_matters():
    assert digest(pa.table({"id": [1], "x": [1]})) != digest(pa.table({"id": [1], "y": [1]}))


def test_an_empty_table_has_a_digest():
    empty = pa.table({"id": pa.array([], pa.int64()), "tags": pa.array([], pa.list_(pa.string()))})

    assert len(digest(empty)) == 64
