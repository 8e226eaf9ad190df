"""Evaluation figures as JSON values and table rows."""

import math
from collections.abc import Sequence
from dataclasses import asdict

from recsys.evaluation import Interval, Report
from training.export.proven import Proven

Plain = dict[str, object]


def plain_report(report: Report) -> Plain:
    """Metrics of every scorer and paired differences with their intervals, and what was left out."""
    return {
        "metrics": plain_intervals(report.metrics),
        "differences": plain_intervals(report.differences),
        "queries": report.queries,
        "queries_without_relevant": report.queries_without_relevant,
    }


def plain_intervals(of_metrics: dict[str, dict[str, Interval]]) -> Plain:
    """Metric → scorer → mean, low, high, count."""
    return {
        metric: {scorer: plain(interval) for scorer, interval in scorers.items()}
        for metric, scorers in of_metrics.items()
    }


def plain(interval: Interval) -> Plain:
    """An interval as JSON; what does not exist is null."""
    return {name: None if math.isnan(value) else value for name, value in asdict(interval).items()}


def parity_of(proven: Proven) -> Plain:
    """The parity reports, on the scored rows and on boundary rows."""
    return dict(zip(("scored", "boundary"), (asdict(report) for report in proven.parity), strict=True))


COMPARISON = ("metric", "scorer", "mean [95%]", "ahead by [95%]")


def comparison_rows(report: Report, metrics: Sequence[str], model: str) -> list[list[object]]:
    """A row for each metric and scorer: its mean and interval, and how far the model is ahead of it."""
    return [
        [metric, scorer, shown(interval), shown(report.differences[metric].get(scorer))]
        for metric in metrics
        for scorer, interval in sorted(report.metrics[metric].items(), key=lambda item: item[0] != model)
    ]


def shown(interval: Interval | None) -> str | None:
    """`.613 [.502, .738]`, nothing where there is no interval."""
    if interval is None:
        return None
    return f"{interval.mean:.3f} [{interval.low:.3f}, {interval.high:.3f}]"
