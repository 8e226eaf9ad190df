"""What shrinkage is fitted to: sums by hand, and no overflow for small-unit currencies."""

from datetime import date, datetime

import pytest

from features.known import known
from features.lists import history

AS_OF = datetime.fromisoformat("2024-06-01")


def test_large_amounts_of_small_units_do_not_overflow(tables_of, policies):
    """Ten billion minor units on a day, and in a video of one view."""
    rows = {
        "creators": [{"creator_id": 1, "created_at": datetime.fromisoformat("2024-01-01")}],
        "creator_daily": [{"day": date(2024, 5, day), "gmv_low": 10**10} for day in range(1, 31)],
        "videos": [{"video_id": 1, "posted_at": datetime.fromisoformat("2024-05-01"), "product_ids": [1]}],
        "video_daily": [{"video_id": 1, "day": date(2024, 5, 1), "views": 1, "orders": 1, "gmv": 10**10}],
    }
    then = known(tables_of(rows), AS_OF, policies)

    sales, videos = (
        then.read(of(then)).to_pylist()[0] for of in (history.sales_history, history.video_history)
    )

    assert sales["gmv_square"] == pytest.approx(30 * 1e20, rel=1e-6)
    assert videos["video_gpm_square"] == pytest.approx(1e20, rel=1e-6)


def test_sums_of_a_rate_by_hand(tables_of, policies):
    """Days with 3 of 4 and 1 of 2 engagements a view; a day without views does not count."""
    rows = {
        "creators": [{"creator_id": 1, "created_at": datetime.fromisoformat("2024-01-01")}],
        "creator_daily": [{"day": date(2024, 1, 1)}],
        "videos": [{"video_id": 1, "posted_at": datetime.fromisoformat("2024-05-01")}],
        "video_daily": [
            {"video_id": 1, "day": date(2024, 5, 1), "views": 4, "likes": 2, "shares": 1},
            {"video_id": 1, "day": date(2024, 5, 2), "views": 2, "comments": 1},
            {"video_id": 1, "day": date(2024, 5, 3), "views": 0},
        ],
    }
    then = known(tables_of(rows), AS_OF, policies)

    found = then.read(history.video_history(then)).to_pylist()[0]

    assert [found[f"video_engagement_rate_{name}"] for name in ("n", "part", "whole")] == [2, 4, 6]
    assert found["video_engagement_rate_square"] == pytest.approx(9 / 4 + 1 / 2, abs=2 / 1024)
