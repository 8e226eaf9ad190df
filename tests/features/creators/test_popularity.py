"""Numbers worked by hand: views, engagement and reach (R14, R15, R16)."""

from datetime import datetime, timedelta
from math import isnan, log

import pytest

from recsys.tables import TABLES

AS_OF = datetime.fromisoformat("2024-06-01")


def video(number, days_ago, counted_days_ago=None, **more):
    """A video, and one day of counts."""
    day = (AS_OF - timedelta(days=counted_days_ago or days_ago)).date()
    columns = {column.name for column in TABLES["video_daily"].columns}
    counts = {"views": 100} | {name: value for name, value in more.items() if name in columns}
    rest = {name: value for name, value in more.items() if name not in columns}
    posted = AS_OF - timedelta(days=days_ago)
    return {"video_id": number, "posted_at": posted, **rest}, {"video_id": number, "day": day, **counts}


def rows_of(*videos):
    return {"videos": [row for row, _ in videos], "video_daily": [counts for _, counts in videos]}


def test_the_last_30_videos_count_and_the_31st_does_not(features_of):
    latest = [video(number, days_ago=number + 1, views=200, likes=10) for number in range(30)]
    features = features_of(rows_of(*latest, video(30, days_ago=60, views=10**6)), AS_OF)

    assert features["mean_views_log"] == pytest.approx(log(201))
    assert features["latest_videos_log"] == pytest.approx(log(31))
    assert features["engagement_rate"] == pytest.approx(0.05)


def test_with_fewer_than_30_videos_the_mean_is_over_those_there_are(features_of):
    features = features_of(rows_of(video(1, 5, views=100), video(2, 9, views=300)), AS_OF)

    assert features["mean_views_log"] == pytest.approx(log(201))
    assert features["latest_videos_log"] == pytest.approx(log(3))


def test_engagement_is_likes_comments_and_shares_per_view(features_of):
    recent = video(
        1, 5, views=1_000, likes=40, comments=8, shares=2, views_6s=500, completions=200, watch_seconds=9_000
    )
    features = features_of(rows_of(recent, video(2, 200, views=1_000, likes=150)), AS_OF)

    assert features["engagement_rate"] == pytest.approx(200 / 2_000)
    assert features["engagement_rate_30_days"] == pytest.approx(0.05)
    assert features["comment_rate"] == pytest.approx(0.004)
    assert features["share_rate"] == pytest.approx(0.001)
    assert features["view_through_rate"] == pytest.approx(0.25)
    assert features["completion_rate"] == pytest.approx(0.1)
    assert features["watch_seconds_per_view"] == pytest.approx(4.5)


def test_a_day_30_days_ago_is_in_the_last_30_days_and_the_one_before_is_not(features_of):
    inside, outside = (
        video(1, 90, views=100, likes=10, counted_days_ago=30),
        video(2, 90, views=100, counted_days_ago=31),
    )
    features = features_of(rows_of(inside, outside), AS_OF)

    assert features["engagement_rate_30_days"] == pytest.approx(0.1)
    assert features["engagement_rate"] == pytest.approx(0.05)


def test_counts_of_today_are_not_known_yet(features_of):
    assert isnan(
        features_of(rows_of(video(1, days_ago=-0.1)), AS_OF + timedelta(hours=12))["engagement_rate"]
    )


def test_potential_reach_is_followers_times_the_active_share(features_of):
    yesterday, measured = (AS_OF - timedelta(days=1)).date(), (AS_OF - timedelta(days=40)).date()
    rows = {
        "creator_daily": [{"day": yesterday, "followers": 1_000_000}],
        "audience": [{"day": measured, "dimension": "activity", "value": "active", "share": 0.55}],
    }
    features = features_of(rows, AS_OF)

    assert features["potential_reach_log"] == pytest.approx(log(550_001))
    assert features["active_audience_share"] == pytest.approx(0.55)


def test_the_latest_measurement_of_an_audience_holds(features_of):
    shares = [(40, 0.9), (10, 0.3), (0, 0.8)]
    rows = {
        "audience": [
            {"day": (AS_OF - timedelta(days=ago)).date(), "value": "US", "share": share}
            for ago, share in shares
        ]
    }

    assert features_of(rows, AS_OF)["main_country_share"] == pytest.approx(0.3)


def test_sponsored_lift_compares_views_per_post(features_of):
    sponsored, organic = video(1, 5, views=3_000, campaign_id=1), [video(n, 6, views=1_000) for n in (2, 3)]
    features = features_of(rows_of(sponsored, *organic), AS_OF)

    assert features["sponsored_lift"] == pytest.approx(log(4_000 / 2_000))
    assert isnan(features_of(rows_of(*organic), AS_OF)["sponsored_lift"])


def test_livestreams_are_known_when_they_are_over(features_of):
    def stream(number, ended, views):
        times = {"started_at": ended - timedelta(hours=2), "ended_at": ended}
        counts = {"views": views, "viewers": views // 2, "watch_seconds": views * 60, "likes": views // 10}
        return {"livestream_id": number, **times, **counts}

    rows = {
        "livestreams": [
            stream(1, AS_OF - timedelta(days=2), 400),
            stream(2, AS_OF + timedelta(minutes=1), 10**6),
        ]
    }
    features = features_of(rows, AS_OF)

    assert features["live_views_log"] == pytest.approx(log(401))
    assert features["live_engagement_rate"] == pytest.approx(0.1)
    assert features["live_watch_seconds_log"] == pytest.approx(log(121))
    assert features["lives_log"] == pytest.approx(log(2))
    assert features["live_hours_log"] == pytest.approx(log(3))
    assert features["days_since_live_log"] == pytest.approx(log(3))
