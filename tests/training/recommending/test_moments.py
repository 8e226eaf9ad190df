from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.errors import TableError
from training.recommending.moments import MomentsConfig, moments_of

START = datetime.fromisoformat("2024-01-01")


def config(**changes):
    values = {"horizon_days": 10, "learning": 2, "test": 3, "test_every_days": 5}
    return MomentsConfig(**values | changes)


def day(number):
    return START + timedelta(days=number)


def test_the_last_moment_leaves_a_horizon_before_the_end():
    found = moments_of(START, day(100), config())

    assert found.test == (day(80), day(85), day(90))
    assert found.valid == day(70)
    assert found.learning == (day(50), day(60))
    assert found.known == (day(50), day(60), day(70))


def test_tables_that_begin_too_late_are_refused():
    with pytest.raises(TableError, match="begin at 2024-01-11, but the tables begin at 2024-01-11"):
        moments_of(day(10), day(60), config())


@given(
    horizon=st.integers(1, 60), learning=st.integers(2, 6), test=st.integers(1, 5), every=st.integers(1, 60)
)
def test_what_is_foreseen_at_a_moment_is_over_at_the_next_and_before_the_test(horizon, learning, test, every):
    given_config = config(horizon_days=horizon, learning=learning, test=test, test_every_days=every)
    end = day(3_000)
    found = moments_of(START, end, given_config)
    over = [at + timedelta(days=horizon) for at in found.known]

    assert all(end_of <= at for end_of, at in zip(over, (*found.known[1:], found.test[0]), strict=True))
    assert found.test[-1] + timedelta(days=horizon) == end
