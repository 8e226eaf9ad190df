"""Figures of lists: what was taken up afterwards, and what a recommender owes besides accuracy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.recommending.asking import columns_of
from features.recommending.surfaces import SEGMENTS
from recsys.arrays import Array, Flags, Floats, Ints
from recsys.beyond_accuracy import (
    catalogue_coverage,
    cold_share,
    exposure_gini,
    full_list,
    intra_list_variety,
    novelty,
)  # fmt: skip
from recsys.evaluation import Interval, Report, bootstrap_mean
from recsys.interactions.matrix import NOTHING
from recsys.metrics import METRICS
from recsys.vocabulary import CREATOR_OBJECTIVES, CreatorObjective
from training.frame import Frame
from training.recommending.prepared import Prepared
from training.recommending.recommender import Lister
from training.recommending.situation import Situation

SLATE = 10
"""Places of a list by which variety, coverage and the oracle's share are measured."""


@dataclass(frozen=True)
class Asked(Frame):
    """One row per creator, test moment and objective."""

    creator: Ints
    """Id."""
    moment: Ints
    """Place among the test moments."""
    objective: Ints
    """Place in CREATOR_OBJECTIVES."""
    segment: Ints
    """Place in SEGMENTS, at the moment."""


@dataclass(frozen=True)
class Lists:
    """What every scorer answers to everybody who could ask at the test moments."""

    asked: Asked
    places: dict[str, Ints]
    """Scorer → (asked, longest) places in the items on offer at the moment, NOTHING behind the last."""


def lists_of(listers: Mapping[str, Lister], prepared: Prepared, count: int) -> Lists:
    """Ask every scorer at every test moment for both objectives."""
    asked: list[Asked] = []
    parts: dict[str, list[Ints]] = {name: [] for name in listers}
    for moment, at in enumerate(prepared.moments.test):
        situation = prepared.situations[at]
        for number, objective in enumerate(CREATOR_OBJECTIVES):
            creators = situation.creators
            same = np.ones(len(creators), np.int64)
            ids = situation.snapshot.creators.ids[creators]
            asked.append(Asked(ids, moment * same, number * same, situation.segments(creators)))
            for name, lister in listers.items():
                parts[name].append(lister.lists(situation, creators, objective, count))
    return Lists(Asked.joined(asked), {name: np.concatenate(some) for name, some in parts.items()})


def evaluate_lists(lists: Lists, prepared: Prepared, cutoffs: Sequence[int], seed: int) -> Report:
    """Every metric by scorer, overall, by objective and by segment, with the first scorer's lead.

    Intervals are over creators: of one who asked at several moments or for both objectives, the mean counts.
    """
    values = values_of(lists, prepared, cutoffs)
    first = next(iter(values.values()))
    known = ~np.isnan(next(iter(first.values())))
    everybody = np.ones(len(known), np.bool_)
    segments = {f"segment={name}": lists.asked.segment == place for place, name in enumerate(SEGMENTS)}
    segments |= {f"objective={name}": lists.asked.objective == n for n, name in enumerate(CREATOR_OBJECTIVES)}
    return Report(
        metrics=_intervals(values, lists.asked, everybody, seed),
        segments={name: _intervals(values, lists.asked, rows, seed) for name, rows in segments.items()},
        differences=_differences(values, lists.asked, seed),
        exposure={},
        queries=len(known),
        queries_without_relevant=int((~known).sum()),
    )


def values_of(lists: Lists, prepared: Prepared, cutoffs: Sequence[int]) -> dict[str, dict[str, Floats]]:
    """Metric → scorer → (asked,), NaN where nothing was taken up afterwards."""
    names = [f"{name}_at_{cutoff}" for name in METRICS for cutoff in cutoffs]
    values = {name: {scorer: np.full(len(lists.asked), np.nan) for scorer in lists.places} for name in names}
    for rows, situation, objective in asked_together(lists.asked, prepared):
        grades = prepared.relevance[situation.at].dense((len(rows), len(situation.items)), objective)
        wide = np.concatenate([grades, np.zeros((len(rows), 1), np.int32)], axis=1)
        for place in np.flatnonzero((grades > 0).any(axis=1)):
            relevant = grades[place][grades[place] > 0]
            for scorer, lists_of_scorer in lists.places.items():
                slate = wide[place, lists_of_scorer[rows[place]]]
                for name, metric in METRICS.items():
                    for cutoff in cutoffs:
                        found = metric(slate, relevant, cutoff)
                        values[f"{name}_at_{cutoff}"][scorer][rows[place]] = found
    return values


def asked_together(asked: Asked, prepared: Prepared) -> list[tuple[Ints, Situation, CreatorObjective]]:
    """Rows that ask at the same moment for the same objective, in order of `situation.creators`."""
    return [
        (
            np.flatnonzero((asked.moment == moment) & (asked.objective == number)),
            prepared.situations[at],
            objective,
        )
        for moment, at in enumerate(prepared.moments.test)
        for number, objective in enumerate(CREATOR_OBJECTIVES)
    ]


def mean_by_creator(values: Floats, asked: Asked, rows: Flags) -> Floats:
    """(creators,) the mean of each creator's values among the rows, NaN ones left out; by id."""
    known = rows & ~np.isnan(values)
    _, creator = np.unique(asked.creator[known], return_inverse=True)
    sums, counts = np.bincount(creator, values[known]), np.bincount(creator)
    return np.asarray(sums / np.maximum(counts, 1))


def _intervals(
    values: dict[str, dict[str, Floats]], asked: Asked, rows: Flags, seed: int
) -> dict[str, dict[str, Interval]]:
    return {
        metric: {
            name: bootstrap_mean(mean_by_creator(found, asked, rows), seed) for name, found in scorers.items()
        }
        for metric, scorers in values.items()
    }


def _differences(
    values: dict[str, dict[str, Floats]], asked: Asked, seed: int
) -> dict[str, dict[str, Interval]]:
    everybody = np.ones(len(asked), np.bool_)
    result = {}
    for metric, scorers in values.items():
        ours, *others = scorers
        result[metric] = {
            other: bootstrap_mean(mean_by_creator(scorers[ours] - scorers[other], asked, everybody), seed)
            for other in others
        }
    return result


@dataclass(frozen=True)
class Beyond:
    """A scorer's lists besides accuracy; (asked,) measures as intervals over creators."""

    coverage: float
    """Share of what was on offer that anybody got, mean over moments and objectives."""
    gini: float
    """Of the exposure of what was on offer, mean over moments and objectives."""
    novelty: Interval
    """Bits."""
    variety: Interval
    """Mean of 1 − cosine of content."""
    cold_items: Interval
    """Share of items shown that nobody had chosen."""
    served: Interval
    """Share of asked who got a whole list."""
    new_creators_served: Interval
    """The same of those without a shoppable video (R28)."""


def beyond_accuracy(lists: Lists, prepared: Prepared, item_ids: Ints, seed: int) -> dict[str, Beyond]:
    """Of the first SLATE places of every scorer; `item_ids` are those that training knew choices of."""
    return {
        name: _beyond(places[:, :SLATE], lists.asked, prepared, item_ids, seed)
        for name, places in lists.places.items()
    }


def _beyond(places: Ints, asked: Asked, prepared: Prepared, item_ids: Ints, seed: int) -> Beyond:
    measures: dict[str, Floats] = {
        name: np.full(len(asked), np.nan) for name in ("novelty", "variety", "cold", "full")
    }
    coverage, gini = [], []
    for rows, situation, _ in asked_together(asked, prepared):
        slates, items = places[rows], len(situation.items)
        coverage.append(catalogue_coverage(slates, items))
        gini.append(exposure_gini(slates, items))
        measures["novelty"][rows] = novelty(slates, choosers(situation), len(situation.snapshot.creators))
        measures["variety"][rows] = intra_list_variety(slates, situation.item_content)
        measures["cold"][rows] = cold_share(slates, columns_of(situation.item_ids, item_ids) == NOTHING)
        measures["full"][rows] = full_list(slates)

    def interval(name: str, rows: Array) -> Interval:
        return bootstrap_mean(mean_by_creator(measures[name], asked, rows), seed)

    everybody = np.ones(len(asked), np.bool_)
    return Beyond(
        coverage=float(np.mean(coverage)),
        gini=float(np.nanmean(gini)),
        novelty=interval("novelty", everybody),
        variety=interval("variety", everybody),
        cold_items=interval("cold", everybody),
        served=interval("full", everybody),
        new_creators_served=interval("full", asked.segment == 0),
    )


def choosers(situation: Situation) -> Ints:
    """(items,): how many creators had taken each item up by the moment."""
    events = situation.taken_events
    pairs = np.unique(events.item.astype(np.int64) * len(situation.snapshot.creators) + events.user)
    counts = np.bincount(pairs // len(situation.snapshot.creators), minlength=len(situation.catalogue))
    return np.asarray(counts[situation.items])
