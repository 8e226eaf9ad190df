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

    def take(self, key: str, rate: Rate) -> float:
        """Take a token: 0 if there was one, else the seconds until there is, and nothing was taken."""
        now = self.clock()
        interval = self.workers / rate.per_second
        full_at = max(self.full_at.get(key, now), now) + interval
        # A share below one request could never be granted.
        missing = full_at - now - interval * max(rate.burst / self.workers, 1)
        # A billionth of an interval forgives the rounding of sums of intervals.
        if missing > interval * 1e-9:
            return missing
        self.full_at[key] = full_at
        return 0.0

    def keep(self, keys: Collection[str]) -> None:
        """Forget the buckets of keys that are gone."""
        self.full_at = {key: moment for key, moment in self.full_at.items() if key in keys}
