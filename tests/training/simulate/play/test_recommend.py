from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.tables.read import read_tables
from training.simulate.play.items import PRODUCT, VIDEO, ItemQuestion
from training.simulate.play.question import Observed
from training.simulate.play.recommend import ItemsByTotal, Totals, events, of_videos


@pytest.fixture(scope="module")
def observed(scene, written):
    now = datetime.fromtimestamp(scene.starts_at(scene.weeks[0]), UTC)
    return Observed(now, MappingProxyType({}), read_tables(written), lambda _: None)


def test_items_without_a_number_have_none():
    totals = Totals(np.array([3, 7]), np.array([2.0, 5.0]))

    assert_array_equal(totals.of(np.array([7, 4, 3, 9])), [5, 0, 2, 0])


def test_without_any_number_everything_has_none():
    assert_array_equal(Totals(np.array([], np.int64), np.array([])).of(np.array([1, 2])), [0, 0])


def test_events_are_counted_over_the_last_four_weeks_and_never_ahead(observed):
    rows = observed.tables["interactions"].to_pyarrow().to_pylist()
    now = observed.now.replace(tzinfo=None)
    recent = [
        row["item_id"]
        for row in rows
        if row["event"] == "clicked" and now - timedelta(days=28) <= row["at"] < now
    ]

    totals = events(PRODUCT, "clicked")(observed)

    assert any(row["event"] == "clicked" and row["at"] >= now for row in rows)
    assert_array_equal(totals.ids, np.unique(recent))
    assert_array_equal(totals.values, np.unique(recent, return_counts=True)[1])


def test_the_followers_of_a_video_are_those_of_days_that_are_over(observed):
    rows = observed.tables["video_daily"].to_pyarrow().to_pylist()
    today = observed.now.date()
    over = [row for row in rows if today - timedelta(days=28) <= row["day"] < today]

    totals = of_videos("followers_gained")(observed)

    assert totals.values.sum() == sum(row["followers_gained"] for row in over) > 0


def test_the_most_popular_comes_first_and_equals_stay_in_order(observed):
    policy = ItemsByTotal({VIDEO: lambda _: Totals(np.array([5, 6]), np.array([1.0, 9.0]))})
    policy.learn(observed)

    order = policy.rank(ItemQuestion(VIDEO, 0, 1, np.array([3, 4, 5, 6])))

    assert order.tolist() == [3, 2, 0, 1]
