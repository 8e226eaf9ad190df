"""Daily history (R16): a place per day, the last is yesterday; what did not exist is not 0."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from features.snapshot import build_match_snapshot, build_snapshot
from recsys.snapshot import HISTORY_DAYS

AS_OF = datetime.fromisoformat("2024-04-20T12:00")


def ago(days):
    return (AS_OF - timedelta(days=days)).date()


def daily(creator, days, **counts):
    return {"creator_id": creator, "day": ago(days)} | counts


def video(number, creator, days):
    return {"video_id": number, "creator_id": creator, "posted_at": AS_OF - timedelta(days=days)}


@pytest.fixture(scope="module")
def rows():
    """Creator 1 for 100 days; creator 2 for 3; nobody knows creator 9."""
    return {
        "creators": [
            {"creator_id": 2, "created_at": AS_OF - timedelta(days=3)},
            {"creator_id": 1, "created_at": AS_OF - timedelta(days=100)},
        ],
        "creator_daily": [
            *(daily(1, days, followers=5_000 - days) for days in range(101)),
            *(daily(2, days, followers=70 + days) for days in range(4)),
            daily(9, 1, followers=3),
        ],
        "videos": [video(11, 1, 95), video(12, 1, 2), video(21, 2, 2), video(91, 9, 5)],
        "video_daily": [
            *(
                {"video_id": 11, "day": ago(days), "views": days, "likes": 2, "comments": 1}
                for days in (91, 90, 61, 60, 31, 30, 2)
            ),
            {"video_id": 12, "day": ago(2), "views": 1_000, "shares": 40},
            {"video_id": 12, "day": ago(0), "views": 777},
            {"video_id": 21, "day": ago(1), "views": 2**31 + 5},
            {"video_id": 91, "day": ago(1), "views": 4},
        ],
    }


@pytest.fixture(scope="module")
def days(rows, tables_of, policies):
    return build_snapshot(tables_of(rows), AS_OF, policies).creator_days


def test_it_has_a_row_for_each_creator_and_a_place_for_each_day(days):
    assert days.ids.tolist() == [1, 2]
    assert {name: (values.shape, values.dtype) for name, values in days.values.items()} == dict.fromkeys(
        ("followers", "views", "engagements"), ((2, HISTORY_DAYS), np.dtype(np.int32))
    )


def test_followers_run_from_ninety_days_ago_to_yesterday(days):
    assert days["followers"][0].tolist() == [5_000 - ago for ago in range(90, 0, -1)]


def test_days_before_the_account_are_unknown_and_days_without_counts_are_0(days):
    assert days["followers"][1].tolist() == [-1] * 87 + [73, 72, 71]
    assert days["views"][1][:-1].tolist() == [-1] * 87 + [0, 0]


def test_views_of_all_videos_of_a_day_are_added_up(days):
    views = days["views"][0]

    assert {90 - place: int(views[place]) for place in np.flatnonzero(views)} == {
        90: 90,
        61: 61,
        60: 60,
        31: 31,
        30: 30,
        2: 1_002,
    }


def test_engagements_are_likes_comments_and_shares(days):
    engagements = days["engagements"][0]

    assert (engagements[90 - 90], engagements[90 - 2], engagements[90 - 1]) == (3, 43, 0)


def test_a_day_beyond_the_largest_number_shows_that_number(days):
    assert days["views"][1][-1] == 2**31 - 1


def test_a_snapshot_for_matching_has_no_history(rows, tables_of, policies):
    assert len(build_match_snapshot(tables_of(rows), AS_OF, policies).creator_days) == 0
