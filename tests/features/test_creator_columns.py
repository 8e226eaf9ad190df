"""A creator's own totals, against the period of equal length before (R33)."""

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
