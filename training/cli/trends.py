"""`recsys benchmark trends`."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from features.trends.counts import Slice
from features.trends.kinds import KINDS, measure_of
from features.trends.trends import TrendsConfig
from recsys.console import print_json, print_table, progress
from recsys.errors import ConfigError, TableError
from recsys.evaluation import Interval
from recsys.options import POLICIES, AsJson, At, PolicyFolder, TablesSource
from recsys.policy import read_policies
from recsys.tables import read_tables
from training.trends.coverage import coverage
from training.trends.evaluation import Answer, TrendReport, answer, best
from training.trends.forecast import COUNTS, OURS, TO_DATE
from training.trends.months import Month, judged_months
from training.trends.panel import SETS, Sightings

WAYS = [
    (kind, by, window)
    for kind, measures in KINDS.items()
    for by in measures
    for window in (7, 28)
    if kind != "videos" and by != "followers"
]
"""Kinds, measures and windows whose counts are those of videos that can be dealt into halves."""
SHOWN = 10
"""Names that are listed of the last month."""


def trends(
    name: Annotated[str, typer.Argument(metavar="SET", help=f"One of {', '.join(SETS)}.")],
    folder: Annotated[Path, typer.Option(help="Folder of the set's Parquet files.")],
    cutoff: Annotated[int, typer.Option(min=1, help="Places that are judged.")] = 20,
    seed: Annotated[int, typer.Option(help="Of the bootstrap and of the random ranking.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Name at each month's end what will grow most in the month after, and count how often that was right.

    Beside raw volume, last growth and chance, with bootstrap intervals. Settings were chosen on the earlier
    half of the months; the later half counts.
    """
    if name not in SETS:
        raise ConfigError(f"there is no benchmark of trends on {name!r}; expected one of {', '.join(SETS)}")
    begun, kinds = time.perf_counter(), SETS[name]
    with progress("judging months", len(kinds)) as advance:
        results = {}
        for kind, read in kinds.items():
            results[kind] = _judged(read(folder), kind, cutoff, seed)
            advance(1)
    document = {"set": name, "kinds": results, "seconds": round(time.perf_counter() - begun, 2)}
    if as_json:
        print_json(document)
    else:
        show(document)


def intervals(
    tables: TablesSource,
    at: At,
    market: Annotated[str | None, typer.Option(help="Market, such as US; without it all.")] = None,
    policies: PolicyFolder = POLICIES,
    as_json: AsJson = False,
) -> None:
    """How often the 90 % interval of growth is right: half of the videos foretells the other half.

    For every kind that is counted by video, in windows of 7 and 28 days.
    """
    opened, rules = read_tables(tables), read_policies(policies)
    rows = []
    with progress("dealing videos into halves", len(WAYS)) as advance:
        for kind, by, window in WAYS:
            config = TrendsConfig(window=window)
            found = coverage(opened, at, rules, measure_of(kind, by), Slice(market), config)
            rows.append({"kind": kind, "by": by, "window_days": window, **asdict(found)})
            advance(1)
    if as_json:
        print_json({"level": config.expected.level, "rows": rows})
    else:
        print_table(
            "Counts of half of the videos in intervals foretold from the others",
            list(rows[0]),
            [list(row.values()) for row in rows],
        )


def _judged(seen: Sightings, kind: str, cutoff: int, seed: int) -> dict[str, Any]:
    months = judged_months(seen)
    if not months:
        raise TableError(f"no month of {kind} can be judged; expected three months of days")
    questions = TO_DATE if seen.to_date else COUNTS
    return {
        question: figures(answer(asked, months, cutoff, seed)) for question, asked in questions.items()
    } | {"last_month": _named(seen, months[-1])}


def figures(result: Answer) -> dict[str, Any]:
    """Both halves, as JSON holds them."""
    return {
        "reported": _figures(result.later),
        "settings_chosen_on": None if result.earlier is None else _figures(result.earlier),
    }


def _figures(found: TrendReport) -> dict[str, Any]:
    return {
        "months": [
            {"month": month.name, "entities": len(month.truth), "lost": month.lost, "cutoff": month.cutoff}
            for month in found.months
        ],
        "metrics": _plain(found.metrics),
        "ahead_of": _plain(found.differences),
    }


def _plain(intervals: Mapping[str, Mapping[str, Interval]]) -> dict[str, dict[str, dict[str, float]]]:
    return {
        metric: {ranker: asdict(interval) for ranker, interval in rankers.items()}
        for metric, rankers in intervals.items()
    }


def _named(seen: Sightings, month: Month) -> dict[str, Any]:
    """What was named first at the end of the last judged month, and what went on to grow most."""
    names = dict(zip(seen.entity.tolist(), seen.name.to_pylist(), strict=True))
    question = next(iter((TO_DATE if seen.to_date else COUNTS).values()))
    lists = {"named": question.rankers[OURS](month), "grew_most": question.truth(month)}
    entities = month.end.known.entities
    return {"month": month.name} | {
        which: [names[entity] for entity in entities[best(values)[:SHOWN]].tolist()]
        for which, values in lists.items()
    }


def show(document: Mapping[str, Any]) -> None:
    """A table for each kind and question."""
    for kind, questions in document["kinds"].items():
        for question, halves in questions.items():
            if question != "last_month":
                _show_question(f"{document['set']}, {kind}: {question}", halves["reported"])


def _show_question(title: str, found: Mapping[str, Any]) -> None:
    months = ", ".join(
        f"{month['month']} ({month['cutoff']} of {month['entities']})" for month in found["months"]
    )
    rows = [
        [metric, ranker, _interval(interval), _interval(found["ahead_of"][metric].get(ranker))]
        for metric, rankers in found["metrics"].items()
        for ranker, interval in rankers.items()
    ]
    print_table(f"{title}; {months}", ["metric", "ranker", "mean", "forecast is ahead by"], rows)


def _interval(found: Mapping[str, float] | None) -> str | None:
    return None if found is None else f"{found['mean']:.2f} [{found['low']:.2f}, {found['high']:.2f}]"
