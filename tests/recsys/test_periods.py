"""Days, ISO weeks and months."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.periods import Period, PeriodKind, naive_utc, utc_day

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


SEOUL = timezone(timedelta(hours=9))


def test_an_early_hour_in_seoul_is_the_day_before_in_utc():
    moment = datetime(2026, 6, 29, 1, tzinfo=SEOUL)

    assert naive_utc(moment) == datetime.fromisoformat("2026-06-28T16:00:00")
    assert utc_day(moment) == date(2026, 6, 28)


@given(st.datetimes())
def test_a_naive_moment_is_utc_already(moment):
    assert naive_utc(moment) == moment == naive_utc(moment.replace(tzinfo=UTC))
    assert utc_day(moment) == utc_day(moment.date()) == moment.date()


@pytest.mark.parametrize(
    ("kind", "day", "name", "first", "last"),
    [
        ("day", date(2024, 2, 29), "2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        ("week", date(2024, 12, 31), "2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
        ("week", date(2021, 1, 3), "2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("month", date(2024, 2, 10), "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("month", date(2023, 12, 31), "2023-12", date(2023, 12, 1), date(2023, 12, 31)),
    ],
)
def test_periods_by_hand(kind, day, name, first, last):
    period = Period.of(kind, day)

    assert (period.name, period.first_day, period.last_day) == (name, first, last)


@given(st.sampled_from(get_args(PeriodKind)), DAYS)
def test_a_period_holds_its_day_and_the_next_begins_where_it_ends(kind, day):
    period = Period.of(kind, day)

    assert period.first_day <= day <= period.last_day
    assert Period.of(kind, period.last_day) == period
    assert Period.of(kind, period.last_day + timedelta(days=1)).start == period.end
    assert period.start - period.start_before == period.end - period.start
    assert period.eve == period.first_day - timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "start"), [(date(2024, 6, 30), datetime.fromisoformat("2024-04-01")),
                       (date(2024, 1, 1), datetime.fromisoformat("2024-01-01"))],
)  # fmt: skip
def test_a_quarter_begins_in_january_april_july_or_october(day, start):
    assert Period.of("day", day).quarter_start == start
