from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from training.simulate.replay import PolicyConfig
from training.simulate.replay.marketplace import draw_slots
from training.simulate.replay.policies import pick, probabilities


@pytest.fixture(scope="module")
def slots(config, world):
    return draw_slots(config.world(world, 1), 2, 10)


def test_probabilities_of_a_pool_add_up_to_one(slots, config):
    for policy in (config.logging, *config.targets.values()):
        assert_allclose(probabilities(policy, slots).sum(axis=1), 1)


def test_a_policy_that_only_explores_is_uniform(slots):
    even = PolicyConfig(popularity=5, affinity=5, engagement=5, exploration=1)

    assert_allclose(probabilities(even, slots), 0.1)


def test_exploration_is_the_least_anybody_gets(slots):
    policy = PolicyConfig(popularity=50, affinity=0, engagement=0, exploration=0.2)

    assert probabilities(policy, slots).min() == pytest.approx(0.02)


def test_weights_are_those_of_a_softmax(slots):
    two = replace(slots.take(np.array([0])), popularity=np.array([[0.0, 1.0] + [-99.0] * 8]))
    policy = PolicyConfig(popularity=2, affinity=0, engagement=0, exploration=0)

    assert_allclose(probabilities(policy, two)[0, :2], [1 / (1 + np.exp(2)), 1 / (1 + np.exp(-2))])


def test_creators_are_picked_as_often_as_said():
    chances = np.tile([0.5, 0.3, 0.2], (20_000, 1))

    picked = pick(np.random.default_rng(1), chances)

    assert_allclose(np.bincount(picked) / 20_000, [0.5, 0.3, 0.2], atol=0.015)
