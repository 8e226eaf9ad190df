"""Trends of a kind in a slice (R35): risers or decliners, best first."""

from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
from pydantic import Field

from features.known import Known
from features.portable import SECONDS_A_DAY
from features.trends.counts import WEEK, Counts, Slice, Window
from features.trends.expected import ExpectedConfig, Growth, growth_of
from features.trends.kinds import Measure
from features.trends.reading import read_counts, read_daily, season_of
from recsys.arrays import Array, Floats
from recsys.config import Config
from recsys.errors import TableError
from recsys.tables import require

SLACK = 2
"""Days without any count at the end that are taken for quiet ones."""
ORDER = [("score", "descending"), ("observed", "descending"), ("entity", "ascending")]


class TrendsConfig(Config):
    """What trends are asked for."""

    window: int = Field(default=28, ge=1, le=90)
    """Days that are looked at; the weeks before them make the expected count."""
    count: int = Field(default=20, ge=1)
    """Entities that are listed."""
    declining: bool = False
    """The decliners instead of the risers."""
    floor: int | None = Field(default=None, ge=1)
    """Least count in the window (for decliners: expected in it); None takes the kind's own."""
    expected: ExpectedConfig = ExpectedConfig()


def trends(known: Known, measure: Measure, within: Slice, config: TrendsConfig) -> pa.Table:
    """The entities of the slice with the surest growth over what was expected of them, ranked.

    Columns `rank` (from 1), `entity`, `observed`, `expected`, `growth`, `growth_low`, `growth_high`, `score`,
    `verdict`, `new` (no count before the window) and `daily` (counts of the history and the window, day by
    day). For `score` see `scores`; equal ones go by what was observed, then by entity. No rows where nothing
    reaches the floor. Raises TableError where the tables lack what the measure or the slice needs, or do not
    cover the window and a week before it.
    """
    require(known.tables, measure.needed(within))
    window, everything = window_of(known, config), measure.daily(known)
    _check_covered(known, everything, window)
    series = within.of(everything)
    counts = read_counts(known, series, window)
    growth = _growth(known, series, counts, measure, config)
    floor = measure.floor if config.floor is None else config.floor
    best = _rows(counts, growth, floor, config.declining)
    best = best.sort_by(ORDER).slice(0, config.count)
    daily = read_daily(known, series, window, best["entity"].combine_chunks())
    ranks = np.arange(1, 1 + len(best))
    return best.add_column(0, "rank", [ranks]).append_column(
        "daily", pa.array(list(daily), pa.list_(pa.float64()))
    )


def _check_covered(known: Known, series: ibis.Table, window: Window) -> None:
    """Days without counts at an end of the tables would pass for a rise or a fall."""
    found = known.read(series.aggregate(first=series.day.min(), last=series.day.max()))
    first, last = found["first"][0].as_py(), found["last"][0].as_py()
    if first is not None and (first > window.start - WEEK or last < window.end - 1 - SLACK):
        raise TableError(
            f"trends of the {window.days} days to {_date(window.end - 1)} need counts from "
            f"{_date(window.start - WEEK)} on; found {_date(first)} to {_date(last)}"
        )


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)


def window_of(known: Known, config: TrendsConfig) -> Window:
    """The last days that are over, and the weeks before them."""
    return Window(known.now // SECONDS_A_DAY - config.window, config.window, config.expected.weeks)


def stretch_of(measure: Measure, days: int) -> int:
    """Over how many weeks counts hang together: as long as the window where they last, else one."""
    return max(1, days // WEEK) if measure.lasting else 1


def _growth(
    known: Known, series: ibis.Table, counts: Counts, measure: Measure, config: TrendsConfig
) -> Growth:
    window = window_of(known, config)
    season = season_of(known, series, window, counts.entities, config.expected)
    return growth_of(counts, config.expected, stretch_of(measure, window.days), season)


def _rows(counts: Counts, growth: Growth, floor: float, declining: bool) -> pa.Table:
    rows = pa.table(
        {
            "entity": counts.entities,
            "observed": counts.observed,
            "expected": growth.expected,
            "growth": growth.median,
            "growth_low": growth.low,
            "growth_high": growth.high,
            "score": scores(growth, floor, declining),
            "verdict": verdicts(growth),
            "new": growth.new,
        }
    )
    enough = (growth.expected >= floor) & ~growth.new if declining else counts.observed >= floor
    return rows.filter(pa.array(enough))


def scores(growth: Growth, floor: float, declining: bool) -> Floats:
    """ln of the growth (of decliners: the shrinkage) that is sure, smoothed by `floor` counts.

    Above 0 the whole interval is on that side of 1. Smoothed, because coming back from next to nothing is
    the largest of ratios, and seldom news.
    """
    bound = growth.high if declining else growth.low
    change = np.log((bound * growth.expected + floor) / (growth.expected + floor))
    return -change if declining else change


def verdicts(growth: Growth) -> Array:
    """`rising` or `falling` where the whole interval of growth is on that side of 1, else `steady`."""
    return np.select([growth.low > 1, growth.high < 1], ["rising", "falling"], "steady")
