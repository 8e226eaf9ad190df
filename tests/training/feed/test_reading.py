import numpy as np
import pyarrow as pa
import pytest
from numpy.testing import assert_array_equal

from recsys.errors import TableError
from training.feed.reading import LIKED, LONG_WATCHED, WATCHED, fingerprints, read_feed


def changed(table: pa.Table, column: str, values) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, pa.array(values))


def test_ids_become_row_numbers(feed, tables):
    users = np.asarray(tables["impressions"]["user_id"])

    assert_array_equal(feed.impressions.user, users - 1000)
    assert_array_equal(feed.impressions.video, np.asarray(tables["impressions"]["video_id"]) // 10)


def test_rows_are_in_time_order_however_they_were_stored(write_tables, tmp_path, tables, feed):
    shuffled = tables["impressions"].take(np.random.default_rng(1).permutation(len(tables["impressions"])))

    read = read_feed(write_tables(tmp_path, tables | {"impressions": shuffled}))

    assert_array_equal(read.impressions.time_ms, feed.impressions.time_ms)


def test_copies_of_an_impression_are_left_out_and_counted(write_tables, tmp_path, tables, feed):
    twice = pa.concat_tables([tables["impressions"], tables["impressions"].slice(0, 40)])

    read = read_feed(write_tables(tmp_path, tables | {"impressions": twice}))

    assert read.duplicates == 40
    assert len(read.impressions) == len(feed.impressions)


def test_histories_become_pairs(feed, tables):
    rows = tables["history"].to_pylist()

    for kind in (WATCHED, LIKED, LONG_WATCHED):
        expected = [(row["user_id"] - 1000, video // 10) for row in rows for video in row[kind]]
        found = feed.sequences[kind]
        assert list(zip(found.user.tolist(), found.video.tolist(), strict=True)) == expected


def test_unknown_facts_are_nan_and_unknown_tags_one_tag(feed):
    assert np.isnan(feed.videos["video_duration"][0])
    assert (feed.tag == feed.tag[0]).sum() == 1


def test_the_first_of_several_tags_counts(write_tables, tmp_path, tables):
    tags = ["3,4", "3", "4", *["5"] * 27]

    read = read_feed(write_tables(tmp_path, tables | {"videos": changed(tables["videos"], "tag", tags)}))

    assert read.tag[0] == read.tag[1] != read.tag[2]


def test_fingerprints_change_with_a_file(write_tables, tmp_path, tables, feed_folder):
    other = write_tables(tmp_path, tables | {"users": tables["users"].slice(0, 59)})

    before, after = fingerprints(feed_folder), fingerprints(other)

    assert [name for name in before if before[name] != after[name]] == ["users"]


@pytest.mark.parametrize("name", ["impressions", "history", "users", "videos"])
def test_a_missing_file_is_named(write_tables, tmp_path, tables, name):
    folder = write_tables(tmp_path, tables)
    (folder / f"{name}.parquet").unlink()

    with pytest.raises(TableError, match=rf"there is no {name}\.parquet"):
        read_feed(folder)


def test_a_file_that_is_not_parquet_is_named(write_tables, tmp_path, tables):
    folder = write_tables(tmp_path, tables)
    (folder / "users.parquet").write_bytes(b"user_id\n1\n")

    with pytest.raises(TableError, match=r"users\.parquet is not a Parquet file"):
        read_feed(folder)


def test_a_missing_column_is_named(write_tables, tmp_path, tables):
    folder = write_tables(tmp_path, tables | {"impressions": tables["impressions"].drop(["long_view"])})

    with pytest.raises(TableError, match=r"impressions\.parquet lacks the columns \['long_view'\]"):
        read_feed(folder)


def test_an_empty_table_is_refused(write_tables, tmp_path, tables):
    with pytest.raises(TableError, match=r"users\.parquet has no rows"):
        read_feed(write_tables(tmp_path, tables | {"users": tables["users"].slice(0, 0)}))


def test_an_outcome_that_is_not_zero_or_one_is_refused(write_tables, tmp_path, tables):
    impressions = changed(tables["impressions"], "is_like", np.full(len(tables["impressions"]), 2))

    with pytest.raises(TableError, match=r"impressions\.is_like must be 0 or 1, found 2"):
        read_feed(write_tables(tmp_path, tables | {"impressions": impressions}))


@pytest.mark.parametrize(
    ("name", "column", "message"),
    [
        ("impressions", "user_id", "impressions: 1500 rows have an unknown user_id, such as .7."),
        ("impressions", "video_id", "impressions: 1500 rows have an unknown video_id, such as .7."),
        ("history", "user_id", "history: 55 rows have an unknown user_id"),
    ],
)
def test_an_unknown_id_is_named(write_tables, tmp_path, tables, name, column, message):
    table = changed(tables[name], column, np.full(len(tables[name]), 7))

    with pytest.raises(TableError, match=message):
        read_feed(write_tables(tmp_path, tables | {name: table}))


def test_an_id_that_appears_twice_in_its_table_is_refused(write_tables, tmp_path, tables):
    users = pa.concat_tables([tables["users"], tables["users"].slice(3, 1)])

    with pytest.raises(TableError, match="user_id is not unique in its table, such as 1003"):
        read_feed(write_tables(tmp_path, tables | {"users": users}))


@pytest.mark.parametrize(
    ("values", "found"), [(["a"] * 1500, "string with 0"), ([None, *[1] * 1499], "int64 with 1")]
)
def test_a_wrong_type_or_null_is_refused(write_tables, tmp_path, tables, values, found):
    impressions = changed(tables["impressions"], "tab", values)

    with pytest.raises(TableError, match=f"tab: expected integers without NULLs, found {found} NULLs"):
        read_feed(write_tables(tmp_path, tables | {"impressions": impressions}))


def test_a_history_that_is_not_a_list_is_refused(write_tables, tmp_path, tables):
    history = changed(tables["history"], "watch_seq", np.zeros(55, np.int64))

    with pytest.raises(TableError, match=r"history\.watch_seq: expected lists of integers, found int64"):
        read_feed(write_tables(tmp_path, tables | {"history": history}))
