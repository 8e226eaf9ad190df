"""What a creator's place would be, were their inputs others: without making the whole list again (R12).

Other inputs of one creator change that creator's values, and every other's percentiles by one peer at most:
only who stands close to the new index has to be looked at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, Self

import numpy as np
import pyarrow as pa

from features.arrow import numbers
from features.lists.catalogue import MEASURES
from features.lists.credibility import Fit
from features.lists.groups import columns
from features.lists.measures import FairRate, Inputs, Rate
from features.lists.peers import Peers, fits_of, peers_of
from features.lists.standing import DECIMALS, comparable, index_of
from recsys.arrays import Array, Floats, Ints
from recsys.list_rules import ListName, ListRules
from recsys.ranking_lists import RankingLists

ROUNDED = 2 * 10.0**-DECIMALS
"""More than rounding moves the distance of two indices."""


class WhatIf(Protocol):
    """A peer group of a list. Rows are the list's, from 0; inputs are one creator's, (1,) each."""

    @property
    def ids(self) -> Ints:
        """(creators,) in order of place."""

    @property
    def rules(self) -> ListRules:
        """What the list was made by."""

    def pulled_to(self, measure: str, inputs: Inputs) -> float | None:
        """What a rate of the creator is pulled to, in the value's unit; None where it is none."""

    def place(self, row: int, inputs: Inputs) -> int:
        """The place of the creator in this row, with these inputs."""


Side = Literal["left", "right"]
PeersOf = Callable[[RankingLists, ListName, str, str], WhatIf]
"""List, market and industry of a period → its peer group."""


def what_if(lists: RankingLists, name: ListName, market: str, industry: str) -> WhatIf:
    """A peer group, read from the list's rows; raises RequestError where there is none.

    Where rates are pulled to the pooled rate of the day, each creator moves everybody's: that list is made
    again for each question.
    """
    fits = fits_of(lists, market, industry)
    rules = lists.facts.policies[market].lists
    measures = [word for measure in rules.weights[name] for word in (measure, f"{measure}_percentile")]
    read = ["creator_id", "index", "gmv_low", *measures]
    rows = lists.rows(name, market, industry, columns=read)
    if any(_pooled(measure, fits) for measure in rules.weights[name]):
        peers = peers_of(lists, columns(lists.inputs), name, market, industry)
        return Remade(numbers(rows, "creator_id"), peers)
    return Ranked.of(rows, name, rules, fits)


def _pooled(measure: str, fits: Mapping[str, Fit]) -> bool:
    found = MEASURES[measure]
    return isinstance(found, Rate) and not isinstance(found, FairRate) and fits[measure].mean is None


@dataclass(frozen=True)
class Remade:
    """A peer group whose list is made again for each question."""

    ids: Ints
    peers: Peers

    @property
    def rules(self) -> ListRules:
        """What the list was made by."""
        return self.peers.rules

    def pulled_to(self, measure: str, inputs: Inputs) -> float | None:
        """As the whole group's."""
        levels = MEASURES[measure].levels(self.peers.inputs, self.rules, self.peers.fits[measure])
        return levels.pulled_to

    def place(self, row: int, inputs: Inputs) -> int:
        """By the standing of all."""
        own = int(np.searchsorted(self.peers.inputs["creator_id"], self.ids[row]))
        changed = {name: np.array(values) for name, values in self.peers.inputs.items()}
        for name, values in changed.items():
            values[own] = inputs[name][0]
        return int(self.peers.stand(changed).place[own])


@dataclass(frozen=True)
class Ranked:
    """A peer group in order of place; 24 bytes a creator, and 12 for each measure."""

    rules: ListRules
    weights: Mapping[str, float]
    """Of the index's measures."""
    fits: Mapping[str, Fit]
    ids: Ints
    negated: Floats
    """(creators,) −index, which rises."""
    gmv: Ints
    """(creators,) minor units, the lower bound."""
    among: Mapping[str, Floats]
    """Measure → (creators,) its comparable values, rising."""
    below: Array
    """int32 (measures, creators): how many others have a lower value."""

    @classmethod
    def of(cls, rows: pa.Table, name: ListName, rules: ListRules, fits: Mapping[str, Fit]) -> Self:
        """From the rows of the group in the list's file."""
        weights, others = rules.weights[name], max(len(rows) - 1, 1)
        values = {measure: MEASURES[measure].sign * numbers(rows, measure) for measure in weights}
        return cls(
            rules,
            weights,
            fits,
            ids=numbers(rows, "creator_id"),
            negated=-numbers(rows, "index"),
            gmv=numbers(rows, "gmv_low"),
            among={measure: np.sort(comparable(value)) for measure, value in values.items()},
            below=np.array(
                [np.rint(numbers(rows, f"{measure}_percentile") * others) for measure in weights], np.int32
            ),
        )

    def pulled_to(self, measure: str, inputs: Inputs) -> float | None:
        """The prior's mean, which is the same for all."""
        return MEASURES[measure].levels(inputs, self.rules, self.fits[measure]).pulled_to

    def place(self, row: int, inputs: Inputs) -> int:
        """One more than stand above, by index and then by GMV (R10)."""
        values = [self._value(measure, inputs) for measure in self.among]
        mine = self._index(self._own(values, row)[:, None])[0]
        reach = 100 / max(len(self.ids) - 1, 1) + ROUNDED
        first = int(np.searchsorted(self.negated, -mine - reach, "left"))
        end = int(np.searchsorted(self.negated, -mine + reach, "right"))
        near = np.setdiff1d(np.arange(first, end), row, assume_unique=True)
        index = self._index(self._others(values, row, near))
        ahead = (index > mine) | ((index == mine) & (self.gmv[near] > inputs["gmv_low"][0]))
        return 1 + first - int(row < first) + int(np.count_nonzero(ahead))

    def _value(self, measure: str, inputs: Inputs) -> float:
        levels = MEASURES[measure].levels(inputs, self.rules, self.fits[measure]).on_grid()
        return float(comparable(MEASURES[measure].sign * levels.value)[0])

    def _own(self, values: list[float], row: int) -> Ints:
        """(measures,) how many others the creator's new values exceed: the old one of theirs is no other."""
        lower = self._ranks(values, "left")
        return lower - (lower > self.below[:, row])

    def _others(self, values: list[float], row: int, near: Ints) -> Ints:
        """(measures, near) how many others each of them exceeds, once the creator has the new values."""
        below, old = self.below[:, near], self.below[:, [row]]
        return np.asarray(below - (below > old) + (below >= self._ranks(values, "right")[:, None]), np.int64)

    def _ranks(self, values: list[float], side: Side) -> Ints:
        """(measures,) how many values of the group are lower; on the right also those that are equal."""
        pairs = zip(self.among.values(), values, strict=True)
        return np.array([np.searchsorted(among, value, side) for among, value in pairs], np.int64)

    def _index(self, below: Ints) -> Floats:
        return index_of(self.weights, below / max(len(self.ids) - 1, 1))
