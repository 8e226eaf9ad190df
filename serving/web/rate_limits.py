"""Rate limits: one token bucket per API key, kept as a single moment (the generic cell rate algorithm)."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rate:
    """So many requests a second on average, so many at once."""

    per_second: float
    burst: int


@dataclass
class RateLimits:
    """Buckets of this process: with several workers each grants its share, so the whole is never exceeded.

    Not for several threads at once: the event loop asks.
    """

    workers: int = 1
    clock: Callable[[], float] = time.monotonic
    full_at: dict[str, float] = field(default_factory=dict)
    """By key, the moment its bucket is full again."""

    def take(self, key: str, rate: Rate, count: int = 1) -> float:
        """Take so many tokens: 0 if there were, else the seconds until there are, and none was taken."""
        now = self.clock()
        seconds = self._missing(key, rate, count, now)
        if not seconds:
            self.full_at[key] = self._full_at(key, rate, count, now)
        return seconds

    def wait(self, key: str, rate: Rate, count: int) -> float:
        """Seconds until so many tokens are there; takes none. Never there are more than `most`."""
        return self._missing(key, rate, count, self.clock())

    def most(self, rate: Rate) -> int:
        """Tokens of a full bucket: what can be taken at once."""
        return int(self._share(rate))

    def _missing(self, key: str, rate: Rate, count: int, now: float) -> float:
        interval = self._interval(rate)
        missing = self._full_at(key, rate, count, now) - now - interval * self._share(rate)
        # A billionth of an interval forgives the rounding of sums of intervals.
        return missing if missing > interval * 1e-9 else 0.0

    def _full_at(self, key: str, rate: Rate, count: int, now: float) -> float:
        return max(self.full_at.get(key, now), now) + count * self._interval(rate)

    def _interval(self, rate: Rate) -> float:
        return self.workers / rate.per_second

    def _share(self, rate: Rate) -> float:
        # A share below one request could never be granted.
        return max(rate.burst / self.workers, 1)

    def keep(self, keys: Collection[str]) -> None:
        """Forget the buckets of keys that are gone."""
        self.full_at = {key: moment for key, moment in self.full_at.items() if key in keys}
