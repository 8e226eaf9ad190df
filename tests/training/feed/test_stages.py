import numpy as np
from numpy.testing import assert_array_equal

from training.feed.catalogue import Day
from training.feed.stages import below_second


def test_what_was_handed_on_stands_above_everything_else(feed, retrieval):
    day = Day(feed, retrieval, 20220430, "long_view")
    users = day.users[:2]
    ((_, signals),) = day.retrieval.unseen(day.date, users)
    width = day.feed.counts[1]
    places = [np.flatnonzero(np.isfinite(signals[-1][row]))[:3] for row in range(2)]
    keys = np.concatenate([users[row] * width + places[row] for row in range(2)])

    scores = below_second(signals[-1], day, users, keys, np.array([-3, -2, -1, 5, 6, 7], np.float32))

    assert_array_equal(np.sort(np.argsort(-scores[0], kind="stable")[:3]), places[0])
    assert np.argmax(scores[1]) == places[1][2]
    others = np.delete(np.arange(width), places[0])
    assert_array_equal(
        np.argsort(-scores[0, others], kind="stable"), np.argsort(-signals[-1][0, others], kind="stable")
    )
