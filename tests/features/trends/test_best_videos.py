"""The best videos of a slice, by hand."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from features.known import known
from features.trends.best_videos import best_videos, shrunk_rates
from features.trends.counts import Slice
from recsys.errors import ConfigError, TableError
from recsys.tables import partial_tables

AS_OF = datetime.fromisoformat("2024-03-01")
POSTED = AS_OF - timedelta(days=50)


def daily(
    video: int, views: int, likes: int = 0, gmv: int = 0, days_ago: int = 1, currency: str = "USD"
) -> dict:
    day = AS_OF.date() - timedelta(days=days_ago)
    return {"video_id": video, "day": day, "views": views, "likes": likes, "gmv": gmv, "currency": currency}


@pytest.fixture(scope="module")
def market(tables_of, policies):
    places = {1: ("US", "beauty/skin"), 2: ("GB", "home/decor")}
    rows = {
        "creators": [
            {"creator_id": creator, "created_at": datetime.fromisoformat("2023-01-01"), "market": market}
            for creator, (market, _) in places.items()
        ],
        "videos": [
            {"video_id": video, "creator_id": creator, "posted_at": POSTED, "category": category}
            for video, creator, category in (
                (1, 1, "beauty/skin"), (2, 1, "beauty/skin"), (3, 1, "beauty/hair"), (4, 2, "home/decor"),
            )
        ],
        "video_daily": [
            daily(1, 9_000, likes=90, gmv=100),
            daily(1, 500_000, days_ago=29),
            daily(2, 5_000, likes=1_000, gmv=900),
            daily(3, 4, likes=3),
            daily(4, 7_000, likes=70, gmv=5_000, days_ago=28, currency="GBP"),
        ],
    }  # fmt: skip
    return known(tables_of(rows), AS_OF, policies)


def order(market, within: Slice, by, days: int = 28) -> list[int]:
    return best_videos(market, within, days, by, 10)["video_id"].to_pylist()


def test_views_are_those_of_the_window(market):
    assert order(market, Slice(), "views") == [1, 4, 2, 3]
    assert order(market, Slice(), "views", days=29)[0] == 1
    assert best_videos(market, Slice(), 29, "views", 1)["views"].to_pylist() == [509_000]


def test_the_slice_is_of_the_creators_market_and_the_videos_category(market):
    assert order(market, Slice("US"), "views") == [1, 2, 3]
    assert order(market, Slice(category="beauty/hair"), "views") == [3]
    assert order(market, Slice("US", "home"), "views") == []


def test_three_likes_on_four_views_lead_no_list(market):
    assert order(market, Slice("US"), "engagement") == [2, 1]


def test_gmv_is_compared_in_one_currency(market):
    assert order(market, Slice("US"), "gmv") == [2, 1, 3]
    with pytest.raises(ConfigError, match="GMV in GBP, USD cannot be compared; choose a market"):
        order(market, Slice(), "gmv")


def test_rows_say_who_made_the_video_and_what_it_brought(market):
    first = best_videos(market, Slice("US"), 28, "gmv", 1).to_pylist()[0]

    assert (first["rank"], first["creator_id"], first["market"], first["gmv"]) == (1, 1, "US", 900)
    assert (first["engagements"], first["currency"], first["score"]) == (1_000, "USD", 900)


def test_what_the_tables_lack_is_named(arrow, policies):
    tables = partial_tables({"creators": arrow("creators", [{"creator_id": 1}])})

    with pytest.raises(TableError, match="no table videos, video_daily"):
        best_videos(known(tables, AS_OF, policies), Slice(), 28, "views", 1)


def test_rates_are_pulled_to_the_pooled_one_and_the_more_the_fewer_views():
    engagements, views = np.array([3, 3_000, 900, 1_100, 0]), np.array([4, 40_000, 9_000, 11_000, 0])
    rates, pooled = shrunk_rates(engagements, views), 5_003 / 60_004

    assert rates[4] == pytest.approx(pooled)
    assert pooled < rates[0] < 0.75
    assert rates[1] == pytest.approx(0.075, abs=0.003)
    assert np.all((rates >= 0) & (rates <= 1))


def test_rates_of_nothing_are_0():
    assert shrunk_rates(np.zeros(2), np.zeros(2)).tolist() == [0, 0]
