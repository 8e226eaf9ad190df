"""How many of those that grew most were named beforehand, with intervals over months and entities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recsys.arrays import Floats, Ints
from recsys.evaluation import Interval, percentile_interval
from recsys.rank_correlation import rank_correlation
from training.trends.forecast import OURS, Question
from training.trends.months import Month

RANDOM = "random"
RESAMPLES = 500
SHARE = 3
"""The top is at most one in so many of a month's entities."""


@dataclass(frozen=True)
class Judged:
    """A month's entities: how they grew, and what each ranker had said."""

    name: str
    truth: Floats
    scores: dict[str, Floats]
    cutoff: int
    lost: int


@dataclass(frozen=True)
class TrendReport:
    """Metric → ranker → mean over months; metric → baseline → how far ours is ahead of it."""

    metrics: dict[str, dict[str, Interval]]
    differences: dict[str, dict[str, Interval]]
    months: list[Judged]


@dataclass(frozen=True)
class Answer:
    """The earlier months, on which settings were chosen, and the later ones, which count."""

    earlier: TrendReport | None
    """None where only one month can be judged."""
    later: TrendReport


def answer(question: Question, months: Sequence[Month], cutoff: int, seed: int) -> Answer:
    """The question judged on the earlier and on the later half of the months."""
    judged, half = judge(question, months, cutoff, seed), len(months) // 2
    earlier = report(judged[:half], seed) if half else None
    return Answer(earlier, report(judged[half:], seed))


def judge(question: Question, months: Sequence[Month], cutoff: int, seed: int) -> list[Judged]:
    """Every month, judged by the question."""
    rng = np.random.default_rng(seed)
    return [_judged(question, month, cutoff, rng) for month in months]


def _judged(question: Question, month: Month, cutoff: int, rng: np.random.Generator) -> Judged:
    count = len(month.end.next)
    scores = {name: ranker(month) for name, ranker in question.rankers.items()}
    scores[RANDOM] = rng.random(count)
    top = max(1, min(cutoff, count // SHARE))
    return Judged(month.name, question.truth(month), scores, top, month.end.lost)


def report(months: Sequence[Judged], seed: int) -> TrendReport:
    """Means over the months, with percentile bootstrap intervals: months are drawn, and entities in them."""
    rng = np.random.default_rng(seed)
    drawn = [_means(_resample(months, rng)) for _ in range(RESAMPLES)]
    found = _means(months)
    metrics = {
        metric: {
            ranker: percentile_interval(mean, np.array([each[metric][ranker] for each in drawn]), len(months))
            for ranker, mean in rankers.items()
        }
        for metric, rankers in found.items()
    }
    return TrendReport(metrics, _differences(found, drawn, len(months)), list(months))


def _differences(
    found: dict[str, dict[str, float]], drawn: Sequence[dict[str, dict[str, float]]], count: int
) -> dict[str, dict[str, Interval]]:
    return {
        metric: {
            ranker: percentile_interval(
                rankers[OURS] - mean,
                np.array([each[metric][OURS] - each[metric][ranker] for each in drawn]),
                count,
            )
            for ranker, mean in rankers.items()
            if ranker != OURS
        }
        for metric, rankers in found.items()
    }


def _places(rng: np.random.Generator, size: int) -> Ints:
    return rng.integers(0, size, size)


def _resample(months: Sequence[Judged], rng: np.random.Generator) -> list[Judged]:
    return [_redrawn(months[place], rng) for place in _places(rng, len(months))]


def _redrawn(month: Judged, rng: np.random.Generator) -> Judged:
    rows = _places(rng, len(month.truth))
    scores = {name: score[rows] for name, score in month.scores.items()}
    return Judged(month.name, month.truth[rows], scores, month.cutoff, month.lost)


def _means(months: Sequence[Judged]) -> dict[str, dict[str, float]]:
    return {
        name: {
            ranker: float(np.mean([metric(month, month.scores[ranker]) for month in months]))
            for ranker in months[0].scores
        }
        for name, metric in METRICS.items()
    }


def best(values: Floats) -> Ints:
    """Places, the greatest value first; equal ones keep their order."""
    return np.argsort(-values, kind="stable")


def precision(month: Judged, scores: Floats) -> float:
    """Share of the first `cutoff` by score that are among the `cutoff` that grew most."""
    named, grew = best(scores)[: month.cutoff], best(month.truth)[: month.cutoff]
    return float(np.isin(named, grew).mean())


def order_agreement(month: Judged, scores: Floats) -> float:
    """Rank correlation of scores and growth, -1 to 1; 0 where either is all alike.

    Who says the same of all has said nothing, which is worth what chance is worth; left out, the month would
    be missing from one ranker's mean and not from another's.
    """
    found = rank_correlation(scores, month.truth)
    return 0.0 if np.isnan(found) else found


METRICS = {"precision": precision, "rank correlation": order_agreement}
