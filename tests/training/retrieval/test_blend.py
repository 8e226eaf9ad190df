"""Blends learn what each signal is worth, for each segment."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys.interactions import Interactions
from training.retrieval.blend import BlendConfig, learn_blend, logged, segment_of

USERS, ITEMS = 4_000, 12
CONFIG = BlendConfig(candidates=ITEMS, floors=(0.05,), l2=0.0, segment_l2=1e-4)
TRUE = np.array([[0.0, 1.0], [1.0, 0.5], [1.5, -0.5]])


@pytest.fixture(scope="module")
def chosen():
    """Users of three segments choose one item each by a known log-linear blend of two signals."""
    rng = np.random.default_rng(0)
    signals = rng.uniform(0, 1, (2, USERS, ITEMS)).astype(np.float32)
    segments = rng.integers(0, 3, USERS)
    utility = np.einsum(
        "us,sui->ui", TRUE[segments], np.concatenate([logged(each, CONFIG.floors) for each in signals])
    )
    items = (utility + rng.gumbel(size=utility.shape)).argmax(axis=1)
    return signals, segments, interactions(np.arange(USERS), items)


def interactions(users, items):
    return Interactions.of_pairs(np.arange(USERS), np.arange(ITEMS + 1), (users, items))


@pytest.fixture(scope="module")
def known():
    """Everybody met the item behind the last, which no signal knows."""
    return interactions(np.arange(USERS), np.full(USERS, ITEMS))


def scorers(signals):
    wide = np.concatenate([signals, np.zeros((2, USERS, 1), np.float32)], axis=2)
    return [lambda users, each=each: each[users] for each in wide]


def test_the_weights_people_choose_by_are_found_for_each_segment(chosen, known):
    signals, segments, relevant = chosen

    found = learn_blend(scorers(signals), known, relevant, segments, CONFIG)
    assert_allclose(found, TRUE, atol=0.15)


def test_a_segment_nobody_is_in_has_the_weights_of_everybody(chosen, known):
    signals, segments, relevant = chosen
    pull = CONFIG.model_copy(update={"segment_l2": 1e3})
    found = learn_blend(scorers(signals), known, relevant, np.minimum(segments, 1), pull)

    assert_allclose(found[2], found[0], atol=1e-2)
    assert_allclose(found[2], found[1], atol=1e-2)


def test_a_strong_pull_makes_all_segments_alike(chosen, known):
    signals, segments, relevant = chosen
    found = learn_blend(
        scorers(signals), known, relevant, segments, CONFIG.model_copy(update={"segment_l2": 1e3})
    )

    assert_allclose(found[0], found[2], atol=1e-2)


def test_without_anything_to_learn_from_all_signals_count_the_same(chosen, known):
    signals, segments, _ = chosen
    nothing = known.only(np.zeros(USERS, np.bool_))

    found = learn_blend(scorers(signals), known, nothing, segments, CONFIG)
    assert_array_equal(found, np.ones((3, 2)))


def test_what_is_known_already_is_no_candidate(chosen):
    """The known item is all that was chosen: nobody is left to learn from."""
    signals, segments, relevant = chosen

    found = learn_blend(scorers(signals), relevant, relevant, segments, CONFIG)
    assert_array_equal(found, np.ones((3, 2)))


def test_logs_are_0_where_nothing_is_said_and_greatest_at_the_users_best():
    found = logged(np.array([[0.0, 2.0, 1.0], [-1.0, 0.0, 0.0]], np.float32), (0.01, 1.0))

    assert_allclose(found[0], [[0, np.log(101), np.log(51)], [0, 0, 0]], rtol=1e-6)
    assert_allclose(found[1], [[0, np.log(2), np.log(1.5)], [0, 0, 0]], rtol=1e-6)


def test_segments_are_those_of_the_ladder():
    assert_array_equal(segment_of(np.array([0, 1, 3, 4, 99]), BlendConfig()), [0, 1, 1, 2, 2])
