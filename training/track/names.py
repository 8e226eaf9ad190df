"""How settings, reports and curves are named in MLflow: `ndcg_at_10`, `objective_gmv.ndcg_at_10_low`."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from recsys.evaluation import Interval, Report

Figures = Iterator[tuple[str, float]]
ILLEGAL = re.compile(r"[^\w.\- ]")


def legal(name: str) -> str:
    """The name with every character MLflow refuses, and its path separator, as an underscore."""
    return ILLEGAL.sub("_", name)


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings under dotted names: `{"ranker": {"seed": 7}}` is `{"ranker.seed": 7}`."""
    result: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            result |= flat(value, f"{prefix}{name}.")
        else:
            result[f"{prefix}{name}"] = value
    return result


def metrics_of(report: Report) -> dict[str, float]:
    """Every figure of a report under its name; NaN where it does not exist.

    The scorer the report is about stands without a prefix; others under `baseline.<scorer>.`; the paired
    differences under `over.<scorer>.`; segments of the first scorer under `<segment>_<value>.`; shares of
    the shown places as `exposure_<tier>`.
    """
    named = {
        "queries": float(report.queries),
        "queries_without_relevant": float(report.queries_without_relevant),
    }
    named |= dict(chain(_overall(report), _differences(report), _segments(report), _exposures(report)))
    return {legal(name): value for name, value in named.items()}


def _overall(report: Report) -> Figures:
    for metric, scorers in report.metrics.items():
        for place, (scorer, interval) in enumerate(scorers.items()):
            yield from _bounds(f"baseline.{scorer}.{metric}" if place else metric, interval)


def _differences(report: Report) -> Figures:
    for metric, others in report.differences.items():
        for scorer, interval in others.items():
            yield from _bounds(f"over.{scorer}.{metric}", interval)


def _segments(report: Report) -> Figures:
    for segment, metrics in report.segments.items():
        for metric, scorers in metrics.items():
            yield from _bounds(f"{segment}.{metric}", next(iter(scorers.values())))


def _exposures(report: Report) -> Figures:
    for place, (scorer, shares) in enumerate(report.exposure.items()):
        for tier, share in shares.items():
            yield f"baseline.{scorer}.exposure_{tier}" if place else f"exposure_{tier}", share


def _bounds(name: str, interval: Interval) -> Figures:
    yield name, interval.mean
    yield f"{name}_low", interval.low
    yield f"{name}_high", interval.high


def rows_of(report: Report) -> dict[str, list[Any]]:
    """The report as the columns of one table: segment, metric, scorer, mean, low, high, queries."""
    rows = [
        (segment, metric, scorer, interval.mean, interval.low, interval.high, interval.count)
        for segment, metrics in {"all": report.metrics, **report.segments}.items()
        for metric, scorers in metrics.items()
        for scorer, interval in scorers.items()
    ]
    columns = ("segment", "metric", "scorer", "mean", "low", "high", "queries")
    return dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
