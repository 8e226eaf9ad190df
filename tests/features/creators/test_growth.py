"""Numbers worked by hand: growth and its steadiness (R3, R16)."""

from datetime import datetime, timedelta
from math import isnan, log

import pytest

AS_OF = datetime.fromisoformat("2024-06-01")


def days(followers, first=1, **more):
    """One row a day, the last number yesterday's."""
    return [
        {"day": (AS_OF - timedelta(days=first + ago)).date(), "followers": count, **more}
        for ago, count in enumerate(reversed(followers))
    ]


def test_growth_is_the_log_of_followers_now_over_then_smoothed(features_of):
    features = features_of({"creator_daily": days([2_000, *[2_500] * 6, 3_000])}, AS_OF)

    assert features["followers_growth_7"] == pytest.approx(log(4_000 / 3_000))
    assert isnan(features["followers_growth_28"])


def test_one_spike_and_steady_growth_differ_in_the_best_days_share(features_of):
    steady = features_of({"creator_daily": days(range(1_000, 1_290, 10))}, AS_OF)
    spike = features_of({"creator_daily": days([1_000] * 10 + [1_280] * 19)}, AS_OF)

    assert steady["followers_growth_28"] == pytest.approx(spike["followers_growth_28"])
    assert (steady["best_day_share"], steady["growth_days_share"]) == pytest.approx((1 / 28, 1))
    assert (spike["best_day_share"], spike["growth_days_share"]) == pytest.approx((1, 1 / 28))


def test_orders_and_gmv_grow_against_the_28_days_before(features_of):
    money = {"gmv": 1_000, "gmv_low": 1_000, "gmv_high": 1_000, "orders": 2}
    rows = days([1] * 28, **money) + days([1] * 28, first=29, orders=1, gmv_low=500)
    features = features_of({"creator_daily": rows}, AS_OF)

    assert features["orders_growth_28"] == pytest.approx(log((56 + 10) / (28 + 10)))
    assert features["gmv_growth_28"] == pytest.approx(log((28_000 + 10_000) / (14_000 + 10_000)))
