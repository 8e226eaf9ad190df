"""Freshness: of equally good items the newer stands above."""

from typing import Literal

import numpy as np
from pydantic import Field

from recsys.arrays import Floats
from recsys.config import Config
from recsys.reranking.facts import ItemFacts, needed
from recsys.reranking.scale import discounted
from recsys.stages import Candidates


class FreshnessConfig(Config):
    """Scores are discounted by the item's age, with a half-life."""

    kind: Literal["freshness"] = "freshness"
    half_life_days: float = Field(30, gt=0)
    """The age at which half of what age can take is gone."""
    strength: float = Field(0.5, ge=0, le=1)
    """What age takes from the oldest items, as a share of their score above the query's lowest candidate."""

    def build(self, facts: ItemFacts) -> "Freshness":
        """The re-ranker of one request; raises ConfigError if the facts have no ages."""
        return Freshness(self, needed(facts.age_days, "age_days", self.kind))


class Freshness:
    """Keeps 1 − strength × (1 − 2^(−age / half-life)) of each score and sorts by what is left.

    An item of unknown age counts as the oldest candidate of known age: a missing date must not look new.
    An age below 0 counts as 0.
    """

    def __init__(self, config: FreshnessConfig, age_days: Floats) -> None:
        self.config = config
        self.age_days = age_days

    def rerank(self, query: object, candidates: Candidates) -> Candidates:
        """All candidates, best first by their discounted scores."""
        age = _with_oldest_for_unknown(np.maximum(self.age_days[candidates.items], 0))
        aged = 1 - np.exp2(-age / self.config.half_life_days)
        return discounted(candidates, 1 - self.config.strength * aged)


def _with_oldest_for_unknown(age: Floats) -> Floats:
    is_known = ~np.isnan(age)
    return np.where(is_known, age, age.max(initial=0, where=is_known))
