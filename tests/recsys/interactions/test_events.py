"""Events: the columns of a snapshot's part, as they are."""

import numpy as np

from recsys.interactions.events import Events
from recsys.snapshot import Columns

COLUMNS = Columns(
    np.array([4, 17, 18]),
    {
        "creator": np.array([0, 1, 1], np.int32),
        "item": np.array([2, 0, 0], np.int32),
        "event": np.array([0, 1, 2], np.int8),
        "count": np.array([1, 2.5, 1], np.float32),
        "age_days": np.array([0.5, 9, 3], np.float32),
        "gmv": np.array([0, 700, 0]),
        "followers": np.array([0, 0, 12]),
    },
)


def test_events_are_the_columns_of_the_part_without_a_copy():
    events = Events.of(COLUMNS)

    assert len(events) == 3
    assert np.shares_memory(events.user, COLUMNS["creator"])
    assert np.shares_memory(events.gmv, COLUMNS["gmv"])
    assert events.count.tolist() == [1, 2.5, 1]


def test_chosen_rows_keep_their_columns_together():
    events = Events.of(COLUMNS).take(np.array([2, 0]))

    assert events.user.tolist() == [1, 0]
    assert events.followers.tolist() == [12, 0]
    assert events.age_days.tolist() == [3, 0.5]
