import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.errors import TableError
from training.feed.queries import as_queries, ask, both_kinds, grade


def test_a_query_is_a_user_s_impressions_of_one_day_in_time_order(feed):
    asked = ask(feed)
    query = np.repeat(np.arange(len(asked.group_sizes)), asked.group_sizes)
    keys = np.stack([asked.shown.user, asked.shown.date], axis=1)

    assert len(np.unique(keys, axis=0)) == len(asked.group_sizes)
    assert_array_equal(np.diff(query) > 0, (np.diff(keys, axis=0) != 0).any(axis=1))
    assert (np.diff(asked.shown.time_ms)[np.diff(query) == 0] >= 0).all()
    assert_array_equal(asked.shown.date[asked.positions == 1], asked.query_dates)


def test_a_query_is_asked_at_its_first_impression(feed):
    asked = ask(feed)
    firsts = np.minimum.reduceat(asked.shown.time_ms, np.cumsum(asked.group_sizes) - asked.group_sizes)

    assert_array_equal(asked.as_of, np.repeat(firsts, asked.group_sizes))


def test_queries_that_histories_may_know_are_left_out(feed):
    moment = int(feed.impressions.time_ms[100])
    late = feed.__class__(**{**vars(feed), "history_end_ms": moment})

    assert ask(late).as_of.min() > moment
    everything = as_queries(feed.impressions)
    assert len(ask(late).shown) == (everything.as_of > moment).sum()


def test_a_log_inside_the_histories_is_refused(feed):
    late = feed.__class__(**{**vars(feed), "history_end_ms": int(feed.impressions.time_ms[-1])})

    with pytest.raises(TableError, match="no impression is later than the histories"):
        ask(late)


def test_the_highest_outcome_is_the_grade(feed):
    shown = feed.impressions
    grades = grade(shown, {"is_like": 3, "is_click": 1, "long_view": 2})

    expected = np.where(
        shown.outcomes["is_like"], 3, np.where(shown.outcomes["long_view"], 2, shown.outcomes["is_click"])
    )
    assert grades.dtype == np.int32
    assert_array_equal(grades, expected)


def test_only_queries_with_a_positive_and_a_negative_have_both_kinds():
    positive = np.array([1, 1, 0, 0, 1, 0], np.bool_)

    assert_array_equal(both_kinds(positive, np.array([2, 2, 2])), [False, False, True])
