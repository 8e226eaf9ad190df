import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from training.feed.past import Past

events = st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 20), st.integers(-9, 9)), max_size=30)
asked = st.lists(st.tuples(st.integers(0, 4), st.integers(-8, 25)), max_size=10)


def columns(rows, count):
    return (np.array([row[place] for row in rows], np.int64) for place in range(count))


@given(events=events, asked=asked)
def test_only_events_of_the_key_before_the_moment_count(events, asked):
    keys, times, values = columns(events, 3)
    of_rows, before = columns(asked, 2)

    found = Past(keys, times).total(values, of_rows, before)

    assert_allclose(found, [values[(keys == key) & (times < moment)].sum() for key, moment in asked])


@given(events=events, asked=asked)
def test_events_are_counted(events, asked):
    keys, times, _ = columns(events, 3)
    of_rows, before = columns(asked, 2)

    found = Past(keys, times).count(of_rows, before)

    assert_allclose(found, [((keys == key) & (times < moment)).sum() for key, moment in asked])


def test_large_keys_and_times_of_today_do_not_overflow():
    keys, times = np.array([2, 200_000_000]), np.array([1_650_812_741_436, 1_651_333_923_318])

    assert Past(keys, times).count(keys, times + 1).tolist() == [1, 1]


def test_more_keys_and_moments_than_a_number_can_hold_are_refused():
    with pytest.raises(OverflowError, match="more than 64 bits"):
        Past(np.array([2**40]), np.array([0, 2**40]))


def test_an_event_at_the_moment_itself_is_not_before_it():
    past = Past(np.array([1]), np.array([10]))

    assert past.count(np.array([1, 1]), np.array([10, 11])).tolist() == [0, 1]
