"""Numbers worked by hand: GMV as a range, GPM, rates (R2, R17, section 8)."""

from datetime import datetime, timedelta
from math import log

import pytest

AS_OF = datetime.fromisoformat("2024-06-01")


def day(ago):
    return (AS_OF - timedelta(days=ago)).date()


def test_withheld_gmv_is_a_range_and_nobody_invents_a_midpoint(features_of):
    known, withheld = (
        {"gmv": 500, "gmv_low": 500, "gmv_high": 500},
        {"gmv": None, "gmv_low": 100, "gmv_high": 900},
    )
    days = [
        {"day": day(1), "orders": 3, **known},
        {"day": day(28), "orders": 4, **withheld},
        {"day": day(29), **known},
    ]
    features = features_of({"creator_daily": days}, AS_OF)

    assert features["gmv_low_log"] == pytest.approx(log(601))
    assert features["gmv_high_log"] == pytest.approx(log(1_401))
    assert features["gmv_low_90_log"] == pytest.approx(log(1_101))
    assert features["gmv_withheld_share"] == pytest.approx(0.5)
    assert features["orders_log"] == pytest.approx(log(8))


def test_gpm_is_gmv_per_thousand_views(features_of):
    shoppable = {"video_id": 1, "posted_at": AS_OF - timedelta(days=9), "product_ids": [1]}
    plain = {"video_id": 2, "posted_at": AS_OF - timedelta(days=9)}
    counts = {"day": day(9), "views": 4_000}
    sold = {"gmv": 90_000, "product_clicks": 200, "orders": 10}
    rows = {
        "videos": [shoppable, plain],
        "video_daily": [{"video_id": 1, **counts, **sold}, {"video_id": 2, **counts}],
    }
    ended = AS_OF - timedelta(days=3)
    rows["livestreams"] = [
        {"started_at": ended, "ended_at": ended, "views": 500, "viewers": 250, "gmv": 5_000, "orders": 5}
    ]
    features = features_of(rows, AS_OF)

    assert features["video_gpm_log"] == pytest.approx(log(1 + 22_500))
    assert features["live_gpm_log"] == pytest.approx(log(1 + 10_000))
    assert features["click_through_rate"] == pytest.approx(0.05)
    assert features["live_orders_per_viewer"] == pytest.approx(0.02)
    assert features["shoppable_view_share"] == pytest.approx(0.5)
