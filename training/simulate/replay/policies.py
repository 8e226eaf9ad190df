"""Policies that pick one creator from each slot's pool, with exact probabilities."""

import numpy as np

from recsys.arrays import Floats, Ints
from training.simulate.draws import choose
from training.simulate.replay.config import PolicyConfig
from training.simulate.replay.marketplace import Slots


def probabilities(policy: PolicyConfig, slots: Slots) -> Floats:
    """(slots, pool): P(the creator is picked); each row adds up to 1."""
    logits = (
        policy.popularity * slots.popularity
        + policy.affinity * slots.affinity
        + policy.engagement * slots.engagement
    )
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    softmax = weights / weights.sum(axis=1, keepdims=True)
    return np.asarray((1 - policy.exploration) * softmax + policy.exploration / logits.shape[1])


def pick(rng: np.random.Generator, chances: Floats) -> Ints:
    """(slots,): the place in its pool of the creator picked for each slot."""
    return choose(rng, chances)
