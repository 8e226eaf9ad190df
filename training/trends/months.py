"""Standing at a moment: what was known of each entity, and how it grew in the 30 days or the month after."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from features.trends.counts import WEEK, Counts
from features.trends.expected import ExpectedConfig, growth_of
from recsys.arrays import Flags, Floats, Ints
from training.trends.panel import Panel, Sightings, month_start, months_of

MONTH_DAYS = 30
"""Counts of months of any length, and of months that were seen in part, are made into those of 30 days."""
SEEN_DAYS = 7
"""Days before the end of a month in which an entity was seen, and least days of a month with a count."""
HISTORY_DAYS = MONTH_DAYS + WEEK
"""Least history at a moment that is learnt from."""
ENOUGH_DAYS = 14
"""Days of a month by which the one before it is judged."""
MODEL = ExpectedConfig(weeks=8)
"""The model of `features.trends`, with a history that the first judged months have."""


@dataclass(frozen=True)
class Standing:
    """What was known at a moment; every array is (entities,), counts are those of 30 days."""

    entities: Ints
    now: Floats
    """Of the month that ended."""
    before: Floats
    """Of the 30 days before it; `now` where they are not known."""
    recent: Floats
    """Mean of the counts of the last 14, 28 and 56 days."""
    total: Floats
    """The count to date; where values are no counts to date, the sum so far."""
    base: Floats
    """What smooths growth."""
    features: Floats
    """(entities, 4) ln of the count before, of 7, 14 and 90 days over the month's, less their mean."""

    def log_ratio(self, count: Floats, to: Floats) -> Floats:
        """ln of one count over another, smoothed."""
        return np.asarray(np.log((count + self.base) / (to + self.base)))

    def of(self, rows: Flags) -> "Standing":
        """Some of the entities."""
        return Standing(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Moment:
    """What was known at a moment, and what came next to those that were seen enough to tell."""

    known: Standing
    next: Floats
    """Count of 30 days after the moment."""
    over: int
    """Day from which `next` is known."""
    lost: int
    """Entities that were ranked, and not seen enough afterwards to be judged."""


@dataclass(frozen=True)
class Month:
    """A judged month: its end, the moments that could be learnt from by then, and the model's verdicts."""

    name: str
    end: Moment
    past: tuple[Moment, ...]
    growth: Floats
    """ln of growth over the expected count in the month, by the model of `features.trends`."""
    sure: Floats
    """ln of the lower end of its interval."""
    excess: Floats
    """ln of growth over the expected count in the month after."""


def judged_months(seen: Sightings) -> list[Month]:
    """Every month with moments to learn from and, of the month after it, at least ENOUGH_DAYS.

    Nothing of the month after is in `past`, nor in what was known at the end.
    """
    names, last = months_of(seen), int(seen.day.max()) + 1
    starts = [month_start(name) for name in names] + [last]
    if last - starts[-2] < ENOUGH_DAYS:
        names, starts = names[:-1], starts[:-1]
    moments = learnt_from(seen, starts[-1])
    months = [_month(seen, moments, name, starts[place : place + 3]) for place, name in enumerate(names[:-1])]
    return [month for month in months if month.past and len(month.end.next)]


def learnt_from(seen: Sightings, until: int) -> list[Moment]:
    """A moment every week, each with the 30 days after it, as long as these are over by `until`."""
    first = int(seen.day.min()) + HISTORY_DAYS
    ends = range(first, until - MONTH_DAYS + 1, WEEK)
    moments = [moment_of(seen, end - MONTH_DAYS, end, end + MONTH_DAYS) for end in ends]
    return [moment for moment in moments if len(moment.next)]


def _month(seen: Sightings, moments: list[Moment], name: str, days: list[int]) -> Month:
    """The month from the first of `days` to the second, judged by the one that ends with the third."""
    start, end, over = days
    moment = moment_of(seen, start, end, over)
    past = tuple(each for each in moments if each.over <= end)
    now = trend_of(seen.before(end), start, end, moment.known.entities)
    after = trend_of(seen.before(over), end, over, moment.known.entities)
    return Month(name, moment, past, now[0], now[1], after[0])


def moment_of(seen: Sightings, start: int, end: int, over: int) -> Moment:
    """The moment at the end of the days from `start` to `end`, and the days up to `over`."""
    known = stand(seen.before(end), start, end)
    later = Panel.of(seen.before(over))
    rows = later.at(known.entities)
    judged = later.known_days(end, over)[rows] >= min(SEEN_DAYS, over - end)
    pace = later.pace(end, over)[rows][judged] * MONTH_DAYS
    return Moment(known.of(judged), pace, over, int((~judged).sum()))


def stand(seen: Sightings, start: int, end: int) -> Standing:
    """What is known of the entities that are large enough; `seen` holds nothing from `end` on."""
    panel = Panel.of(seen)
    now = panel.pace(start, end) * MONTH_DAYS
    lately = panel.known_days(end - SEEN_DAYS, end) > 0
    enough = panel.known_days(start, end) >= SEEN_DAYS
    base = seen.base * panel.totals if seen.to_date else np.full(len(now), seen.base)

    def of_last(days: int, until: int) -> Floats:
        pace = panel.pace(until - days, until) * MONTH_DAYS
        return np.where(np.isnan(pace), now, pace)

    recent = np.mean([of_last(days, end) for days in (14, 28, 56)], axis=0)
    before = of_last(MONTH_DAYS, start)
    late = [of_last(days, end) for days in (7, 14, 90)]
    ratios = [np.log((count + base) / (now + base)) for count in (before, *late)]
    features = np.column_stack(ratios)
    chosen = lately & enough & (now >= seen.floor)
    # What all entities will do is not asked.
    features -= features[chosen].mean(axis=0) if chosen.any() else 0.0
    return Standing(panel.entities, now, before, recent, panel.totals, base, features).of(chosen)


def trend_of(seen: Sightings, start: int, end: int, entities: Ints) -> tuple[Floats, Floats]:
    """ln growth over the expected count from `start` to `end`, and its lower end; 0 for counts to date."""
    if seen.to_date:
        return np.zeros(len(entities)), np.zeros(len(entities))
    panel = Panel.of(seen)
    growth, rows = growth_of(counts_of(panel, start, end), MODEL), panel.at(entities)
    return np.log(growth.median[rows]), np.log(growth.low[rows])


def counts_of(panel: Panel, start: int, end: int) -> Counts:
    """The window from `start` to the day before `end` and the weeks before it, as in `features.trends`."""
    padding = max(0, WEEK * MODEL.weeks - (start - panel.first_day))
    counts = np.pad(panel.counts, ((0, 0), (padding, 0)))
    place = start - panel.first_day + padding
    history = counts[:, place - WEEK * MODEL.weeks : place]
    weeks = history.reshape(len(counts), MODEL.weeks, WEEK).sum(axis=2)[:, ::-1]
    observed = counts[:, place : place + end - start].sum(axis=1)
    there = history > 0
    age = np.where(there.any(axis=1), history.shape[1] - there.argmax(axis=1), 0)
    return Counts(pa.array(panel.entities), observed, weeks, age, (end - start) / WEEK)
