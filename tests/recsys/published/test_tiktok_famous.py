from datetime import date, datetime

import pytest

from recsys.published import PUBLISHED

A, B, C = ("000000000000000a", "000000000000000c", "000000000000000e")
ID_A, ID_B, ID_C = 5, 6, 7
FILE = {
    "video_id": [A, A, B],
    "creator_id": [C, C, B],
    "create_time": [1_604_768_557, 1_604_768_557, 1_600_000_000],
    "hashtags": ["['Fyp', 'love']", "['Fyp', 'love']", "[]"],
    "video_length": [8, 8, 0],
    "n_likes": [100, 110, 2],
    "n_shares": [3, 3, 0],
    "n_comments": [18, 18, 1],
    "n_plays": [1_000, 1_000, 40],
    "n_followers": [12_600_000, 12_700_000, 0],
}


@pytest.fixture
def loaded(write):
    return PUBLISHED["tiktok_famous"].read(write("videos.parquet", FILE))


def test_a_video_that_was_crawled_twice_is_there_once_with_the_later_counts(loaded):
    assert loaded.tables["video_daily"].to_pylist() == [
        {
            "video_id": ID_A,
            "day": date(2020, 11, 8),
            "views": 1_000,
            "likes": 110,
            "comments": 18,
            "shares": 3,
        },
        {"video_id": ID_B, "day": date(2020, 11, 8), "views": 40, "likes": 2, "comments": 1, "shares": 0},
    ]


def test_videos_have_their_times_in_utc_and_no_sound(loaded):
    assert loaded.tables["videos"].to_pylist() == [
        {"video_id": ID_A, "creator_id": ID_C, "posted_at": datetime.fromisoformat("2020-11-07T17:02:37"),
         "duration": 8.0, "hashtags": ["fyp", "love"]},
        {"video_id": ID_B, "creator_id": ID_B, "posted_at": datetime.fromisoformat("2020-09-13T12:26:40"),
         "duration": None, "hashtags": []},
    ]  # fmt: skip


def test_an_account_shown_without_followers_has_an_unknown_number(loaded):
    assert loaded.tables["creator_daily"].to_pylist() == [
        {"creator_id": ID_C, "day": date(2020, 11, 8), "followers": 12_700_000}
    ]
    assert loaded.tables["creators"]["creator_id"].to_pylist() == [ID_B, ID_C]


def test_what_was_cleaned_is_counted(loaded):
    assert {each.reason: each.rows for each in loaded.cleaned if each.rows} == {
        "a video crawled twice within hours: the later counts": 1,
        "a duration of 0 was not read: unknown": 1,
        "hashtags in small letters, each once a video": 1,
        "followers were not read: no day of the creator": 1,
    }


def test_nothing_is_booked_before_it_was_posted(real):
    tables = PUBLISHED["tiktok_famous"].read(real("tiktok_famous")).tables

    assert max(tables["videos"]["posted_at"].to_pylist()).date() <= min(
        tables["video_daily"]["day"].to_pylist()
    )


def test_the_published_set_gives_what_its_authors_counted(real):
    loaded = PUBLISHED["tiktok_famous"].read(real("tiktok_famous"))

    assert len(loaded.tables["creators"]) == 1_794
    assert len(loaded.tables["videos"]) == 54_261 - 4_137
