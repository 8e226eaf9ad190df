import numpy as np
import pytest
from numpy.testing import assert_array_equal

from training.feed.catalogue import Day, all_keys, from_candidates, from_everything, handed_on, with_both
from training.feed.features import FeedFeaturesConfig
from training.feed.known import day_starts
from training.implicit.lists import SILENT

FEW = FeedFeaturesConfig(blocks=("subjects", "users"), factors=(4,))
CANDIDATES = 10


@pytest.fixture(scope="module")
def day(feed, retrieval):
    return Day(feed, retrieval, 20220429, "long_view")


def met(day) -> np.ndarray:
    known = day.retrieval.known[day.date]
    return known.rows * day.feed.counts[1] + known.items


def test_nobody_wants_what_was_known(day):
    assert len(day.wanted)
    assert not np.isin(day.wanted, met(day)).any()


def test_candidates_are_the_blend_s_best_unseen_videos(day):
    users = day.users[:7]

    found = day.candidates(users, CANDIDATES)

    ((_, signals),) = day.retrieval.unseen(day.date, users)
    for row, blend in zip(found, signals[-1], strict=True):
        assert blend[row].min() >= np.delete(blend, row).max(initial=SILENT)
        assert (np.diff(blend[row]) <= 0).all()


def test_what_is_handed_on_was_never_met_and_stands_in_order(day):
    keys = handed_on(day, day.users, CANDIDATES)

    assert len(keys) == CANDIDATES * len(day.users)
    assert (np.diff(keys) > 0).all()
    assert not np.isin(keys, met(day)).any()


def test_one_stage_learns_from_everything_wanted_and_from_unseen_videos(day, rng):
    keys = from_everything(day, 8, rng)

    assert np.isin(day.wanted, keys).all()
    assert not np.isin(keys, met(day)).any()
    assert len(day.wanted) < len(keys) <= len(day.wanted) + 8 * len(day.users)


def test_the_second_stage_learns_from_candidates_only(day, rng):
    keys = from_candidates(day, CANDIDATES, 4, rng)
    candidates = handed_on(day, day.users, CANDIDATES)

    assert np.isin(keys, candidates).all()
    assert_array_equal(np.intersect1d(candidates, day.wanted), np.intersect1d(keys, day.wanted))


def test_rows_are_as_of_the_day_s_start_and_graded_by_what_was_wanted(day):
    keys = all_keys(day, day.users[:3])
    asked = day.asked(keys)
    judged = day.judged(keys, FEW, ("subjects", "users"))

    assert (asked.as_of == day_starts(day.feed)[day.date]).all()
    assert_array_equal(judged.group_sizes, [day.feed.counts[1]] * 3)
    assert_array_equal(keys[judged.grades == 1], day.wanted[np.isin(day.wanted, keys)])


def test_queries_with_nothing_to_order_are_left_out(day):
    judged = day.judged(np.union1d(day.wanted, all_keys(day, day.users[:2])), FEW, ("users",))

    kept = with_both(judged)

    assert len(kept.group_sizes) == 2
