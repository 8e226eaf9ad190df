from datetime import date, datetime

import pytest

from features.published.measured_again import measured_again


@pytest.fixture
def again_of(set_of):
    def of(*measured):
        daily = [
            {"video_id": number, "day": date(2025, 5, day), "views": views, "likes": likes, "comments": 0,
             "shares": shares}
            for number, day, views, likes, shares in measured
        ]  # fmt: skip
        posted = datetime.fromisoformat("2025-05-01T12:00")
        videos = [{"video_id": number, "creator_id": 1, "posted_at": posted} for number in (1, 2)]
        then = set_of("2025-06-01", {"videos": videos, "video_daily": daily})
        return then.read(measured_again(then)).to_pylist()

    return of


def test_a_video_is_described_as_it_was_first_and_by_what_it_gained_since(again_of):
    (row,) = again_of((1, 3, 1_000, 90, 10), (1, 13, 150, 5, 0), (1, 23, 50, 5, 0))

    assert (row["views"], row["views_since"], row["likes"]) == (1_000, 200, 90)
    assert row["age"] == pytest.approx(2.5)
    assert row["days"] == 20
    assert row["gained"] == pytest.approx(0.2)
    assert row["grew"] is True
    assert row["engagement_rate"] == pytest.approx(0.1)
    assert row["share_rate"] == pytest.approx(0.01)


def test_a_video_measured_once_is_left_out(again_of):
    assert again_of((2, 3, 1_000, 90, 10)) == []


def test_less_than_a_tenth_more_is_no_growth(again_of):
    (row,) = again_of((1, 3, 1_000, 0, 0), (1, 13, 99, 0, 0))

    assert row["grew"] is False
