"""Where the creators of a peer group stand on a list: percentiles, index, places and their bands (R10, R11).

A pure function of the group's inputs: the same one makes the lists and answers what a change would do (R12).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from features.lists.catalogue import MEASURES
from features.lists.credibility import Fit
from features.lists.measures import ON_GRID, Inputs, Levels
from recsys.arrays import Floats, Ints
from recsys.list_rules import ListName, ListRules

DECIMALS = 4
"""Indices are equal when they agree to so many decimals of their 0 to 100."""


@dataclass(frozen=True)
class Part:
    """One measure of every creator of the group."""

    levels: Levels
    percentile: Floats
    """(creators,) share of the others who stand below, 0 to 1; 0 for who takes no part."""
    low: Floats
    high: Floats
    """The percentiles at the ends of the value's band; NaN where nothing was fitted."""


@dataclass(frozen=True)
class Standing:
    """A list's index and places, in the order of the inputs."""

    index: Floats
    """(creators,) 0 to 100: weighted mean of percentiles."""
    place: Ints
    """(creators,) from 1, the best; at equal index higher GMV stands above (R10), full ties share a place."""
    best: Ints
    worst: Ints
    """(creators,) best and worst place of the rank band; -1 where nothing was fitted."""
    gmv_place: Ints
    parts: Mapping[str, Part]


def stand(name: ListName, inputs: Inputs, rules: ListRules, fits: Mapping[str, Fit]) -> Standing:
    """The standing of a peer group's creators on a list."""
    weights = rules.weights[name]
    z = NormalDist().inv_cdf((1 + rules.band_level) / 2)
    parts = {measure: _part(measure, inputs, rules, fits[measure], z) for measure in weights}
    share = _shares(weights)
    middle = np.array([part.percentile for part in parts.values()])
    below = middle - np.array([part.low for part in parts.values()])
    above = np.array([part.high for part in parts.values()]) - middle
    index = index_of(weights, middle)
    gmv = inputs["gmv_low"]
    place = places(index, gmv)
    # On the index's grid: residues of rounding would else order those who stand at one level.
    low = np.round(index - np.linalg.norm(share * below, axis=0), DECIMALS)
    high = np.round(index + np.linalg.norm(share * above, axis=0), DECIMALS)
    best, worst = _band(index, low, high, place)
    return Standing(index, place, best, worst, places(gmv, gmv), parts)


def index_of(weights: Mapping[str, float], percentile: Floats) -> Floats:
    """(creators,) 0 to 100: the weighted mean of percentiles (measures, creators), in the weights' order."""
    return np.asarray(np.round((_shares(weights) * percentile).sum(axis=0), DECIMALS), np.float64)


def _shares(weights: Mapping[str, float]) -> Floats:
    """(measures, 1): what each measure's percentile adds to the index at most."""
    return np.asarray(100 * np.array(list(weights.values()))[:, None] / sum(weights.values()))


def places(first: Floats | Ints, second: Ints) -> Ints:
    """Places from 1 by `first`, then by `second`, both the higher the better; equal pairs share a place."""
    order = np.lexsort((-second, -first))
    ahead = (np.diff(first[order]) != 0) | (np.diff(second[order]) != 0)
    starts = np.maximum.accumulate(np.where(np.r_[True, ahead], np.arange(len(order)), 0))
    found = np.empty(len(order), np.int64)
    found[order] = starts + 1
    return found


def percentiles(values: Floats, among: Floats) -> Floats:
    """Share of the others of a group, whose sorted values are `among`, that each value stands above."""
    return np.searchsorted(among, values, "left") / max(len(among) - 1, 1)


def _part(measure: str, inputs: Inputs, rules: ListRules, fit: Fit, z: float) -> Part:
    levels, sign = MEASURES[measure].levels(inputs, rules, fit).on_grid(), MEASURES[measure].sign
    values = comparable(sign * levels.value)
    among, known = np.sort(values), np.isfinite(levels.deviation)
    ends = (percentiles(comparable(sign * levels.at(side * sign * z)), among) for side in (-1, 1))
    low, high = (np.where(known, np.minimum(end, 1.0), np.nan) for end in ends)
    return Part(levels, percentiles(values, among), low, high)


def comparable(values: Floats) -> Floats:
    """Who takes no part stands below all others."""
    return np.where(np.isnan(values), -np.inf, np.round(values, ON_GRID))


def _band(index: Floats, low: Floats, high: Floats, place: Ints) -> tuple[Ints, Ints]:
    """Best and worst place of indices that lie between `low` and `high`; -1 where these are not known.

    The others are as uncertain: each counts by a quarter at the ends of their own band, by a half in between.
    """
    known = np.isfinite(low) & np.isfinite(high)
    low, high = np.where(known, low, index), np.where(known, high, index)
    points = [(np.sort(low), 0.25), (np.sort(index), 0.5), (np.sort(high), 0.25)]
    best = 1 + np.floor(_above(high, points))
    worst = 1 + np.ceil(_above(low, points) - np.where(high > low, 0.75, 0.0))
    best, worst = np.minimum(best, place), np.maximum(worst, place)
    return np.where(known, best, -1).astype(np.int64), np.where(known, worst, -1).astype(np.int64)


def _above(index: Floats, points: list[tuple[Floats, float]]) -> Floats:
    """How many of the sorted points are greater, by weight."""
    counts = [weight * (len(at) - np.searchsorted(at, index, "right")) for at, weight in points]
    return np.asarray(np.sum(counts, axis=0))
