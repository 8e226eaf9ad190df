"""What the indices of ranking lists are made of (R2–R6): each measure of a creator among their peers.

A measure turns the inputs of a peer group into values, and says how sure each of them is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from features.lists.credibility import Fit
from recsys.arrays import Array, Floats
from recsys.list_rules import ListRules

ON_GRID = 9
"""Decimals of values and deviations."""
Inputs = Mapping[str, Array]
"""Columns of `features.lists.inputs` and cooperation, one value a creator of a peer group."""


@dataclass(frozen=True)
class Levels:
    """A measure of every creator of a peer group."""

    value: Floats
    """(creators,) in the measure's unit; NaN for a creator who takes no part, who stands below all others."""
    deviation: Floats
    """(creators,) standard deviation of the value given its small counts; NaN where nothing was fitted."""
    rests_on: Array
    """(creators,) int64: what the value is counted over, such as views or messages."""
    least: float = 0.0
    """No value can be below."""
    pulled_to: float | None = None
    """What a rate was pulled to, in the value's unit."""

    def on_grid(self) -> "Levels":
        """Rounded: rounding errors make no ranks, and logarithms of one processor are those of another."""
        return replace(self, value=np.round(self.value, ON_GRID), deviation=np.round(self.deviation, ON_GRID))

    def at(self, deviations: float | Floats) -> Floats:
        """(creators,) the values so many deviations off, NaN where either is unknown."""
        return np.maximum(self.value + deviations * self.deviation, self.least)


class Measure(Protocol):
    """A number that percentile ranks are taken of (R11)."""

    @property
    def name(self) -> str:
        """As in the policies' weights."""

    @property
    def unit(self) -> str:
        """Of the value."""

    @property
    def meaning(self) -> str:
        """In words."""

    @property
    def sign(self) -> int:
        """1 where more is better, −1 where less is."""

    @property
    def power(self) -> int:
        """The variance of one unit of the whole is `fit.noise` × value ** power."""

    def levels(self, inputs: Inputs, rules: ListRules, fit: Fit) -> Levels:
        """The measure of every creator of a peer group."""


@dataclass(frozen=True)
class Rate:
    """Parts over wholes, pulled to the peers' mean by a fitted prior; NaN without any whole."""

    name: str
    unit: str
    meaning: str
    part: tuple[str, ...]
    whole: tuple[str, ...]
    times: float = 1.0
    sign: int = 1
    power: int = 2
    """How its variance grows with it: 1 for events that are counted, 2 for money, views and times."""

    def levels(self, inputs: Inputs, rules: ListRules, fit: Fit) -> Levels:
        """(part + strength × mean) / (whole + strength), times `times`."""
        parts, wholes = total(inputs, self.part), total(inputs, self.whole)
        mean = parts.sum() / max(wholes.sum(), 1) if fit.mean is None else fit.mean
        pulled = (parts + fit.strength * mean) / (wholes + fit.strength)
        deviation = np.sqrt(fit.noise * pulled**self.power / (wholes + fit.strength))
        return Levels(
            self._known(pulled, wholes) * self.times,
            deviation * self.times,
            wholes,
            pulled_to=float(mean) * self.times,
        )

    def _known(self, pulled: Floats, wholes: Array) -> Floats:
        return np.where(wholes > 0, pulled, np.nan)


@dataclass(frozen=True)
class FairRate(Rate):
    """A rate that stands at the prior's mean without any whole: nothing is held against the new (R6).

    The mean is never the peers' of the day: one creator's failure would then move others' rates, and so could
    raise the creator's own place (R8).
    """

    power: int = 1
    middle: float = 0.5
    """Part over whole that an unfitted prior pulls to."""

    def levels(self, inputs: Inputs, rules: ListRules, fit: Fit) -> Levels:
        """As of any rate, with a mean that no creator of the day has a part in."""
        mean = self.middle if fit.mean is None else fit.mean
        return super().levels(inputs, rules, replace(fit, mean=mean))

    def _known(self, pulled: Floats, wholes: Array) -> Floats:
        return pulled


@dataclass(frozen=True)
class Count:
    """A sum over the period."""

    name: str
    unit: str
    meaning: str
    amount: tuple[str, ...]
    sign: int = 1
    power: int = 2
    """As of a rate by day."""

    def levels(self, inputs: Inputs, rules: ListRules, fit: Fit) -> Levels:
        """The sum, as sure as its days let it be."""
        amounts, days = total(inputs, self.amount), inputs["days"]
        variance = fit.noise * days * (amounts / days) ** self.power
        return Levels(amounts.astype(np.float64), np.sqrt(variance), amounts)


@dataclass(frozen=True)
class FlowGrowth:
    """Log growth of a sum against the period before, smoothed by the policy's base (R3).

    NaN for who was not there before: an account's first followers are no growth.
    """

    name: str
    unit: str
    meaning: str
    now: tuple[str, ...]
    before: tuple[str, ...]
    base: str
    sign: int = 1
    power: int = 2

    def levels(self, inputs: Inputs, rules: ListRules, fit: Fit) -> Levels:
        """ln((now + base) / (before + base))."""
        now, before = total(inputs, self.now), total(inputs, self.before)
        base: int = getattr(rules.growth_bases, self.base)
        growth = np.log((now + base) / (before + base))
        deviation = self._noise(now, before, base) * np.sqrt(fit.noise / inputs["days"])
        return Levels(np.where(inputs["there_before"] > 0, growth, np.nan), deviation, now, -np.inf)

    def _noise(self, now: Array, before: Array, base: int) -> Floats:
        """Relative to both sides, of which the base is certain."""
        return np.asarray(np.sqrt((now / (now + base)) ** 2 + (before / (before + base)) ** 2))


@dataclass(frozen=True)
class StockGrowth(FlowGrowth):
    """Log growth of a level, such as followers: only what was gained is uncertain."""

    def _noise(self, now: Array, before: Array, base: int) -> Floats:
        return np.asarray(np.abs(now - before) / (now + base))


def total(inputs: Inputs, names: tuple[str, ...]) -> Array:
    """(creators,) int64: the sum of the named inputs."""
    return np.asarray(np.sum([inputs[name] for name in names], axis=0, dtype=np.int64))
