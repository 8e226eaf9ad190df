import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.errors import ConfigError
from training.simulate.cast.cast import Cast
from training.simulate.cast.creators import draw_creators
from training.simulate.replay.marketplace import draw_slots


def test_each_brief_has_its_slots_each_slot_a_pool(config, world):
    slots = draw_slots(config.world(world, 1), 3, 10)

    assert_array_equal(slots.brief, np.repeat(np.arange(config.briefs), 3))
    assert slots.deliver.shape == slots.gmv.shape == (3 * config.briefs, 10)


def test_nobody_stands_in_a_pool_twice(config, world):
    fees = draw_slots(config.world(world, 1), 2, 20).fee

    assert all(len(set(pool)) == 20 for pool in fees)


def test_pools_hold_whom_the_brief_can_pay(config, world):
    drawn = config.world(world, 1)
    briefs = Cast.of(drawn).briefs
    slots = draw_slots(drawn, 2, 5)

    limit = (briefs.budget / briefs.wanted / 100)[slots.brief]
    rich = limit > 100
    assert rich.any()
    assert (np.exp(slots.fee[rich]) <= limit[rich][:, None] * (1 + 1e-9)).all()


def test_chances_and_results_are_possible(config, world):
    slots = draw_slots(config.world(world, 1), 2, 20)

    assert ((slots.deliver > 0) & (slots.deliver < 1)).all()
    assert (slots.gmv[slots.sells == 0] == 0).all()
    assert (slots.gmv[slots.sells == 1] > 0).all()


def test_a_replay_has_a_marketplace_of_its_own(config, world):
    first, again, second = (draw_slots(config.world(world, number), 2, 10) for number in (1, 1, 2))

    assert_array_equal(first.gmv, again.gmv)
    assert not np.array_equal(first.gmv, second.gmv)


def test_a_reward_model_sees_neither_character_nor_skill(config, world):
    drawn = config.world(world, 1)
    observed = draw_slots(drawn, 2, 20).observed()

    assert observed.dtype == np.float32
    creators = draw_creators(drawn, Cast.of(drawn).clock)
    hidden = np.concatenate([creators.reliability, creators.conversion]).astype(np.float32)
    assert not np.isin(observed, hidden).any()


def test_a_market_too_small_for_a_pool_is_told(config, world):
    with pytest.raises(ConfigError, match=r"pool: a brief's market has \d+ creators, expected at least 250"):
        draw_slots(config.world(world, 1), 2, 250)
