"""Windows, the weeks before them, and what a weekday is worth."""

import ibis
import numpy as np
import pyarrow as pa
import pytest

from features.trends.counts import Counts, Slice, Window, by_block, weeks_of

WINDOW = Window(start=100, days=28, weeks=3)


def read(rows: list[tuple[str, int, float]]) -> pa.Table:
    entity, day, count = zip(*rows, strict=True)
    series = ibis.memtable(pa.table({"entity": list(entity), "day": list(day), "count": list(count)}))
    return by_block(series, WINDOW).to_pyarrow()


def test_days_fall_into_the_window_or_a_week_before_it():
    blocks = read([("a", day, 1) for day in (78, 79, 85, 86, 92, 93, 99, 100, 127, 128)])
    found = dict(zip(blocks["block"].to_pylist(), blocks["count"].to_pylist(), strict=True))

    # 79–85, 86–92 and 93–99 are the third, second and first week before day 100; 78 and 128 are outside.
    assert found == {3: 2, 2: 2, 1: 2, 0: 2}


def test_fractions_are_added_up_exactly():
    blocks = read([("a", 100, 0.1)] * 3 + [("a", 101, 0.2)] * 5)

    assert blocks["count"].to_pylist() == [pytest.approx(1.3, abs=1e-5)]


def test_counts_know_every_entity_and_its_age():
    blocks = read([("b", 95, 4), ("a", 90, 2), ("a", 110, 5), ("b", 101, 1), ("new", 120, 9)])

    counts = Counts.of(blocks, pa.array(["a", "b", "new"]), WINDOW, 4.0)

    assert counts.observed.tolist() == [5, 1, 9]
    assert counts.weeks.tolist() == [[0, 2, 0], [4, 0, 0], [0, 0, 0]]
    assert counts.age.tolist() == [10, 5, 0]
    assert len(counts) == 3


def test_the_year_before_has_the_same_weekdays():
    before = WINDOW.year_before()

    assert (WINDOW.start - before.start) % 7 == 0
    assert (before.days, before.weeks) == (WINDOW.days, WINDOW.weeks)
    assert (WINDOW.since, WINDOW.end) == (79, 128)


def test_a_day_is_worth_its_share_of_the_week():
    """Day 100 is the weekday 100 % 7 = 2, on which half of everything happens."""
    days = np.arange(79, 100)
    counts = np.where(days % 7 == 2, 6.0, 1.0)

    assert weeks_of(days, counts, Window(100, 1, 3)) == pytest.approx(0.5)
    assert weeks_of(days, counts, Window(100, 2, 3)) == pytest.approx(0.5 + 1 / 12)
    assert weeks_of(days, counts, Window(100, 7, 3)) == pytest.approx(1)


def test_without_a_history_all_weekdays_are_alike():
    assert weeks_of(np.empty(0, np.int64), np.empty(0), Window(100, 2, 3)) == pytest.approx(2 / 7)


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        (Slice(), [1, 2, 3]),
        (Slice("US"), [1, 2]),
        (Slice("US", "beauty"), [1]),
        (Slice(category="beauty"), [1, 3]),
        (Slice(category="beauty/hair"), [3]),
        (Slice(category="beau"), []),
    ],
)
def test_a_slice_is_a_market_and_a_category_of_either_level(within, expected):
    categories = ["beauty/skin", "home/decor", "beauty/hair"]
    table = pa.table({"entity": [1, 2, 3], "market": ["US", "US", "GB"], "category": categories})
    rows = ibis.memtable(table)

    assert within.of(rows).order_by("entity").to_pyarrow()["entity"].to_pylist() == expected
