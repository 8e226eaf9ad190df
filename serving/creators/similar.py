"""Look-alikes of a creator (R22), with the parts of how alike they are."""

from datetime import datetime

import numpy as np
from pydantic import computed_field

from features.look_alikes import LookAlikeWeights, parts, score_above
from recsys.arrays import Floats, Ints
from recsys.snapshot import Snapshot
from serving.answers import FilterCount, Part
from serving.creators.cards import cards
from serving.creators.search import CreatorCard
from serving.explain import known

BLOCK = 1 << 14
"""Creators compared at once: bounds memory, and what is compared stays in the processor's cache."""


class LookAlike(CreatorCard):
    """A creator like the one asked about."""

    place: int
    """From 1, the most alike first."""
    score: float
    """0 to 1: the weighted mean of the measured parts."""
    parts: dict[str, float | None]
    """0 to 1 each; None where one of the two was never measured: it is left out of the mean."""

    @computed_field  # type: ignore[prop-decorator]  # mypy cannot see through computed_field on a property
    @property
    def phrase(self) -> str:
        """In words: `content .93, audience .88, sales .70, tier not measured`."""
        shown = (f"{name} {_short(value)}" for name, value in self.parts.items())
        return ", ".join(shown)


class LookAlikes(Part):
    """Creators like one, the most alike first."""

    creator_id: int
    snapshot: str
    as_of: datetime
    """Nothing later than this moment was known."""
    weights: LookAlikeWeights
    filters: tuple[FilterCount, ...]
    """The conditions in the order in which they apply, each with how many creators it left."""
    compared: int
    """Creators who passed the filter, other than the one asked about, with enough that was measured."""
    items: tuple[LookAlike, ...]
    degraded: tuple[str, ...] = ()
    """What this answer lacks, and why; empty in a complete one."""


def most_alike(
    snapshot: Snapshot, row: int, rows: Ints, count: int, weights: LookAlikeWeights
) -> tuple[tuple[LookAlike, ...], int]:
    """The `count` of these rows most like the creator at `row`, which is not among them; how many compared.

    Equal scores are in order of id.
    """
    others = rows[rows != row]
    found = _scores(snapshot, row, others, count, weights)
    likely = np.flatnonzero(found > -np.inf)
    best = likely[_best(found[likely], count)]
    compared = int(np.count_nonzero(~np.isnan(found)))
    return tuple(_items(snapshot, row, others[best], found[best], weights)), compared


def _scores(snapshot: Snapshot, row: int, rows: Ints, count: int, weights: LookAlikeWeights) -> Floats:
    """Scores of these rows, NaN where too little was measured; -inf for who is surely not among the best."""
    scores, best = [np.empty(0)], np.full(count, -np.inf)
    for start in range(0, len(rows), BLOCK):
        floor = best.min()
        found = score_above(floor, snapshot, row, rows[start : start + BLOCK], weights)
        best = np.partition(np.append(best, found[found > floor]), -count)[-count:]
        scores.append(found)
    return np.concatenate(scores)


def _best(scores: Floats, count: int) -> Ints:
    """Places of the `count` highest scores, best first; equal scores in their order."""
    candidates = np.arange(len(scores))
    if count < len(scores):
        # Sorting a few candidates instead of all of them; ties with the last are still among them.
        candidates = np.flatnonzero(scores >= np.partition(scores, -count)[-count])
    return candidates[np.argsort(-scores[candidates], kind="stable")[:count]]


def _items(
    snapshot: Snapshot, row: int, rows: Ints, scores: Floats, weights: LookAlikeWeights
) -> list[LookAlike]:
    by_part = parts(snapshot, row, rows, weights)
    return [
        LookAlike(
            **fields,
            place=place + 1,
            score=float(scores[place]),
            parts={name: known(values[place]) for name, values in by_part.items()},
        )
        for place, fields in enumerate(cards(snapshot, rows))
    ]


def unmeasured(snapshot: Snapshot, row: int, weights: LookAlikeWeights) -> tuple[str, ...]:
    """What of this creator was never measured, so that nobody is compared on it."""
    own = parts(snapshot, row, np.array([row]), weights)
    return tuple(
        f"{name} of the creator was not measured: left out"
        for name, value in own.items()
        if np.isnan(value[0])
    )


def _short(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.2f}".removeprefix("0")
