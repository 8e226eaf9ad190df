"""Already-seen decay: what this creator was shown and did not take makes way, and may come back."""

from typing import Literal

import numpy as np
from pydantic import Field

from recsys.arrays import Floats, Ints
from recsys.config import Config
from recsys.reranking.facts import ItemFacts, needed
from recsys.reranking.scale import discounted
from recsys.stages import Candidates


class SeenConfig(Config):
    """Scores are discounted by how often and how recently this creator was shown the item."""

    kind: Literal["seen"] = "seen"
    kept_per_showing: float = Field(0.7, ge=0, le=1)
    """The share of a score each showing leaves, before any recovery; 1: showings do not count."""
    recovery_half_life_days: float = Field(14, gt=0)
    """Days after the last showing at which half of the loss is made good."""

    def build(self, facts: ItemFacts) -> "Seen":
        """The re-ranker of one request; raises ConfigError if the facts lack what was shown, or when."""
        times = needed(facts.times_shown, "times_shown", self.kind)
        return Seen(self, times, needed(facts.days_since_shown, "days_since_shown", self.kind))


class Seen:
    """Keeps 1 − (1 − kept_per_showing^times) × 2^(−days since the last / half-life) of each score and sorts.

    The share is of the score above the query's lowest candidate; an item never shown keeps all.
    """

    def __init__(self, config: SeenConfig, times_shown: Ints, days_since_shown: Floats) -> None:
        self.config = config
        self.times_shown = times_shown
        self.days_since_shown = days_since_shown

    def rerank(self, query: object, candidates: Candidates) -> Candidates:
        """All candidates, best first by their discounted scores."""
        times = self.times_shown[candidates.items]
        days = np.where(times > 0, self.days_since_shown[candidates.items], 0)
        lost = 1 - self.config.kept_per_showing ** times.astype(np.float64)
        return discounted(candidates, 1 - lost * np.exp2(-days / self.config.recovery_half_life_days))
