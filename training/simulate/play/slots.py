"""Filling a brief's places: a list of creators, gone down under limits, each choice with a known chance."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from training.frame import Frame


@dataclass(frozen=True)
class Limits:
    """What one brief may still use, at the moment it is answered."""

    places: int
    """Invitations at most: the creators wanted, or fewer where samples or the brand's quota run out."""
    budget: int
    """What the fees of all invited may add up to, should all of them accept."""
    fees: Ints
    """(candidates,): what each asks."""
    open: Flags
    """(candidates,): who has room for another campaign."""

    def free(self, chosen: list[int]) -> Flags:
        """Who may take the next place after those chosen; nobody where no place is left."""
        left = self.budget - int(self.fees[chosen].sum())
        free = self.open & (self.fees <= left)
        free[chosen] = False
        return free if len(chosen) < self.places else np.zeros_like(free)


@dataclass(frozen=True)
class Slots(Frame):
    """One row per filled place, in order."""

    candidate: Ints
    propensity: Floats
    """P(this candidate takes the place | those above it)."""
    free: Flags
    """(places, candidates): who could have taken it."""


def fill(order: Ints, limits: Limits, exploration: float, rng: np.random.Generator) -> Slots:
    """Places filled from the top of `order`, each with chance `exploration` by anyone who is free instead."""
    chosen: list[int] = []
    propensities: list[float] = []
    free_at: list[Flags] = []
    while (free := limits.free(chosen)).any():
        best = first_free(order, free)
        explores = rng.random() < exploration
        pick = int(rng.choice(np.flatnonzero(free))) if explores else best
        chosen.append(pick)
        propensities.append(chance_of(pick == best, int(free.sum()), exploration))
        free_at.append(free)
    return Slots(
        np.array(chosen, np.int64),
        np.array(propensities, np.float64),
        np.array(free_at, np.bool_).reshape(len(chosen), len(order)),
    )


def first_free(order: Ints, free: Flags) -> int:
    """The first of the list who is free."""
    return int(order[free[order].argmax()])


def chance_of(is_best: bool, free: int, exploration: float) -> float:
    """P(a candidate takes the place): exploration spread evenly over the free, the rest on the first."""
    return exploration / free + (1 - exploration) * is_best


def by_value(values: Floats, limits: Limits) -> Ints:
    """The list whose places are worth most within the budget: highest value less a price for money.

    A fractional knapsack's bound is reached by one price for all (Dantzig 1957); every price at which the
    order can begin to change is tried, and the list whose filled places add up to most is kept. At equal sums
    the lower price, so that money without a better use is spent.
    """
    return max(_lists(values, limits), key=lambda order: worth(order, values, limits))


def _lists(values: Floats, limits: Limits) -> Iterator[Ints]:
    rates = np.unique(values[limits.open] / np.maximum(limits.fees[limits.open], 1))
    for price in (0.0, *rates):
        yield np.argsort(-(values - price * limits.fees), kind="stable").astype(np.int64)


def worth(order: Ints, values: Floats, limits: Limits) -> float:
    """The sum of the values that going down the list fills places with."""
    total, left, places = 0.0, limits.budget, limits.places
    for candidate in order.tolist():
        if places and limits.open[candidate] and limits.fees[candidate] <= left:
            total += values[candidate]
            left -= int(limits.fees[candidate])
            places -= 1
    return total
