"""Counts by day of what was read, and never more than had been read."""

import numpy as np
import pyarrow as pa
import pytest

from training.trends.panel import Panel, Sightings, month_start, months_of


def sightings(rows, *, to_date=False, floor=0.0, base=1.0) -> Sightings:
    entity, day, value = zip(*rows, strict=True)
    names = pa.array([f"name {each}" for each in entity])
    return Sightings(np.array(entity), names, np.array(day), np.array(value, float), to_date, floor, base)


def test_days_without_a_row_count_0():
    panel = Panel.of(sightings([(1, 10, 4), (2, 11, 5), (1, 13, 2), (1, 13, 1)]))

    assert panel.entities.tolist() == [1, 2]
    assert panel.counts.tolist() == [[4, 0, 0, 3], [0, 5, 0, 0]]
    assert panel.pace(10, 14).tolist() == [7 / 4, 5 / 4]
    assert panel.totals.tolist() == [7, 5]


def test_counts_to_date_say_what_came_between_two_sightings():
    panel = Panel.of(sightings([(1, 10, 100), (1, 13, 160), (1, 14, 150), (2, 12, 7)], to_date=True))

    assert panel.counts[0].tolist()[1:] == [20, 20, 20, 0]
    assert np.isnan(panel.counts[0, 0])
    assert np.isnan(panel.counts[1]).all()
    assert panel.known_days(10, 15).tolist() == [4, 0]
    assert panel.pace(12, 15)[0] == pytest.approx(40 / 3)
    assert panel.totals.tolist() == [150, 7]


def test_what_is_read_later_is_not_known_before():
    everything = sightings([(1, 10, 100), (1, 12, 120), (1, 14, 900), (2, 13, 5)], to_date=True)

    panel = Panel.of(everything.before(13))

    assert panel.entities.tolist() == [1]
    assert panel.counts[0].tolist()[1:] == [10, 10]
    assert panel.totals.tolist() == [120]


def test_months_are_those_with_a_row():
    seen = sightings([(1, month_start("2011-03") + 4, 1), (1, month_start("2011-01"), 1)])

    assert months_of(seen) == ["2011-01", "2011-03"]
    assert month_start("1970-02") == 31
