from datetime import date, datetime, timedelta

import pytest

from features.published.creators import cadence, popularity, with_cadence

DAY = date(2024, 3, 1)
START = datetime.fromisoformat("2024-03-01T00:00")


def video(number, creator=1, days_ago=1.0):
    return {"video_id": number, "creator_id": creator, "posted_at": START - timedelta(days=days_ago)}


def counts(number, views, likes=0, comments=0, shares=0, day=DAY):
    return {"video_id": number, "day": day, "views": views, "likes": likes, "comments": comments,
            "shares": shares}  # fmt: skip


def followers(number, creator=1, day=DAY):
    return {"creator_id": creator, "day": day, "followers": number}


@pytest.fixture
def profiles_of(set_of):
    def of(profile, videos, video_daily, creator_daily):
        creators = [{"creator_id": creator} for creator in sorted({row["creator_id"] for row in videos})]
        rows = {
            "creators": creators,
            "videos": videos,
            "video_daily": video_daily,
            "creator_daily": creator_daily,
        }
        then = set_of("2024-03-02", rows)
        return then.read(profile(then).order_by("creator_id")).to_pylist()

    return of


def test_means_and_rates_are_those_of_the_videos_that_were_measured(profiles_of):
    videos = [video(1), video(2, days_ago=2), video(3, days_ago=3)]
    measured = [counts(1, 100, 8, 1, 1), counts(2, 300, 20, 6, 4)]

    (row,) = profiles_of(popularity, videos, measured, [followers(1_000)])

    assert row["latest_videos"] == 2
    assert (row["latest_views"], row["mean_views"], row["mean_likes"]) == (400, 200, 14)
    assert row["engagement_rate"] == pytest.approx(40 / 400)
    assert row["views_per_follower"] == pytest.approx(0.2)


def test_only_the_latest_30_videos_count(profiles_of):
    videos = [video(number, days_ago=number) for number in range(1, 41)]
    measured = [counts(number, 10 if number <= 30 else 1_000) for number in range(1, 41)]

    (row,) = profiles_of(popularity, videos, measured, [followers(5)])

    assert (row["latest_videos"], row["mean_views"]) == (30, 10)


def test_a_creator_without_a_measurement_has_unknown_figures_and_not_0(profiles_of):
    rows = profiles_of(popularity, [video(1), video(2, creator=2)], [counts(1, 10)], [followers(5)])

    unknown = rows[1]
    assert unknown.pop("creator_id") == 2
    assert set(unknown.values()) == {None}


def test_followers_are_the_last_ones_known(profiles_of):
    history = [followers(100), followers(90, day=date(2024, 2, 1)), followers(999, day=date(2024, 3, 2))]

    (row,) = profiles_of(popularity, [video(1)], [counts(1, 10)], history)

    assert row["followers"] == 100


def test_regularity_is_of_the_weeks_since_the_first_video_that_is_held(profiles_of):
    # Posted 1, 8 and 29 days before the profile's moment: 3 of the 5 weeks since the first of them.
    videos = [video(1, days_ago=0), video(2, days_ago=7), video(3, days_ago=28)]

    (row,) = profiles_of(cadence, videos, [counts(1, 10)], [followers(5)])

    assert row["days_since_post"] == 1
    assert row["gap_days"] == pytest.approx(14)
    assert row["gap_variation"] == pytest.approx(0.5)
    assert row["weeks_posted_share"] == pytest.approx(3 / 5)


def test_one_video_has_no_gaps(profiles_of):
    (row,) = profiles_of(cadence, [video(1)], [counts(1, 10)], [followers(5)])

    assert row["gap_days"] is None
    assert row["weeks_posted_share"] == 1


def test_who_posted_nothing_in_90_days_has_no_regularity(profiles_of):
    (row,) = profiles_of(with_cadence, [video(1, days_ago=200)], [counts(1, 10)], [followers(5)])

    assert row["days_since_post"] == 201
    assert row["weeks_posted_share"] is None
