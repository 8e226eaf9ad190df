"""How well scores order the feed: NDCG and AUC per user, AUC over all impressions; intervals over users."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from recsys.arrays import Flags, Floats, Ints, Scores
from recsys.evaluation import (
    RESAMPLES,
    Interval,
    Report,
    auc,
    bootstrap_mean,
    evaluate,
    paired_difference,
    percentile_interval,
)
from recsys.judged import Judged
from training.feed.queries import both_kinds

PER_USER_AUC = "per_user_auc"
AUC = "auc"


@dataclass(frozen=True)
class FeedReport:
    """Figures of one day, on which each user is one query."""

    report: Report
    """`ndcg_at_5`, `per_user_auc` … over users with a positive and a negative; `auc` over all impressions."""
    users: int
    users_with_both: int
    impressions: int
    positives: int


def evaluate_feed(
    scores: Mapping[str, Scores], judged: Judged, positive: Flags, cutoffs: tuple[int, ...], seed: int
) -> FeedReport:
    """The first scorer beside the others; `positive` has one flag per row."""
    both = both_kinds(positive, judged.group_sizes)
    rows = np.repeat(both, judged.group_sizes)
    mixed = {name: scored[rows] for name, scored in scores.items()}
    report = evaluate(mixed, judged.take(both), cutoffs, seed)
    report = with_metric(
        report, PER_USER_AUC, *per_user_intervals(mixed, judged.take(both), positive[rows], seed)
    )
    report = with_metric(report, AUC, *pooled_intervals(scores, judged, positive, seed))
    return FeedReport(report, len(both), int(both.sum()), len(positive), int(positive.sum()))


def with_metric(
    report: Report, name: str, means: dict[str, Interval], differences: dict[str, Interval]
) -> Report:
    """The report with one more metric."""
    return replace(
        report,
        metrics=report.metrics | {name: means},
        differences=report.differences | {name: differences},
    )


def per_user_intervals(
    scores: Mapping[str, Scores], judged: Judged, positive: Flags, seed: int
) -> tuple[dict[str, Interval], dict[str, Interval]]:
    """Mean AUC within a user, and the first scorer's paired differences."""
    values = {name: per_user_auc(scored, judged, positive) for name, scored in scores.items()}
    first, *others = values
    means = {name: bootstrap_mean(of_user, seed) for name, of_user in values.items()}
    return means, {name: paired_difference(values[first], values[name], seed) for name in others}


def per_user_auc(scores: Scores, judged: Judged, positive: Flags) -> Floats:
    """AUC of each query, ties counting half; NaN where all rows are positive or all negative."""
    slices = [
        slice(start, start + size) for start, size in zip(judged.starts, judged.group_sizes, strict=True)
    ]
    return np.array([auc(scores[rows].astype(np.float64), positive[rows]) for rows in slices])


def pooled_intervals(
    scores: Mapping[str, Scores], judged: Judged, positive: Flags, seed: int
) -> tuple[dict[str, Interval], dict[str, Interval]]:
    """AUC over all rows, and the first scorer's paired differences; users are resampled, not rows."""
    users = len(judged.group_sizes)
    means = {name: auc(scored.astype(np.float64), positive) for name, scored in scores.items()}
    resampled = {
        name: resampled_auc(scored, positive, judged.query_of_row, users, seed)
        for name, scored in scores.items()
    }
    first, *others = scores
    differences = {
        name: percentile_interval(means[first] - means[name], resampled[first] - resampled[name], users)
        for name in others
    }
    return {name: percentile_interval(means[name], resampled[name], users) for name in scores}, differences


def resampled_auc(scores: Scores, positive: Flags, users: Ints, user_count: int, seed: int) -> Floats:
    """(resamples,): AUC of all rows of users drawn with replacement; the same draws for the same seed."""
    rng = np.random.default_rng(seed)
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=np.nan) != 0)
    owners, positives = users[order], positive[order]
    result = np.empty(RESAMPLES)
    for number in range(RESAMPLES):
        drawn = np.bincount(rng.integers(0, user_count, user_count), minlength=user_count)[owners]
        result[number] = weighted_auc(drawn * positives, drawn * ~positives, starts)
    return result


def weighted_auc(positives: Ints, negatives: Ints, starts: Ints) -> float:
    """AUC of rows in rising order of score with these weights; equal scores begin at `starts`.

    NaN without a positive or without a negative.
    """
    if not positives.any() or not negatives.any():
        return float("nan")
    above, below = np.add.reduceat(positives, starts), np.add.reduceat(negatives, starts)
    beaten = np.cumsum(below) - below / 2
    return float((above * beaten).sum() / (above.sum() * below.sum()))
