"""A creator's own totals beside the period before (R33), and counts of sets of videos (R14, R16)."""

from datetime import datetime, timedelta

import pytest

from features.snapshot import build_match_snapshot

AS_OF = datetime.fromisoformat("2024-04-20T12:00")


def daily(ago, **counts):
    return {"creator_id": 1, "day": (AS_OF - timedelta(days=ago)).date()} | counts


@pytest.fixture(scope="module")
def creators(tables_of, policies):
    """One creator: followers rise by 1 a day, by 3 in the last 28 days, and fall once in each."""
    followers, rows = 1_000, []
    for ago in range(60, 0, -1):
        followers += -50 if ago in (10, 40) else 1 + 2 * (ago <= 28)
        rows.append(daily(ago, followers=followers, gmv_low=ago, gmv_high=2 * ago, orders=1 + (ago <= 28)))
    posts = [
        {
            "video_id": ago,
            "creator_id": 1,
            "posted_at": AS_OF - timedelta(days=ago),
            "product_ids": [1] * (ago < 9),
        }
        for ago in (1, 8, 27, 30, 57)
    ]
    views = [
        {"video_id": video, "day": (AS_OF - timedelta(days=ago)).date(), "views": count}
        for video, ago, count in ((57, 57, 7), (57, 56, 100), (30, 29, 20), (30, 28, 3), (1, 1, 4))
    ]
    rows_by_table = {
        "creators": [{"creator_id": 1, "created_at": AS_OF - timedelta(days=60)}],
        "creator_daily": rows,
        "videos": posts,
        "video_daily": views,
    }
    return build_match_snapshot(tables_of(rows_by_table), AS_OF, policies).creators


@pytest.mark.parametrize(
    ("count", "last", "before"),
    [
        ("posts", 3, 1),
        ("views", 3 + 4, 100 + 20),
        ("gmv_low", sum(range(1, 29)), sum(range(29, 57))),
        ("gmv_high", 2 * sum(range(1, 29)), 2 * sum(range(29, 57))),
        ("orders", 2 * 28, 28),
        # Days on which followers fell win nobody back.
        ("gained", 3 * 27, 27),
    ],
)
def test_totals_of_28_days_stand_beside_those_before(creators, count, last, before):
    assert (creators[f"{count}_28"][0], creators[f"{count}_before_28"][0]) == (last, before)


def test_shoppable_videos_are_counted_from_the_first_on(creators):
    assert (creators["n_videos"][0], creators["n_shoppable"][0]) == (5, 2)


@pytest.fixture(scope="module")
def profiled(tables_of, policies):
    """Creator 1: a video of 100 days, one of 89 and one of 30 for campaigns, one of 29, 31 times 10 of 5."""
    ages = {1: 100, 2: 89, 3: 30, 4: 29} | dict.fromkeys(range(10, 41), 5)
    videos = [
        {
            "video_id": number,
            "creator_id": 1,
            "posted_at": AS_OF - timedelta(days=days),
            "campaign_id": 7 if number in (2, 3) else None,
        }
        for number, days in ages.items()
    ]
    counted = [
        *(count(number, ages[number] - 1, views=10, likes=1) for number in range(10, 41)),
        count(1, 3, views=5_000),
        count(2, 3, views=400, likes=4, comments=3, shares=2),
        count(2, 80, views=50),
        count(3, 30, views=70, comments=7),
        count(4, 29, views=20, likes=5),
    ]
    tables = {
        "creators": [{"creator_id": 1, "created_at": AS_OF - timedelta(days=120)}],
        "creator_daily": [daily(2, currency="EUR", gmv=None), daily(1, currency="USD", gmv=5)],
        "videos": videos,
        "video_daily": counted,
        "brands": [{"brand_id": 5, "store_states": ["US-TX", "US-CA"]}, {"brand_id": 4, "store_states": []}],
    }
    return build_match_snapshot(tables_of(tables), AS_OF, policies)


def count(video, ago, **counts):
    return {"video_id": video, "day": (AS_OF - timedelta(days=ago)).date()} | counts


@pytest.mark.parametrize(
    ("videos", "number", "counts"),
    [
        ("latest", 30, [300, 30, 0, 0]),
        # A video of exactly 30 days was posted in the last 30 days.
        ("recent", 33, [310 + 20 + 70, 31 + 5, 7, 0]),
        ("sponsored", 2, [400 + 50 + 70, 4, 3 + 7, 2]),
        ("organic", 32, [310 + 20, 31 + 5, 0, 0]),
    ],
)
def test_each_set_of_videos_is_counted_to_date(profiled, videos, number, counts):
    assert profiled.creators[f"{videos}_videos"].tolist() == [number]
    assert profiled.creators[f"{videos}_counts"].tolist() == [counts]


def test_money_is_in_the_currency_of_the_last_day(profiled):
    assert profiled.facts.currencies == ("EUR", "USD")
    assert profiled.creators["currency"].tolist() == [1]


def test_days_whose_gmv_is_withheld_are_counted(profiled):
    assert (profiled.creators["withheld_days_28"][0], profiled.creators["days_28"][0]) == (1, 2)


def test_a_brand_has_a_flag_for_each_state_with_a_store(profiled):
    assert profiled.facts.vocabularies["state"] == ("US-CA", "US-TX")
    assert profiled.brands["store_states"].tolist() == [[0, 0], [1, 1]]
