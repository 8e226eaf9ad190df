"""Sums over what happened before a moment: sort once by key and time, then two searches a row."""

import numpy as np

from recsys.arrays import Array, Floats, Ints

GRID = 2.0**20
"""Values are rounded to parts of this, so that running sums are exact: later events change not even a bit."""
LARGEST = np.iinfo(np.int64).max


class Past:
    """Events with a key and a time; answers "how much had there been under this key before then"."""

    def __init__(self, keys: Ints, times: Ints) -> None:
        first, last = (int(times.min()), int(times.max())) if len(times) else (0, 0)
        self._origin = first - 1
        self._span = last - self._origin + 2
        if int(keys.max(initial=0)) * self._span > LARGEST:
            raise OverflowError(
                f"{keys.max()} keys times {self._span} moments are more than 64 bits can tell"
            )
        stamps = self._stamps(keys, times)
        self._order = np.argsort(stamps, kind="stable")
        self._sorted = stamps[self._order]

    def total(self, values: Array, keys: Ints, before: Ints) -> Floats:
        """Sum of `values` over the events of each key that are earlier than `before`."""
        running = np.concatenate([[0.0], np.cumsum(np.round(values[self._order] * GRID))])
        starts = np.searchsorted(self._sorted, keys * self._span)
        ends = np.searchsorted(self._sorted, self._stamps(keys, before))
        return np.asarray((running[ends] - running[starts]) / GRID)

    def count(self, keys: Ints, before: Ints) -> Floats:
        """Number of such events."""
        return self.total(np.ones(len(self._order)), keys, before)

    def _stamps(self, keys: Ints, times: Ints) -> Ints:
        since_origin = (times - self._origin).clip(0, self._span - 1)
        return np.asarray(keys * self._span + since_origin)
