"""What a recommendation made at a moment should have held: what creators took up afterwards."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from features.recommending.surfaces import Surface
from recsys.arrays import Floats, Grades, Ints, Scores
from recsys.interactions.weights import EventWeights
from recsys.vocabulary import CREATOR_OBJECTIVES, CreatorObjective
from training.recommending.log import Happened, OwnVideos
from training.recommending.situation import ROWS, Situation

TAKEN: dict[Surface, tuple[str, ...]] = {
    "products": ("showcased", "sampled", "posted"),
    "inspiration": ("watched", "liked", "saved", "created"),
}
"""Events by which a creator takes an item up."""
TAKEN_UP, BROUGHT = 1, 2
"""Grades: taken up, and brought anything of what the objective counts."""


@dataclass(frozen=True)
class Relevance:
    """One row per creator and item taken up after a moment, of those that could be recommended at it."""

    creators: Ints
    """Place in `Situation.creators`; rising."""
    items: Ints
    """Place in `Situation.items`."""
    weights: Scores
    """Weight of the strongest event."""
    results: dict[CreatorObjective, Floats]
    """Minor units and followers that videos with it, or after it, brought."""

    def grades(self, objective: CreatorObjective) -> Grades:
        """(rows,): BROUGHT, or TAKEN_UP."""
        return np.where(self.results[objective] > 0, BROUGHT, TAKEN_UP).astype(np.int32)

    def dense(self, shape: tuple[int, int], objective: CreatorObjective) -> Grades:
        """(creators, items) grades, 0 for the rest."""
        wide = np.zeros(shape, np.int32)
        wide[self.creators, self.items] = self.grades(objective)
        return wide


def relevance(
    situation: Situation, happened: Happened, videos: OwnVideos, until: datetime, weights: EventWeights
) -> Relevance:
    """What was taken up after the situation's moment and not after `until`."""
    taken = happened.between(situation.at, until).of_events(*TAKEN[situation.surface])
    place = np.full(len(situation.snapshot.creators), -1)
    place[situation.creators] = np.arange(len(situation.creators))
    rows = situation.rows_of_creators(taken.creator)
    who, what = np.where(rows >= 0, place[rows], -1), situation.places_of(taken.item)
    known = (who >= 0) & (what >= 0)
    weight = weights.by_event[taken.event]
    known &= weight > 0
    keys = who[known] * len(situation.items) + what[known]
    pairs, inverse = np.unique(keys, return_inverse=True)
    strongest = np.zeros(len(pairs))
    np.maximum.at(strongest, inverse, weight[known])
    results = _results(situation.surface, taken.take(known), videos.between(situation.at, until), inverse)
    creators, items = np.divmod(pairs, max(len(situation.items), 1))
    free = _may_get(situation, creators, items)
    return Relevance(
        creators[free],
        items[free],
        strongest[free].astype(np.float32),
        {name: values[free] for name, values in results.items()},
    )


def _may_get(situation: Situation, creators: Ints, items: Ints) -> np.ndarray:
    """(pairs,): whether the item could be recommended for either objective."""
    free = np.zeros(len(creators), np.bool_)
    for start in range(0, len(situation.creators), ROWS):
        some = slice(*np.searchsorted(creators, [start, start + ROWS]).tolist())
        rows = situation.creators[start : start + ROWS]
        for objective in CREATOR_OBJECTIVES:
            free[some] |= situation.allowed(rows, objective)[creators[some] - start, items[some]]
    return free


def _results(
    surface: Surface, taken: Happened, videos: OwnVideos, pair_of_row: Ints
) -> dict[CreatorObjective, Floats]:
    """Per pair what the creator's videos brought: those that link it, or those made after watching it."""
    of_video = videos.product if surface == "products" else videos.at
    of_event = taken.item if surface == "products" else taken.at
    keys, place = np.unique(np.stack([videos.creator, of_video]), axis=1, return_inverse=True)
    pairs = int(pair_of_row.max(initial=-1)) + 1
    wanted = np.stack([taken.creator, of_event])
    found = _places(keys, wanted)
    results: dict[CreatorObjective, Floats] = {}
    for objective in CREATOR_OBJECTIVES:
        sums = np.append(np.bincount(place, getattr(videos, objective), keys.shape[1]), 0.0)
        best = np.zeros(pairs)
        np.maximum.at(best, pair_of_row, sums[found])
        results[objective] = best
    return results


def _places(keys: Ints, wanted: Ints) -> Ints:
    """Column of each wanted pair in the sorted `keys` (2, n), n where it is not there."""
    both, inverse = np.unique(np.concatenate([keys, wanted], axis=1), axis=1, return_inverse=True)
    place = np.full(both.shape[1], keys.shape[1])
    place[inverse[: keys.shape[1]]] = np.arange(keys.shape[1])
    return place[inverse[keys.shape[1] :]]
