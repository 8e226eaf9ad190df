"""Estimated lifts beside the truth of a simulated world."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from recsys.arrays import Array, Flags, Floats
from recsys.lift import MEASURES, TraitLifts
from training.frame import Frame
from training.lift.config import LiftConfig
from training.lift.contrasts import against_others
from training.lift.estimate import estimate
from training.lift.reading import LISTED, Trait, Videos

Key = tuple[str, str, str, str]
"""Facet, word, category of level 1, measure."""
ALL = "all"
SIGNS = {"raises": 1, "lowers": -1, "no evidence": 0}


@dataclass(frozen=True)
class Coverage:
    """How well lifts tell the truth; None where there is nothing to count."""

    lifts: int
    covered: float | None
    """Share of the intervals that hold the true lift."""
    without_effect: int
    no_evidence: float | None
    """Share of those without effect of which this is said."""
    with_effect: int
    found: float | None
    """Share of those with an effect that are found, with the right sign: the power."""
    wrong: float | None
    """Share of those called `raises` or `lowers` that do not do that: the false discoveries."""
    bias: float | None
    """Mean log by which the lifts of those with an effect are too strong; below 0 too weak."""
    error: float | None
    """Root of the mean squared error of the log lifts."""


@dataclass(frozen=True)
class _Told(Frame):
    """One row per lift beside its truth."""

    measure: Array
    log_lift: Floats
    truth: Floats
    covered: Flags
    sign: Floats
    """Of the verdict; 0 for no evidence."""


def coverage(lifts: TraitLifts, effects: Mapping[Key, float]) -> dict[str, Coverage]:
    """By measure, and of `all`: the lifts of which the truth knows the effect, see `true_lifts`."""
    told = _told(lifts, true_lifts(effects))
    parts = {str(measure): told.take(told.measure == measure) for measure in MEASURES}
    return {name: _coverage(part) for name, part in {**parts, ALL: told}.items()}


def naive_lifts(videos: Videos, traits: Sequence[Trait], as_of: datetime, config: LiftConfig) -> TraitLifts:
    """What is seen if all videos of a category are compared, each as evidence of its own."""
    apart = replace(videos, creator=np.arange(len(videos)))
    return estimate(apart, traits, as_of, config.model_copy(update={"matched_by": ()}))


def true_lifts(effects: Mapping[Key, float]) -> dict[Key, float]:
    """Log lifts as they are estimated, from log factors against a video without the word (zeros included).

    Of facets with one word a video that is the factor less the median factor of the facet's other words,
    which is the factor itself wherever most words do nothing.
    """
    facets: defaultdict[tuple[str, str, str], list[Key]] = defaultdict(list)
    for key in effects:
        facet, _, category, measure = key
        facets[facet, category, measure].append(key)
    result: dict[Key, float] = {}
    for (facet, _, _), keys in facets.items():
        values = np.array([effects[key] for key in keys])
        lifts = values if facet in LISTED else against_others(values)
        result.update(zip(keys, lifts.tolist(), strict=True))
    return result


def _told(lifts: TraitLifts, true: Mapping[Key, float]) -> _Told:
    """The lifts that have an estimate and a truth."""
    found = [(row, true.get((row.facet, row.word, row.category, row.measure))) for row in lifts.rows]
    rows = [(row, truth) for row, truth in found if row.lift is not None and truth is not None]
    bounds = np.log(np.array([(row.lift, row.low, row.high) for row, _ in rows], np.float64).reshape(-1, 3))
    truth = np.array([truth for _, truth in rows], np.float64)
    return _Told(
        measure=np.array([row.measure for row, _ in rows], object),
        log_lift=bounds[:, 0],
        truth=truth,
        covered=(bounds[:, 1] <= truth) & (truth <= bounds[:, 2]),
        sign=np.array([SIGNS[row.verdict] for row, _ in rows], np.float64),
    )


def _coverage(told: _Told) -> Coverage:
    real, called, right = told.truth != 0, told.sign != 0, told.sign == np.sign(told.truth)
    excess = told.log_lift - told.truth
    squared = _mean(excess**2)
    return Coverage(
        lifts=len(told),
        covered=_mean(told.covered),
        without_effect=int((~real).sum()),
        no_evidence=_mean(~called[~real]),
        with_effect=int(real.sum()),
        found=_mean(right[real]),
        wrong=_mean(~right[called]),
        bias=_mean((excess * np.sign(told.truth))[real]),
        error=None if squared is None else squared**0.5,
    )


def _mean(values: Array) -> float | None:
    return float(values.mean()) if len(values) else None
