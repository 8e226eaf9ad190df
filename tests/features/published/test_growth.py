from datetime import date
from math import log

import pytest

from features.published.growth import steps


@pytest.fixture
def steps_of(set_of):
    def of(*measured):
        rows = [{"creator_id": creator, "day": date.fromisoformat(day), "followers": count}
                for creator, day, count in measured]  # fmt: skip
        then = set_of("2023-01-01", {"creator_daily": rows})
        return then.read(steps(then)).to_pylist()

    return of


def test_growth_is_between_the_last_measurements_of_months_smoothed_by_1000_followers(steps_of):
    (step,) = steps_of((1, "2022-09-10", 500), (1, "2022-09-30", 1_000), (1, "2022-11-30", 2_000))

    assert (step["since"], step["day"]) == (date(2022, 9, 30), date(2022, 11, 30))
    assert step["days"] == 61
    assert step["growth"] == pytest.approx(log(3_000 / 2_000))
    assert step["growth_30"] == pytest.approx(log(1.5) * 30 / 61)
    assert step["grew"] is True


def test_each_month_is_compared_with_the_one_measured_before(steps_of):
    found = steps_of(
        (1, "2022-12-31", 10), (1, "2022-09-30", 30), (1, "2022-11-30", 20), (2, "2022-11-30", 5)
    )

    assert [(step["creator_id"], step["followers_before"], step["followers"]) for step in found] == [
        (1, 30, 20), (1, 20, 10),
    ]  # fmt: skip
    assert not any(step["grew"] for step in found)


def test_measurements_of_one_week_are_not_compared(steps_of):
    assert steps_of((1, "2022-09-28", 100), (1, "2022-10-03", 200)) == []
