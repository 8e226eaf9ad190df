"""From events to confidences: how much each creator–item pair says, for an objective (R29)."""

import numpy as np
from pydantic import Field, field_validator

from recsys.arrays import Floats, Ints, Scores
from recsys.config import Config
from recsys.interactions.events import Events
from recsys.vocabulary import ITEM_EVENTS, CreatorObjective


class Result(Config):
    """How much more an event says by what it brought: 1 + weight × ln(1 + brought / scale)."""

    scale: float = Field(gt=0)
    """What brings `weight × ln 2`: minor units of GMV, or followers."""
    weight: float = Field(ge=0)
    """0 ignores results."""


class EventWeights(Config):
    """What each event says about a creator and an item (Hu, Koren & Volinsky, ICDM 2008), older ones less."""

    weights: dict[str, float]
    """Event → its weight, 0 or more; an event that is not named says nothing."""
    half_life_days: float = Field(gt=0)
    """An event this old says half as much as one of today."""
    results: dict[CreatorObjective, Result]
    """Objective → how its result counts; an objective that is not named ignores results."""

    @field_validator("weights")
    @classmethod
    def _events_are_known(cls, weights: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(weights) - set(ITEM_EVENTS))
        if unknown:
            raise ValueError(f"expected events among {', '.join(ITEM_EVENTS)}; found {', '.join(unknown)}")
        if min(weights.values(), default=0.0) < 0 or not any(weights.values()):
            raise ValueError("expected weights of 0 or more, and one above 0")
        return weights

    @property
    def by_event(self) -> Floats:
        """The weight of each of ITEM_EVENTS, in order."""
        return np.array([self.weights.get(event, 0.0) for event in ITEM_EVENTS])


def confidence(
    events: Events, weights: EventWeights, objective: CreatorObjective
) -> tuple[Ints, Ints, Scores]:
    """Creator rows, item rows and confidence of every pair with any, by creator and item.

    A pair's confidence is the sum over its events of weight × 2^(−age / half-life) × (2 − 2^(1 − count)) ×
    (1 + result weight × ln(1 + result / scale)): it rises with what was done and with what it brought, and
    falls with time. Doing it again says at most twice as much as doing it once: how much came of it is for
    the objective's result to say. Finite and above 0: a pair that was merely shown, or is forgotten, is left
    out.
    """
    users, items, sums = _summed(events, _strength(events, weights, objective))
    confidences = sums.astype(np.float32)
    says = confidences > 0
    return users[says], items[says], confidences[says]


def _strength(events: Events, weights: EventWeights, objective: CreatorObjective) -> Floats:
    """What each event says."""
    faded = np.exp2(-events.age_days.astype(np.float64) / weights.half_life_days)
    repeated = 2.0 - np.exp2(1.0 - events.count.astype(np.float64))
    strength: Floats = weights.by_event[events.event] * faded * repeated
    result = weights.results.get(objective)
    if result is None:
        return strength
    brought = {"gmv": events.gmv, "followers": events.followers}[objective].astype(np.float64)
    return strength * (1.0 + result.weight * np.log1p(brought / result.scale))


def _summed(events: Events, strength: Floats) -> tuple[Ints, Ints, Floats]:
    """Each pair once, by creator and item, with the sum of its strengths."""
    order = np.lexsort((events.item, events.user))
    users, items = events.user[order].astype(np.int64), events.item[order].astype(np.int64)
    first = np.flatnonzero((np.diff(users, prepend=-1) != 0) | (np.diff(items, prepend=-1) != 0))
    # Of nothing, reduceat would make an error.
    sums = np.add.reduceat(strength[order], first) if len(first) else strength
    return users[first], items[first], sums
