"""What "grows most next month" can mean, and what says beforehand which entities will."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from recsys.arrays import Floats
from training.trends.months import Moment, Month

Scorer = Callable[[Month], Floats]
"""(entities,) of a month: how each grew afterwards, or what was said at its end."""

OURS, LAST, VOLUME = "forecast", "last growth", "raw volume"
L2 = 30.0
"""Of the ridge regression."""


def growth(month: Month) -> Floats:
    """ln of next month's count over this month's, smoothed."""
    return _growth(month.end)


def _growth(moment: Moment) -> Floats:
    return moment.known.log_ratio(moment.next, moment.known.now)


def last_growth(month: Month) -> Floats:
    """The same of this month over the 30 days before."""
    return month.end.known.log_ratio(month.end.known.now, month.end.known.before)


def excess(month: Month) -> Floats:
    """ln of next month's growth over its expected count: what `recsys trends` will say by then."""
    return month.excess


def last_excess(month: Month) -> Floats:
    """ln of this month's growth over its expected count."""
    return month.growth


def level(month: Month) -> Floats:
    """ln of the count to date 30 days on over the one now."""
    return np.log1p(month.end.next / month.end.known.total)


def last_level(month: Month) -> Floats:
    """ln of the count to date over the one 30 days ago."""
    return -np.log1p(-np.minimum(month.end.known.now / month.end.known.total, 1 - 1e-9))


def extrapolated(month: Month) -> Floats:
    """The level's growth if the counts of the last two weeks, four and eight go on."""
    return np.log1p(month.end.known.recent / month.end.known.total)


def volume(month: Month) -> Floats:
    """This month's count."""
    return month.end.known.now


def to_date(month: Month) -> Floats:
    """The count to date: what a page shows."""
    return month.end.known.total


def trending(month: Month) -> Floats:
    """What is surely more than expected now: the score of `recsys trends` without its smoothing."""
    return month.sure


def forecast(month: Month) -> Floats:
    """Expected square of the factor of growth, by a ridge regression on the moments that are past.

    What there is to learn is how much of a month's growth goes back the next, and how much the last weeks and
    the long run foretell. The square and not the logarithm: the top of a list is about the upside.
    """
    features = np.concatenate([moment.known.features for moment in month.past])
    target = np.concatenate([_relative(np.exp(2 * _growth(moment))) for moment in month.past])
    scale = np.maximum(features.std(axis=0), 1e-9)
    known = features / scale
    weights = np.linalg.solve(known.T @ known + L2 * np.eye(known.shape[1]), known.T @ target)
    return np.asarray(month.end.known.features / scale @ weights)


def _relative(values: Floats) -> Floats:
    return np.asarray(values / values.mean() - 1)


@dataclass(frozen=True)
class Question:
    """A meaning of "grows most next month", and who answers it; the first ranker is ours."""

    truth: Scorer
    rankers: dict[str, Scorer]


GROWTH = Question(growth, {OURS: forecast, VOLUME: volume, LAST: last_growth, "trending now": trending})
EXCESS = Question(excess, {OURS: forecast, VOLUME: volume, LAST: last_excess, "trending now": trending})
PACE = Question(growth, {OURS: forecast, VOLUME: to_date, LAST: last_growth})
LEVEL = Question(level, {OURS: extrapolated, VOLUME: to_date, LAST: last_level})
COUNTS = {"growth": GROWTH, "excess over expected": EXCESS}
"""What is asked of counts by day."""
TO_DATE = {"growth of the count to date": LEVEL, "growth of the month's count": PACE}
"""What is asked of counts to date."""
