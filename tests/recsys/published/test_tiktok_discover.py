"""The Discover page: readings of many caches made into one count a day."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import TableError
from recsys.published.tiktok_discover import TIKTOK_DISCOVER, totals
from recsys.tables import read_tables

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "tiktok_discover"
published = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published snapshots are not here")


def snapshots(**columns) -> pa.Table:
    return pa.table({"endpoint": ["www"] * len(columns["snapshot"]), **columns})


@pytest.fixture
def folder(tmp_path):
    """Two days of a hashtag, of a song whose count falls, and of a creator once read as 0."""
    first, later, second = "2022-03-24T20:40:04Z", "2022-03-24T23:40:04Z", "2022-03-25T00:00:00Z"
    files = {
        "hashtags": snapshots(
            snapshot=[later, first, second, second], hashtag_id=[7, 7, 7, 8],
            hashtag=["#Up", "#up", "#UP", "#b"], views=[110, 100, 300, 9],
        ),
        "songs": snapshots(
            snapshot=[first, second], song_id=[5, 5], title=["A", "A"], posts=[50, 40],
        ),
        "creators": snapshots(
            snapshot=[first, later, second], creator_id=["00000000000000ff"] * 3, followers=[0, 90, 80],
        ),
    }  # fmt: skip
    for name, rows in files.items():
        pq.write_table(rows, tmp_path / f"{name}.parquet")
    return tmp_path


def test_the_highest_reading_of_a_day_is_the_latest(folder):
    rows, cleaned = totals(folder, "hashtags")

    assert rows.to_pylist() == [
        {"entity": 7, "name": "#UP", "day": date(2022, 3, 24), "total": 110},
        {"entity": 7, "name": "#UP", "day": date(2022, 3, 25), "total": 300},
        {"entity": 8, "name": "#b", "day": date(2022, 3, 25), "total": 9},
    ]
    assert [(each.file, each.rows) for each in cleaned] == [("hashtags.parquet", n) for n in (0, 1, 0)]


def test_posts_to_date_never_fall(folder):
    rows, cleaned = totals(folder, "songs")

    assert rows["total"].to_pylist() == [50, 50]
    assert cleaned[-1].rows == 1


def test_followers_may_fall_and_were_not_read_where_they_are_0(folder):
    rows, cleaned = totals(folder, "creators")

    assert rows["total"].to_pylist() == [90, 80]
    assert cleaned[0].rows == 1


def test_creators_open_as_tables_of_the_contract(folder):
    tables = read_tables(f"tiktok_discover://{folder}")
    daily = tables["creator_daily"].to_pyarrow().to_pylist()

    assert list(tables) == ["creators", "creator_daily"]
    assert daily[0] == {"creator_id": 0x7F, "day": date(2022, 3, 24), "followers": 90}


def test_a_missing_file_is_named(folder):
    (folder / "songs.parquet").unlink()

    with pytest.raises(TableError, match=r"lacks songs\.parquet"):
        TIKTOK_DISCOVER.read(folder)


@published
def test_the_published_snapshots_have_a_rising_count_of_every_hashtag():
    rows, _ = totals(PUBLISHED, "hashtags")
    same = rows["entity"].to_numpy()[1:] == rows["entity"].to_numpy()[:-1]

    assert len(set(rows["entity"].to_pylist())) == 111
    assert (rows["total"].to_numpy()[1:] >= rows["total"].to_numpy()[:-1])[same].all()
