"""Evaluation by query: metrics beside baselines, bootstrap intervals, segments, and exposure by tier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from recsys.arrays import Array, Floats, Ints, Scores
from recsys.judged import Judged
from recsys.metrics import METRICS, Metric
from recsys.stages import best_first

RESAMPLES = 1_000
"""Bootstrap samples behind every interval."""


@dataclass(frozen=True)
class Interval:
    """A mean with its bootstrap confidence interval over `count` queries; NaN where there are none."""

    mean: float
    low: float
    high: float
    count: int

    @property
    def above_zero(self) -> bool:
        """Whether the whole interval lies above 0."""
        return self.low > 0


@dataclass(frozen=True)
class Report:
    """What each scorer reached: metric name → scorer → interval; by segment; exposure; what was left out."""

    metrics: dict[str, dict[str, Interval]]
    segments: dict[str, dict[str, dict[str, Interval]]]
    """`objective=gmv` → metric → scorer → interval."""
    differences: dict[str, dict[str, Interval]]
    """Metric → baseline → paired difference of the first scorer over it."""
    exposure: dict[str, dict[str, float]]
    """Scorer → tier → share of the places above the exposure cutoff."""
    queries: int
    queries_without_relevant: int


def per_query(scores: Scores, judged: Judged, metric: Metric, cutoff: int) -> Floats:
    """The metric of each query, ranked by `scores` (stable); NaN for queries without a relevant row."""
    values = np.full(len(judged.group_sizes), np.nan)
    for query, (start, size) in enumerate(zip(judged.starts, judged.group_sizes, strict=True)):
        grades = judged.grades[start : start + size]
        relevant = grades[grades > 0]
        if len(relevant):
            values[query] = metric(grades[best_first(scores[start : start + size])], relevant, cutoff)
    return values


def bootstrap_mean(values: Floats, seed: int, level: float = 0.95) -> Interval:
    """Mean of the values that are not NaN, with a percentile bootstrap interval over them."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(float("nan"), float("nan"), float("nan"), 0)
    means = _resample_weights(len(known), seed) @ known
    return percentile_interval(float(known.mean()), means, len(known), level)


def percentile_interval(mean: float, resampled: Floats, count: int, level: float = 0.95) -> Interval:
    """Between percentiles of resampled figures; NaN, where a resample had nothing to measure, is left out."""
    low, high = np.nanquantile(resampled, [(1 - level) / 2, (1 + level) / 2])
    return Interval(mean, float(low), float(high), count)


def paired_difference(ours: Floats, theirs: Floats, seed: int, level: float = 0.95) -> Interval:
    """Mean difference over the same queries, with its bootstrap interval."""
    return bootstrap_mean(ours - theirs, seed, level)


@lru_cache(maxsize=4)
def _resample_weights(count: int, seed: int) -> Floats:
    """(resamples, count): how often each value is drawn, over `count`; kept, since a report asks again."""
    drawn = np.random.default_rng(seed).integers(0, count, size=(RESAMPLES, count))
    places = drawn + np.arange(RESAMPLES)[:, None] * count
    counts = np.bincount(places.ravel(), minlength=RESAMPLES * count)
    return (counts / count).reshape(RESAMPLES, count)


def evaluate(
    scores: Mapping[str, Scores], judged: Judged, cutoffs: Sequence[int], seed: int, exposure_cutoff: int = 10
) -> Report:
    """Every metric at every cutoff for every scorer; the first scorer is compared with each other one."""
    values = {
        f"{name}_at_{cutoff}": {
            scorer: per_query(scored, judged, metric, cutoff) for scorer, scored in scores.items()
        }
        for name, metric in METRICS.items()
        for cutoff in cutoffs
    }
    graded = np.add.reduceat(judged.grades > 0, judged.starts) > 0
    return Report(
        metrics=intervals(values, np.ones_like(graded), seed),
        segments={
            f"{name}={value}": intervals(values, of_queries == value, seed)
            for name, of_queries in judged.query_segments.items()
            for value in np.unique(of_queries)
        },
        differences=differences(values, seed),
        exposure=_exposures(scores, judged, exposure_cutoff),
        queries=len(graded),
        queries_without_relevant=int((~graded).sum()),
    )


def intervals(
    values: dict[str, dict[str, Floats]], queries: Array, seed: int
) -> dict[str, dict[str, Interval]]:
    """Metric → scorer → interval over the chosen queries, from metric → scorer → value of each query."""
    return {
        metric: {scorer: bootstrap_mean(of_query[queries], seed) for scorer, of_query in scorers.items()}
        for metric, scorers in values.items()
    }


def differences(values: dict[str, dict[str, Floats]], seed: int) -> dict[str, dict[str, Interval]]:
    """Metric → scorer → paired difference of the first scorer over it, for every scorer but the first."""
    result = {}
    for metric, scorers in values.items():
        ours, *others = scorers
        result[metric] = {other: paired_difference(scorers[ours], scorers[other], seed) for other in others}
    return result


def _exposures(scores: Mapping[str, Scores], judged: Judged, cutoff: int) -> dict[str, dict[str, float]]:
    if "tier" not in judged.row_segments:
        return {}
    return {scorer: exposure(scored, judged, "tier", cutoff) for scorer, scored in scores.items()}


def exposure(scores: Scores, judged: Judged, segment: str, cutoff: int) -> dict[str, float]:
    """Share of the places above the cutoff that each value of a row segment holds (R21); adds up to 1."""
    shown = top_rows(scores, judged, cutoff)
    values, counts = np.unique(judged.row_segments[segment][shown], return_counts=True)
    return {str(value): float(count / counts.sum()) for value, count in zip(values, counts, strict=True)}


def top_rows(scores: Scores, judged: Judged, cutoff: int) -> Ints:
    """Rows above the cutoff, query after query, best first."""
    slices = zip(judged.starts, judged.group_sizes, strict=True)
    return np.concatenate(
        [start + best_first(scores[start : start + size])[:cutoff] for start, size in slices]
    )


def auc(scores: Floats, positive: Array) -> float:
    """Chance that a positive scores above a negative, ties counting half; NaN without both."""
    ranks = _mid_ranks(scores)
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if not positives or not negatives:
        return float("nan")
    return float((ranks[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _mid_ranks(scores: Floats) -> Floats:
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]
