"""Replays: a policy logs, estimators value policies that were not played, and the truth says how well."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from recsys.arrays import Floats, Ints
from recsys.off_policy import (
    ESTIMATORS,
    Estimate,
    Estimator,
    LoggedActions,
    Predicted,
    Refusal,
    Terms,
    estimate,
)
from training.cross_fit import cross_fitted, folds_of
from training.rewards import AmountModel, ChanceModel, RewardModel
from training.simulate.config import SimulateConfig
from training.simulate.draws import stream
from training.simulate.replay.config import ReplayConfig
from training.simulate.replay.luck import draw_luck, expected_up_to
from training.simulate.replay.marketplace import Slots, draw_slots
from training.simulate.replay.policies import pick, probabilities


def logged_mean(logged: LoggedActions) -> Terms:
    """The mean logged reward, which takes one policy for the other: the baseline of every estimator."""
    rows = len(logged)
    return Terms(logged.reward, np.zeros(rows), np.ones(rows))


COMPARED: dict[str, Estimator] = {"logged_mean": logged_mean, **ESTIMATORS}


@dataclass(frozen=True)
class Valued:
    """One estimate in one replay beside the truth, both in the reward's unit for each slot."""

    target: str
    reward: str
    estimator: str
    truth: float
    answer: Estimate | Refusal


@dataclass(frozen=True)
class Reward:
    """What the picks brought, and the truth about everybody in the pools."""

    logged: Floats
    """(slots,)"""
    expected: Floats
    """(slots, pool)"""
    model: Callable[[], RewardModel]


@dataclass(frozen=True)
class Replay:
    """One marketplace: who was picked with which probabilities, and what it brought."""

    slots: Slots
    chances: Floats
    """(slots, pool) of the logging policy."""
    picked: Ints
    rewards: dict[str, Reward]


def run_replays(
    config: ReplayConfig, world: SimulateConfig, advance: Callable[[int], None] = lambda _: None
) -> list[Valued]:
    """Every estimate of every replay; `advance` is called with 1 after each."""
    valued: list[Valued] = []
    for number in range(config.replays):
        played = play(config, config.world(world, number))
        valued += value(played, config, seed=number)
        advance(1)
    return valued


def play(config: ReplayConfig, world: SimulateConfig) -> Replay:
    """One marketplace, in which the logging policy fills every slot."""
    slots = draw_slots(world, config.slots, config.pool)
    rng = stream(world.seed, "replay")
    chances = probabilities(config.logging, slots)
    picked = pick(rng, chances)
    return Replay(slots, chances, picked, draw_rewards(slots, picked, config, world, rng))


def draw_rewards(
    slots: Slots, picked: Ints, config: ReplayConfig, world: SimulateConfig, rng: np.random.Generator
) -> dict[str, Reward]:
    """What the picks brought, and the truth of what every pick would have brought."""
    rows = np.arange(len(slots))
    delivered = (rng.random(len(slots)) < slots.deliver[rows, picked]).astype(np.float64)
    gmv = delivered * slots.gmv[rows, picked] * draw_luck(rng, len(slots), world.fitted)
    capped = slots.deliver * expected_up_to(config.most_gmv, slots.gmv, world.fitted)
    return {
        "delivered": Reward(delivered, slots.deliver, ChanceModel),
        "capped_gmv": Reward(np.minimum(gmv, config.most_gmv), capped, AmountModel),
        "gmv": Reward(gmv, slots.deliver * slots.gmv, AmountModel),
    }


def value(replay: Replay, config: ReplayConfig, seed: int) -> Iterator[Valued]:
    """Each target policy's value by each estimator for each reward, from the replay's log alone."""
    slots, rows = replay.slots, np.arange(len(replay.picked))
    fold = folds_of(slots.brief, config.folds, seed)
    targets = {name: probabilities(policy, slots) for name, policy in config.targets.items()}
    for name, reward in replay.rewards.items():
        predicted = cross_fitted(reward.model, slots.observed(), replay.picked, reward.logged, fold)
        for target, chances in targets.items():
            logged = LoggedActions(
                reward=reward.logged,
                propensity=replay.chances[rows, replay.picked],
                target=chances[rows, replay.picked],
                cluster=slots.brief,
                predicted=Predicted.of(predicted, replay.picked, chances),
            )
            truth = float((chances * reward.expected).sum(axis=1).mean())
            for estimator, terms in COMPARED.items():
                yield Valued(target, name, estimator, truth, estimate(logged, terms, seed, config.fewest))
