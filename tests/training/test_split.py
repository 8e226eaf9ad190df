import numpy as np
import pytest

from recsys.errors import TableError
from training.split import SplitConfig, split_by_time

WINDOW = np.timedelta64(21, "D")
START = np.datetime64("2026-01-01T12:00:00", "us")


def daily(days):
    """A brief a day at noon, final 21 days later."""
    created = START + np.arange(days).astype("timedelta64[D]")
    return created, created + WINDOW


def split(days=200, valid=28, test=28):
    created, final = daily(days)
    data_end = np.datetime64("2026-01-01", "us") + np.timedelta64(days, "D")
    return split_by_time(created, final, data_end, SplitConfig(valid_days=valid, test_days=test))


def test_the_periods_follow_one_another_with_the_window_between():
    periods = split()
    train, valid, test = (np.flatnonzero(flags) for flags in (periods.train, periods.valid, periods.test))

    assert (len(valid), len(test)) == (28, 28)
    assert valid[0] - train[-1] > 21
    assert test[0] - valid[-1] > 21
    assert 199 - test[-1] >= 21


def test_no_label_is_final_after_the_next_period_began():
    periods = split()
    _, final = daily(200)

    assert final[periods.train].max() <= periods.valid_from
    assert final[periods.known].max() <= periods.test_from


def test_a_brief_that_takes_longer_is_left_out_of_the_earlier_period():
    created, final = daily(200)
    known = split().known
    last = np.flatnonzero(known)[-1]
    final[last] += np.timedelta64(1, "D")
    data_end = np.datetime64("2026-01-01", "us") + np.timedelta64(200, "D")

    again = split_by_time(created, final, data_end, SplitConfig())

    assert not again.known[last]


def test_every_brief_is_counted_once():
    assert sum(split().counts().values()) == 200


@pytest.mark.parametrize("days", [21, 40, 80])
def test_too_little_data_is_refused_with_what_to_do(days):
    with pytest.raises(TableError, match=r"leave none for the period .* shorten split.valid_days"):
        split(days)


def test_no_briefs_at_all_are_refused():
    nothing = np.array([], "datetime64[us]")
    with pytest.raises(TableError, match="0 briefs leave none for the period 'test'"):
        split_by_time(nothing, nothing, START, SplitConfig())
