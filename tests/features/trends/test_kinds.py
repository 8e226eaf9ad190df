"""What every way to count keeps to, and each by hand."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from features.known import known
from features.trends.counts import Slice
from features.trends.kinds import KINDS, measure_of
from features.trends.series import KEY
from features.trends.trends import TrendsConfig, trends
from recsys.errors import ConfigError
from recsys.tables import TABLES

WAYS = [(kind, by) for kind, measures in KINDS.items() for by in measures]
AS_OF = datetime.fromisoformat("2024-04-20T13:00")
NOON = datetime.fromisoformat("2024-01-10T12:00")
DAY = (NOON.date() - datetime.fromisoformat("1970-01-01").date()).days


@pytest.fixture(scope="module")
def random_market(random_rows, tables_of, policies):
    rows = random_rows(1)
    for video in rows["videos"]:
        video["sound_id"] = video["video_id"] % 5
    return known(tables_of(rows), AS_OF, policies)


@pytest.fixture(scope="module")
def counted(tables_of, policies):
    """Kind and measure → the rows of a small market as {(entity, market, category, day): count}."""
    creator = {"created_at": NOON - timedelta(days=9), "market": "US", "category": "home/kitchen"}
    video = {"creator_id": 1, "posted_at": NOON, "category": "beauty/skin"}
    rows = {
        "creators": [{"creator_id": 1, **creator}],
        "products": [
            {"product_id": product, "created_at": NOON, "market": "GB", "category": "food/tea"}
            for product in (11, 12)
        ],
        "videos": [
            {"video_id": 1, **video, "hashtags": ["a", "a", "b"], "sound_id": 7, "product_ids": [11, 12],
             "hook": "story", "talking_points": ["price", "price"]},
            {"video_id": 2, **video, "hashtags": ["a"], "product_ids": [11]},
        ],
        "video_daily": [
            {"video_id": 1, "day": NOON.date(), "views": 100, "orders": 3},
            {"video_id": 2, "day": NOON.date(), "views": 10, "orders": 4},
            {"video_id": 1, "day": NOON.date() + timedelta(days=1), "views": 5},
        ],
        "creator_daily": [
            {"creator_id": 1, "day": NOON.date() + timedelta(days=day), "followers": followers}
            for day, followers in enumerate((50, 70, 60, 65))
        ],
    }  # fmt: skip
    market = known(tables_of(rows), AS_OF, policies)

    def of(kind: str, by: str) -> dict:
        found = market.read(measure_of(kind, by).daily(market)).to_pylist()
        return {tuple(row[name] for name in KEY): row["count"] for row in found}

    return of


def test_hashtags_count_once_a_video(counted):
    place = ("US", "beauty/skin", DAY)

    assert counted("hashtags", "uses") == {("a", *place): 2, ("b", *place): 1}


def test_views_go_to_every_hashtag_of_the_video(counted):
    first, second = (("US", "beauty/skin", DAY + later) for later in (0, 1))

    assert counted("hashtags", "views") == {
        ("a", *first): 110, ("b", *first): 100, ("a", *second): 5, ("b", *second): 5,
    }  # fmt: skip


def test_a_video_without_a_sound_counts_for_none(counted):
    assert counted("sounds", "uses") == {(7, "US", "beauty/skin", DAY): 1}


def test_keywords_are_the_words_of_scripts(counted):
    place = ("US", "beauty/skin", DAY)

    assert counted("keywords", "uses") == {("hook:story", *place): 1, ("talking_point:price", *place): 1}


def test_orders_are_split_over_the_products_a_video_links(counted):
    """3 orders over two products, and 4 of a video that links one of them; by the products' market."""
    place = ("GB", "food/tea", DAY)

    assert counted("products", "orders") == {(11, *place): 5.5, (12, *place): 1.5}


def test_days_on_which_followers_fell_count_nothing(counted):
    place = ("US", "home/kitchen")

    assert counted("creators", "followers") == {(1, *place, DAY + 1): 20, (1, *place, DAY + 3): 5}


@pytest.mark.parametrize(("kind", "by"), WAYS)
def test_every_way_gives_unique_keys_and_positive_counts_of_days_that_are_over(random_market, kind, by):
    rows = random_market.read(measure_of(kind, by).daily(random_market)).to_pylist()
    keys = Counter(tuple(row[name] for name in KEY) for row in rows)
    today = (AS_OF.date() - datetime.fromisoformat("1970-01-01").date()).days

    assert rows
    assert set(rows[0]) == {*KEY, "count"}
    assert keys.most_common(1)[0][1] == 1
    assert all(row["count"] >= 0 and row["day"] < today for row in rows)


@pytest.mark.parametrize(("kind", "by"), WAYS)
def test_every_way_makes_trends(random_market, kind, by):
    found = trends(random_market, measure_of(kind, by), Slice("US"), TrendsConfig(floor=1))

    assert len(found)
    assert (found["growth_low"].to_numpy() <= found["growth"].to_numpy()).all()
    assert (found["growth"].to_numpy() <= found["growth_high"].to_numpy()).all()
    assert sorted(found["score"].to_pylist(), reverse=True) == found["score"].to_pylist()


@pytest.mark.parametrize(("kind", "by"), WAYS)
def test_every_way_needs_columns_of_the_contract(kind, by):
    needs = measure_of(kind, by).needed(Slice("US", "beauty"))

    assert all(column in TABLES[table].by_name for table, columns in needs.items() for column in columns)


def test_what_is_not_counted_is_refused():
    with pytest.raises(ConfigError, match="no trends of 'tags'; expected one of hashtags, sounds"):
        measure_of("tags")
    with pytest.raises(
        ConfigError, match="hashtags are not counted by 'orders'; expected one of uses, views"
    ):
        measure_of("hashtags", "orders")
