from datetime import date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.published.cleaning import Cleaning
from recsys.published.measured import (
    counts_of_days,
    creators_of,
    daily_counts,
    followers_of_days,
    videos_of,
    whole_numbers,
)


def may(day, hour=12):
    return datetime.fromisoformat(f"2025-05-{day:02}T{hour:02}:00")


def measured(**columns):
    return pa.table(columns)


def test_the_first_measurement_is_booked_in_full_and_the_next_with_what_was_added():
    rows = measured(video_id=[7, 8, 7], at=[may(20), may(20), may(10)], views=[150, 30, 100])

    counts, fell = daily_counts(rows, "video_id", ["views"])

    assert counts.to_pylist() == [
        {"video_id": 7, "day": date(2025, 5, 10), "views": 100},
        {"video_id": 7, "day": date(2025, 5, 20), "views": 50},
        {"video_id": 8, "day": date(2025, 5, 20), "views": 30},
    ]
    assert fell == 0


def test_a_count_that_fell_adds_nothing_and_is_told():
    rows = measured(video_id=[7, 7], at=[may(1), may(2)], likes=[9, 8], views=[10, 12])

    counts, fell = daily_counts(rows, "video_id", ["likes", "views"])

    assert counts["likes"].to_pylist() == [9, 0]
    assert counts["views"].to_pylist() == [10, 2]
    assert fell == 1


def test_two_measurements_of_one_day_are_one_day():
    rows = measured(video_id=[7, 7], at=[may(1, 8), may(1, 20)], views=[10, 12])

    counts, _ = daily_counts(rows, "video_id", ["views"])

    assert counts.to_pylist() == [{"video_id": 7, "day": date(2025, 5, 1), "views": 12}]


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=20))
def test_the_days_of_a_rising_count_add_up_to_its_last_measurement(to_date):
    rising = sorted(to_date)
    rows = measured(video_id=[1] * len(rising), at=[may(1 + i) for i in range(len(rising))], views=rising)

    counts, fell = daily_counts(rows, "video_id", ["views"])

    assert sum(counts["views"].to_pylist()) == rising[-1]
    assert fell == 0


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"views": float("nan")}, "views were not read: no counts"),
        ({"comments": None}, "comments were not read: no counts"),
        ({"views": 0.0}, "views of 0 with likes or comments: no counts"),
    ],
)
def test_a_measurement_that_was_not_read_has_no_counts(row, reason):
    columns = {"views": 9.0, "likes": 2.0, "comments": 1.0, "shares": 0.0} | row
    found = Cleaning(
        "file", pa.table({"video_id": [1], "at": [may(1)]} | {n: [v] for n, v in columns.items()})
    )

    counts = counts_of_days(found)

    assert len(counts) == 0
    assert [each.reason for each in found.cleaned if each.rows] == [reason]


def test_a_video_that_nobody_saw_has_counts_of_0():
    zeros = {name: [0.0] for name in ("views", "likes", "comments", "shares")}

    counts = counts_of_days(Cleaning("file", pa.table({"video_id": [1], "at": [may(1)]} | zeros)))

    assert counts["views"].to_pylist() == [0]


def test_the_last_count_of_followers_of_a_day_is_the_days():
    rows = measured(
        creator_id=[1, 1, 1, 2, 3],
        at=[may(1, 9), may(1, 8), may(2), may(1), may(1)],
        followers=[110.0, 100.0, 120.0, 0.0, None],
    )
    found = Cleaning("file", rows)

    daily = followers_of_days(found)

    assert daily.to_pylist() == [
        {"creator_id": 1, "day": date(2025, 5, 1), "followers": 110},
        {"creator_id": 1, "day": date(2025, 5, 2), "followers": 120},
    ]
    assert found.cleaned[0].rows == 2


def test_creators_are_there_once_in_order():
    assert creators_of(measured(creator_id=[3, 1, 3])).to_pylist() == [{"creator_id": 1}, {"creator_id": 3}]


def test_a_video_measured_twice_has_its_longest_duration_and_one_never_read_has_none():
    """A time that is cut off is shorter, and one that was not read is 0."""
    rows = measured(
        video_id=[8, 7, 8, 9],
        creator_id=[1, 2, 1, 1],
        posted_at=[may(1), may(2), may(1), may(3)],
        duration=[0.0, 9.5, 65.0, 0.0],
        hashtags=[["#A", "a "], ["b"], ["#A", "a "], []],
    )
    found = Cleaning("file", rows)

    videos = videos_of(found)

    assert videos.select(["video_id", "creator_id", "duration", "hashtags"]).to_pylist() == [
        {"video_id": 7, "creator_id": 2, "duration": 9.5, "hashtags": ["b"]},
        {"video_id": 8, "creator_id": 1, "duration": 65.0, "hashtags": ["a"]},
        {"video_id": 9, "creator_id": 1, "duration": None, "hashtags": []},
    ]
    assert [each.rows for each in found.cleaned] == [1, 1]


def test_a_page_that_says_4_1m_means_4_100_000():
    assert whole_numbers(pa.table({"a": [4_099_999.9999999995]}), ["a"])["a"].to_pylist() == [4_100_000]
