"""The snapshot's daily history of creators (R16): a vector of days per creator and measure."""

from datetime import timedelta

import numpy as np
import pyarrow as pa

from features.arrow import UNKNOWN, numbers, rows_of
from features.known import Known
from features.profiles.history import counts_by_day, followers_by_day
from recsys.arrays import Array, Ints
from recsys.snapshot import HISTORY_DAYS, Columns

SLICE = 45
"""Days read at once: long rows take several times the memory of vectors, and each slice reads the tables."""
COUNTED = ("views", "engagements")
LARGEST = np.iinfo(np.int32).max


def creator_days(known: Known, ids: Ints) -> Columns:
    """Per creator, by id: `followers`, `views` and `engagements` of each of the last days, oldest first.

    int32 of shape (creators, HISTORY_DAYS); -1 on days on which the account or the data did not exist. Half
    the size of int64 or float64, exact where float32 ends at 2²⁴ (famous creators have more followers), and
    a day above 2³¹ − 1 views, which nobody reaches, would show that number.
    """
    shape = (len(ids), HISTORY_DAYS)
    days: dict[str, Array] = {name: np.full(shape, UNKNOWN, np.int32) for name in ("followers", *COUNTED)}
    for first in range(HISTORY_DAYS, 0, -SLICE):
        _fill_slice(days, known, ids, first, max(first - SLICE + 1, 1))
    return Columns(ids, days)


def _fill_slice(days: dict[str, Array], known: Known, ids: Ints, first: int, last: int) -> None:
    accounts = known.read(followers_by_day(known, first, last))
    # On a day on which the account was there and no video was counted, there were 0 views.
    none = pa.array(np.zeros(len(accounts), np.int64))
    _fill(days, known, ids, accounts.append_column("views", none).append_column("engagements", none))
    _fill(days, known, ids, known.read(counts_by_day(known, first, last)))


def _fill(days: dict[str, Array], known: Known, ids: Ints, table: pa.Table) -> None:
    """Put the table's counts at their creator and day; those of an unknown creator are left out."""
    rows = rows_of(table, "creator_id", ids)
    there = rows != UNKNOWN
    first = np.datetime64(known.today - timedelta(days=HISTORY_DAYS), "D")
    places = (table["day"].to_numpy().astype("datetime64[D]") - first).astype(np.int64)
    for name in days.keys() & set(table.column_names):
        counts = np.minimum(numbers(table, name), LARGEST).astype(np.int32)
        days[name][rows[there], places[there]] = counts[there]
