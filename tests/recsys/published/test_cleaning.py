import pyarrow as pa
import pyarrow.compute as pc

from recsys.published import Cleaned
from recsys.published.cleaning import Cleaning, best_of_each, starts

ROWS = {"key": [2, 1, 2, None, None], "at": [5, 1, 7, 3, 3], "name": list("abcde")}


def test_what_is_left_out_is_counted_with_its_reason():
    cleaning = Cleaning("file", pa.table(ROWS))

    cleaning.keep(pc.field("at") > 1, "too early")
    cleaning.keep(pc.field("key") > 0, "no key")

    assert cleaning.rows["name"].to_pylist() == ["a", "c"]
    assert cleaning.cleaned == [Cleaned("file", "too early", 1), Cleaned("file", "no key", 2)]


def test_of_each_key_the_best_row_stays_in_its_place():
    kept = best_of_each(pa.table(ROWS), ["key"], ["at"])

    assert kept["name"].to_pylist() == ["b", "c", "d", "e"]


def test_among_equals_the_first_row_stays():
    kept = best_of_each(pa.table({"key": [1, 1, 1], "at": [3, 3, 2], "name": list("abc")}), ["key"], ["at"])

    assert kept["name"].to_pylist() == ["a"]


def test_of_no_rows_none_are_kept():
    cleaning = Cleaning("file", pa.table(ROWS).slice(0, 0))

    cleaning.one_of_each(["key"], [], "twice")

    assert cleaning.cleaned == [Cleaned("file", "twice", 0)]


def test_a_key_starts_where_any_of_its_columns_changes():
    rows = pa.table({"a": [1, 1, 1, 2], "b": [1, 1, 2, 2]})

    assert starts(rows, ["a", "b"]).tolist() == [True, False, True, True]
