"""Replays: logs that are draws of their truth, and estimates that hold it."""

import numpy as np
import pytest

from recsys.off_policy import Estimate, Refusal
from training.simulate.replay import run_replays
from training.simulate.replay.run import play


@pytest.fixture(scope="module")
def valued(config, world):
    return run_replays(config.model_copy(update={"replays": 12}), world)


def test_rewards_are_draws_of_their_truth(config, world):
    played = play(
        config.model_copy(update={"briefs": 1500}), config.model_copy(update={"briefs": 1500}).world(world, 1)
    )
    rows = np.arange(len(played.picked))

    for name in ("delivered", "capped_gmv"):
        reward = played.rewards[name]
        off = reward.logged - reward.expected[rows, played.picked]
        assert abs(off.mean()) < 4 * off.std() / np.sqrt(len(rows)), name


def test_capped_gmv_counts_up_to_its_limit(config, world):
    rewards = play(config, config.world(world, 1)).rewards

    assert rewards["capped_gmv"].logged.max() <= config.most_gmv
    assert (rewards["capped_gmv"].expected <= rewards["gmv"].expected * (1 + 1e-9)).all()


def test_only_who_delivers_sells(config, world):
    rewards = play(config, config.world(world, 1)).rewards

    assert (rewards["gmv"].logged[rewards["delivered"].logged == 0] == 0).all()


def test_the_policy_that_logged_is_worth_what_it_brought(config, world):
    same = config.model_copy(update={"replays": 1, "targets": {"same": config.logging}})

    for one in run_replays(same, world):
        if one.reward == "delivered" and one.estimator in {"ips", "snips"}:
            logged = next(each for each in run_replays(same, world) if each.estimator == "logged_mean")
            assert one.answer.interval.mean == pytest.approx(logged.answer.interval.mean)


@pytest.mark.parametrize("estimator", ["ips", "snips", "doubly_robust"])
def test_intervals_hold_the_truth(valued, estimator):
    near = [
        one for one in valued if (one.target, one.reward, one.estimator) == ("near", "delivered", estimator)
    ]

    held = [one.answer.interval.low <= one.truth <= one.answer.interval.high for one in near]

    assert len(near) == 12
    assert sum(held) >= 10


def test_a_policy_far_from_the_log_is_refused(valued):
    far = [one.answer for one in valued if one.target == "far"]

    assert sum(isinstance(answer, Refusal) for answer in far) > 0.9 * len(far)


def test_the_same_seed_gives_the_same_estimates(valued, config, world):
    again = run_replays(config.model_copy(update={"replays": 1}), world)

    assert again == valued[: len(again)]
    assert any(isinstance(one.answer, Estimate) for one in again)
