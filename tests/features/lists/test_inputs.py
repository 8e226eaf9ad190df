"""What a week counts, by hand: 10 to 16 June 2024, the week before from 3 June."""

from datetime import date, datetime, timedelta

import pytest

from features.lists.gather import inputs_of
from recsys.periods import Period

WEEK = Period.of("week", date(2024, 6, 12))
JOINED = datetime.fromisoformat("2024-01-01")


def at(text):
    return datetime.fromisoformat(text)


def live(number, start, end, **counts):
    return {"livestream_id": number, "started_at": at(start), "ended_at": at(end), **counts}


def days(first, number, **columns):
    return [{"day": first + timedelta(days=ago), **columns} for ago in range(number)]


@pytest.fixture
def counted(tables_of, policies):
    """Rows → the inputs of creator 1."""

    def of(period=WEEK, **rows):
        creators = {
            "creators": [{"creator_id": 1, "created_at": JOINED}],
            "creator_daily": [{"day": JOINED.date()}],
        }
        return inputs_of(tables_of(creators | rows), period, policies).to_pylist()[0]

    return of


def test_money_and_followers_of_the_week_and_of_the_one_before(counted):
    daily = [
        {"day": date(2024, 6, 2), "followers": 1, "gmv_low": 1_000, "gmv_high": 1_000},
        *days(date(2024, 6, 3), 7, followers=40, gmv_low=3, gmv_high=3),
        *days(date(2024, 6, 10), 6, followers=50, gmv_low=5, gmv_high=9),
        {"day": date(2024, 6, 16), "followers": 70, "gmv_low": 2, "gmv_high": 2},
        {"day": date(2024, 6, 17), "followers": 999, "gmv_low": 1_000, "gmv_high": 1_000},
    ]

    found = counted(creator_daily=daily)

    assert (found["gmv_low"], found["gmv_high"], found["gmv_low_before"]) == (32, 56, 21)
    assert (found["followers"], found["followers_before"], found["days"]) == (70, 40, 7)


def test_views_belong_to_the_day_they_were_made_on_and_freshness_to_the_post(counted):
    """Videos 1 (May, linking), 2 (June, linking) and 3 (June): fresh is posted from 20 May on."""
    videos = [
        {"video_id": 1, "posted_at": at("2024-05-19T23:59:59"), "product_ids": [7]},
        {"video_id": 2, "posted_at": at("2024-05-20"), "product_ids": [7, 8]},
        {"video_id": 3, "posted_at": at("2024-06-15"), "product_ids": []},
    ]
    counts = {"watch_seconds": 10, "likes": 2, "comments": 1, "shares": 1, "orders": 1, "gmv": 100}
    daily = [
        {"video_id": 1, "day": date(2024, 6, 9), "views": 1_000, **counts},
        {"video_id": 1, "day": date(2024, 6, 10), "views": 10, **counts},
        {"video_id": 2, "day": date(2024, 6, 16), "views": 20, **counts},
        {"video_id": 3, "day": date(2024, 6, 16), "views": 40, **counts},
        {"video_id": 3, "day": date(2024, 6, 17), "views": 5_000, **counts},
    ]

    found = counted(videos=videos, video_daily=daily)

    assert (found["video_views"], found["video_watch"], found["video_engagements"]) == (70, 30, 12)
    assert (found["fresh_views"], found["video_contents"]) == (60, 2)
    assert (found["shop_views"], found["shop_orders"], found["shop_gmv"]) == (30, 2, 200)
    assert found["shop_views_before"] == 1_000


def test_a_livestream_counts_when_it_ends_and_as_one_when_it_lasts_ten_minutes(counted):
    lives = [
        live(
            1,
            "2024-06-09T23:00",
            "2024-06-10",
            views=5,
            viewers=3,
            watch_seconds=60,
            likes=1,
            orders=2,
            gmv=50,
        ),
        live(2, "2024-06-12T10:00", "2024-06-12T10:09:59", views=7),
        live(3, "2024-06-05T10:00", "2024-06-05T11:00", views=9),
    ]

    found = counted(livestreams=lives)

    assert (found["live_contents"], found["livestreams"], found["live_views"]) == (2, 1, 12)
    assert (found["live_viewers"], found["live_watch"], found["live_engagements"]) == (3, 60, 1)
    assert (found["live_orders"], found["live_gmv"], found["live_views_before"]) == (2, 50, 9)


def test_neither_link_stuffing_nor_flooding_pays(counted):
    """One post with nine links counts five; seven posts of three on one day count five posts and 21 links."""
    stuffed = [{"video_id": 1, "posted_at": at("2024-06-10"), "product_ids": list(range(9))}]
    flood = [
        {
            "video_id": 10 + hour,
            "posted_at": at("2024-06-11") + timedelta(hours=hour),
            "product_ids": [1, 2, 3],
        }
        for hour in range(7)
    ]
    plain = [{"video_id": 30, "posted_at": at("2024-06-12")}]

    found = counted(videos=stuffed + flood + plain)

    assert (found["shoppable_posts"], found["linked_products"]) == (1 + 5, 5 + 21)


def test_products_of_livestreams_count_up_to_five_in_each(counted):
    """Seven products in one, and one product twice in another."""
    lives = [live(number, "2024-06-12T10:00", "2024-06-12T12:00") for number in (1, 2)]
    start, end = at("2024-06-12T10:00"), at("2024-06-12T10:05")
    segments = [
        {"livestream_id": 1, "product_id": product, "starts_at": start, "ends_at": end}
        for product in range(7)
    ]
    segments += [
        {"livestream_id": 2, "product_id": 1, "starts_at": each, "ends_at": end} for each in (start, end)
    ]

    assert counted(livestreams=lives, livestream_segments=segments)["live_products"] == 5 + 1


def test_regularity_is_the_number_of_days_with_a_post_or_a_livestream_in_four_weeks(counted):
    moments = ("2024-05-19T23:59", "2024-05-20", "2024-05-20T12:00", "2024-06-16")
    videos = [{"video_id": number, "posted_at": at(moment)} for number, moment in enumerate(moments)]
    lives = [{"started_at": at("2024-06-01"), "ended_at": at("2024-06-01T02:00")}]

    found = counted(videos=videos, livestreams=lives)

    assert found["active_days"] == 3
    assert found["last_active"] == 1_718_496_000


@pytest.mark.parametrize(("kind", "day", "decided"), [("month", 5, 1), ("week", 31, 0)])
def test_samples_are_judged_by_the_rules_of_the_periods_last_day(counted, kind, day, decided):
    """Shipped on 10 August 2023, received on the 22nd: over after 17 days from shipping, the rules of August.

    The week of 31 August ends under those of September: open for 14 days from receipt.
    """
    sample = {
        "requested_at": at("2023-08-09"),
        "shipped_at": at("2023-08-10"),
        "received_at": at("2023-08-22"),
    }
    joined = [{"creator_id": 1, "created_at": at("2023-01-01")}]

    found = counted(Period.of(kind, date(2023, 8, day)), creators=joined, samples=[sample])

    assert found["samples_decided"] == decided


def test_nothing_counts_0_for_everyone(counted):
    found = counted()

    assert {name: value for name, value in found.items() if isinstance(value, int)} == {
        name: {"creator_id": 1, "days": 7}.get(name, 0)
        for name, value in found.items()
        if isinstance(value, int)
    }
