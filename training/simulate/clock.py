"""Time in the simulation: int64 seconds since 1970 in UTC; what has not happened is ABSENT."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Floats, Ints

DAY = 86_400
ABSENT = -1
"""Stands for NULL in int64 columns: times, money and counts are never negative."""


@dataclass(frozen=True)
class Clock:
    """The stretch of time the world is observed in: `days` whole days from epoch day `first_day`."""

    first_day: int
    days: int

    @property
    def start(self) -> int:
        """First second of the world."""
        return self.first_day * DAY

    @property
    def end(self) -> int:
        """First second after the world; later events are not observed."""
        return (self.first_day + self.days) * DAY

    def observed(self, times: Ints) -> Ints:
        """`times` with what lies after the end ABSENT."""
        return np.where(times < self.end, times, ABSENT)

    def years(self, times: Array) -> Floats:
        """Years since the start of the world, negative before it."""
        return np.asarray((times - self.start) / (365 * DAY))


def later(times: Ints, seconds: Array, happens: Array) -> Ints:
    """`times` plus `seconds` where it happens and there was a time; ABSENT elsewhere."""
    return np.where(happens & (times != ABSENT), times + seconds.astype(np.int64), ABSENT)


def weekday_factor(days: Ints, weekend: float) -> Floats:
    """Demand of each epoch day, of mean 1 over a week; Saturday and Sunday are `weekend` times a workday."""
    is_weekend = (days + 3) % 7 >= 5  # epoch day 0 was a Thursday
    return np.where(is_weekend, weekend, 1.0) * 7 / (5 + 2 * weekend)
