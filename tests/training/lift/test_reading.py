from dataclasses import fields
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from numpy.testing import assert_array_equal

from features.known import known
from recsys.errors import TableError
from recsys.policy import read_policies
from recsys.tables import TABLES, Tables, empty
from training.lift import LiftConfig, read_videos, trait_lifts
from training.lift.matching import age_group

AS_OF = datetime.fromisoformat("2026-05-01T12:00:00")
POSTED = datetime.fromisoformat("2026-04-01T23:59:00")
DEFAULTS = {
    "id": 1, "text": "?", "texts": [], "ids": [], "flag": True, "count": 0, "money": 0, "share": 0.5,
    "number": 30.0, "day": POSTED.date(), "time": POSTED,
}  # fmt: skip


def rows_of(name, *rows):
    columns = TABLES[name].columns
    default = {column.name: None if column.optional else DEFAULTS[column.kind] for column in columns}
    return pa.Table.from_pylist([{**default, **row} for row in rows], schema=TABLES[name].arrow_schema)


def day(video, on, **counts):
    return {"video_id": video, "day": date.fromisoformat(on), "currency": "USD", **counts}


@pytest.fixture
def market():
    """Two videos old enough and one that is not."""
    creator = {"creator_id": 7, "market": "US", "country": "US", "language": "en", "category": "beauty/skin"}
    scripts = [
        {"hook": "story", "talking_points": ["gift", "price"], "category": "beauty/skin"},
        {"structure": "demo", "category": "home/kitchen", "product_ids": [3], "campaign_id": 4},
        {"hook": "list", "category": "home/kitchen", "posted_at": AS_OF - timedelta(days=2)},
    ]
    return {
        **{name: empty(name) for name in TABLES},
        "creators": rows_of("creators", creator),
        "videos": rows_of(
            "videos",
            *(
                {"video_id": number, "creator_id": 7, **script}
                for number, script in enumerate(scripts, start=1)
            ),
        ),
        "video_daily": rows_of(
            "video_daily",
            day(1, "2026-04-01", views=100, likes=3, comments=2, shares=1),
            day(1, "2026-04-28", views=10, product_clicks=5, orders=2),
            day(1, "2026-04-29", views=1000, likes=50),
        ),
        "creator_daily": rows_of(
            "creator_daily",
            *(
                {"creator_id": 7, "day": date.fromisoformat(on), "followers": followers, "currency": "USD"}
                for on, followers in (("2026-03-31", 20_000), ("2026-04-01", 150_000))
            ),
        ),
    }


def read(market, policies_folder, config):
    tables = Tables.from_arrow(market)
    return read_videos(known(tables, AS_OF, read_policies(policies_folder)), config)


def test_videos_come_with_their_traits_and_the_counts_of_their_first_days(market, policies_folder):
    videos, traits = read(market, policies_folder, LiftConfig())

    assert traits == (
        ("hook", "story"), ("structure", "demo"), ("talking_points", "gift"), ("talking_points", "price"),
    )  # fmt: skip
    assert_array_equal(videos.has, [[True, False, True, True], [False, True, False, False]])
    assert_array_equal(videos.unknown, [[False, True, True, True], [True, False, True, True]])
    assert_array_equal(videos.category, ["beauty", "home"])
    assert_array_equal(videos.age_days, [30, 30])
    # The 28th day is 28 April; on the 29th the video is not counted any more.
    assert_array_equal(videos.views, [110, 0])
    assert_array_equal(videos.engagements, [6, 0])
    assert_array_equal(videos.clicks, [5, 0])
    assert_array_equal(videos.orders, [2, 0])
    assert_array_equal(videos.shoppable, [False, True])
    assert_array_equal(videos.sponsored, [False, True])


def test_the_tier_is_that_before_the_video(market, policies_folder):
    videos, _ = read(market, policies_folder, LiftConfig())

    assert_array_equal(videos.tier, [1, 1])  # micro: 20,000 followers the day before


def test_videos_that_are_all_too_young_are_an_error(market, policies_folder):
    config = LiftConfig(youngest_days=31, counted_days=31)

    with pytest.raises(TableError, match=r"posted 31 days before .* found none"):
        read(market, policies_folder, config)


def test_a_market_without_videos_is_an_error(market, policies_folder):
    with pytest.raises(TableError, match="found none"):
        read({**market, "videos": empty("videos")}, policies_folder, LiftConfig())


def test_videos_that_are_still_counted_are_of_an_age_within_a_week():
    groups = age_group(np.array([7, 13, 14, 27, 28, 55, 56]), LiftConfig())

    assert_array_equal(groups, [1, 1, 2, 3, 4, 4, 5])


def test_counting_that_ends_before_the_youngest_is_refused():
    with pytest.raises(ValueError, match="counted_days must be youngest_days or more"):
        LiftConfig(counted_days=5)


CHANGES = {"views": 90, "likes": 40, "orders": 3, "product_clicks": 9, "followers": 10**6}


def poisoned(rows, moment):
    """The same table, with everything from `moment` on changed."""
    column = next(name for name in ("posted_at", "day") if name in rows.column_names)
    changed = []
    for row in rows.to_pylist():
        if row[column] >= (moment if column == "posted_at" else moment.date()):
            row |= {name: row[name] + more for name, more in CHANGES.items() if name in row}
            row |= {name: "poison" for name in ("hook", "structure") if name in row}
        changed.append(row)
    return pa.Table.from_pylist(changed, schema=rows.schema)


def test_what_happens_later_changes_nothing(small_world, policies_folder):
    moment = datetime.fromisoformat("2026-04-10T18:00:00")
    real = {name: small_world.tables.backend.to_pyarrow(small_world.tables[name]) for name in TABLES}
    names = ("videos", "video_daily", "creator_daily")
    later = Tables.from_arrow({**real, **{name: poisoned(real[name], moment) for name in names}})
    config, policies = LiftConfig(draws=200), read_policies(policies_folder)

    now, then = (
        read_videos(known(tables, moment, policies), config) for tables in (small_world.tables, later)
    )

    assert now[1] == then[1]
    for column in fields(now[0]):
        assert_array_equal(getattr(now[0], column.name), getattr(then[0], column.name))
    assert trait_lifts(known(later, moment, policies), config).as_of == moment
