"""Limits: no creator, category or brand fills the list."""

from collections import Counter
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from recsys.arrays import Flags
from recsys.config import Config
from recsys.errors import ConfigError
from recsys.reranking.facts import ItemFacts
from recsys.stages import Candidates


class CapsConfig(Config):
    """At most so many items of one group, counted down the list."""

    kind: Literal["caps"] = "caps"
    at_most: dict[str, Annotated[int, Field(ge=1)]]
    """Grouping → items of one group at most: `{creator: 2, category: 4}`; empty: no limit."""
    over_cap: Literal["behind", "dropped"] = "behind"
    """What is over a cap stands behind all others, so that a list can still be filled, or leaves."""

    def build(self, facts: ItemFacts) -> "Caps":
        """The re-ranker of one request; raises ConfigError if the facts lack one of the groupings."""
        unknown = sorted(self.at_most.keys() - facts.groups.keys())
        if unknown:
            raise ConfigError(f"re-ranker caps: there are no groups {unknown}, found {sorted(facts.groups)}")
        return Caps(self, facts)


class Caps:
    """Goes down the list and sets aside each item one of whose groups is full; scores stay as they are.

    An item set aside counts against none of its other groups.
    """

    def __init__(self, config: CapsConfig, facts: ItemFacts) -> None:
        self.config = config
        self.groups = {name: facts.groups[name] for name in config.at_most}

    def rerank(self, query: object, candidates: Candidates) -> Candidates:
        """The candidates within the caps in their order, then (or without) those over."""
        over = self.over(candidates)
        within, behind = np.flatnonzero(~over), np.flatnonzero(over)
        if self.config.over_cap == "dropped":
            return candidates.take(within)
        return candidates.take(np.concatenate([within, behind]))

    def over(self, candidates: Candidates) -> Flags:
        """(candidates,): which are over a cap; their sum is how many the caps move or drop."""
        over = np.zeros(len(candidates.items), np.bool_)
        used: Counter[tuple[str, int]] = Counter()
        columns = [column[candidates.items].tolist() for column in self.groups.values()]
        for place, row in enumerate(zip(*columns, strict=True)):
            groups = [(name, group) for name, group in zip(self.groups, row, strict=True) if group >= 0]
            over[place] = any(used[group] >= self.config.at_most[group[0]] for group in groups)
            if not over[place]:
                used.update(groups)
        return over
