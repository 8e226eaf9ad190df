from datetime import date, datetime

import pytest

from recsys.errors import TableError
from recsys.published import PUBLISHED

A, B, C = ("000000000000000a", "000000000000000c", "000000000000000e")
ID_A, ID_B, ID_C = 5, 6, 7
FEED = {
    "video_id": [A, B],
    "creator_id": [C, C],
    "followers": [1_000.0, 1_200.0],
    "posted_at": ["2025-05-01 10:00:00", "2025-05-02 00:00:00"],
    # In Vietnam, seven hours ahead of UTC: the first was seen on 14 May, 20:00 UTC.
    "scraped_at": ["2025-05-15 03:00:00", "2025-05-15 08:00:00"],
    "duration": ["01:05", "00:00"],
    "views": [4_099_999.9999999995, 600.0],
    "likes": [90.0, 20.0],
    "comments": [7.0, None],
    "shares": [3.0, 1.0],
    "hashtags": ["Fyp, xuhuong, fyp", ""],
    "sound_id": [B, None],
}
AGAIN = {name: values[:1] for name, values in FEED.items()} | {
    "followers": [1_500.0],
    "scraped_at": ["2025-06-06 10:00:00"],
    "duration": ["01:04"],
    "views": [5_000_000.0],
    "comments": [6.0],
}


@pytest.fixture
def loaded(write):
    write("videos.parquet", FEED)
    return PUBLISHED["tiktok_vn_2025"].read(write("recrawl.parquet", AGAIN))


def test_videos_are_those_of_both_files_with_what_is_known(loaded):
    assert loaded.tables["videos"].to_pylist() == [
        {"video_id": ID_A, "creator_id": ID_C, "posted_at": datetime.fromisoformat("2025-05-01T10:00"),
         "sound_id": ID_B, "duration": 65.0, "hashtags": ["fyp", "xuhuong"]},
        {"video_id": ID_B, "creator_id": ID_C, "posted_at": datetime.fromisoformat("2025-05-02T00:00"),
         "sound_id": None, "duration": None, "hashtags": []},
    ]  # fmt: skip


def test_counts_to_date_are_booked_on_the_utc_day_they_were_read_and_then_their_rise(loaded):
    assert loaded.tables["video_daily"].to_pylist() == [
        {
            "video_id": ID_A,
            "day": date(2025, 5, 14),
            "views": 4_100_000,
            "likes": 90,
            "comments": 7,
            "shares": 3,
        },
        {"video_id": ID_A, "day": date(2025, 6, 6), "views": 900_000, "likes": 0, "comments": 0, "shares": 0},
    ]


def test_followers_are_those_of_the_days_on_which_they_were_read(loaded):
    assert loaded.tables["creator_daily"].to_pylist() == [
        {"creator_id": ID_C, "day": date(2025, 5, 14), "followers": 1_000},
        {"creator_id": ID_C, "day": date(2025, 5, 15), "followers": 1_200},
        {"creator_id": ID_C, "day": date(2025, 6, 6), "followers": 1_500},
    ]


def test_creators_are_there_once_in_the_market_of_the_feed(loaded):
    assert loaded.tables["creators"].to_pylist() == [{"creator_id": ID_C, "market": "VN"}]


def test_what_was_cleaned_is_counted(loaded):
    assert {each.reason: each.rows for each in loaded.cleaned if each.rows} == {
        "a duration of 0 was not read: unknown": 1,
        "hashtags in small letters, each once a video": 1,
        "comments were not read: no counts": 1,
        "a count fell between two measurements: 0 on the second one's day": 1,
    }


def test_a_time_of_another_form_is_refused(write):
    write("videos.parquet", FEED | {"scraped_at": ["15.05.2025", "16.05.2025"]})

    with pytest.raises(TableError, match=r"tiktok_vn_2025: .* is not as published"):
        PUBLISHED["tiktok_vn_2025"].read(write("recrawl.parquet", AGAIN))


def test_the_published_set_gives_what_its_authors_counted(real):
    loaded = PUBLISHED["tiktok_vn_2025"].read(real("tiktok_vn_2025"))

    assert {name: len(rows) for name, rows in loaded.tables.items()} == {
        "creators": 6_883, "creator_daily": 9_582, "videos": 10_102, "video_daily": 11_035,
    }  # fmt: skip
