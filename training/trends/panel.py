"""Counts of entities by day, as far as they were known on a day."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa

from recsys.arrays import Floats, Ints
from recsys.errors import TableError
from recsys.published import tiktok_discover, uci_online_retail

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Sightings:
    """What was read: a row for each entity and day, in this order."""

    entity: Ints
    name: pa.Array
    day: Ints
    """Days since 1970."""
    value: Floats
    """The count of the day, or the count to date."""
    to_date: bool
    """Whether values are counts to date, known on days with a row only; else a day without one counts 0."""
    floor: float
    """Least count of a month for an entity to be ranked and judged at its end."""
    base: float
    """What smooths growth: added to both counts; of counts to date a share of them."""

    def before(self, day: int) -> Self:
        """What was read before a day."""
        rows = self.day < day
        return replace(
            self,
            entity=self.entity[rows],
            name=self.name.filter(pa.array(rows)),
            day=self.day[rows],
            value=self.value[rows],
        )


@dataclass(frozen=True)
class Panel:
    """Counts by entity and day."""

    entities: Ints
    """(entities,), ascending."""
    first_day: int
    counts: Floats
    """(entities, days) count of each day; NaN where it is not known."""
    totals: Floats
    """(entities,) the last count to date; the sum where values are no counts to date."""

    @classmethod
    def of(cls, seen: Sightings) -> Self:
        """From what was read; of counts to date, days between two sightings share what came between them."""
        entities, rows = np.unique(seen.entity, return_inverse=True)
        first = int(seen.day.min())
        shape = (len(entities), int(seen.day.max()) - first + 1)
        if not seen.to_date:
            counts = np.zeros(shape)
            np.add.at(counts, (rows, seen.day - first), seen.value)
            return cls(entities, first, counts, counts.sum(axis=1))
        counts, totals = np.full(shape, np.nan), np.zeros(shape[0])
        for place in range(len(entities)):
            days, values = seen.day[rows == place] - first, seen.value[rows == place]
            for start, end, gain in zip(days[:-1], days[1:], np.diff(values), strict=True):
                counts[place, start + 1 : end + 1] = max(gain, 0.0) / (end - start)
            totals[place] = values[-1]
        return cls(entities, first, counts, totals)

    def pace(self, start: int, end: int) -> Floats:
        """(entities,) mean count a day from `start` to the day before `end`; NaN where no day is known."""
        part = self.counts[:, max(0, start - self.first_day) : max(0, end - self.first_day)]
        known = ~np.isnan(part)
        sums, days = np.where(known, part, 0.0).sum(axis=1), known.sum(axis=1)
        return np.asarray(np.divide(sums, days, where=days > 0, out=np.full(len(part), np.nan)))

    def known_days(self, start: int, end: int) -> Ints:
        """(entities,) days of that stretch with a known count."""
        part = self.counts[:, max(0, start - self.first_day) : max(0, end - self.first_day)]
        return np.asarray((~np.isnan(part)).sum(axis=1))

    def at(self, entities: Ints) -> Ints:
        """Rows of entities, all of which are there."""
        return np.asarray(np.searchsorted(self.entities, entities))


def month_start(month: str) -> int:
    """Days since 1970 of the first of a month such as 2011-03."""
    return (date.fromisoformat(f"{month}-01") - EPOCH).days


def months_of(seen: Sightings) -> list[str]:
    """The months with a row, in order."""
    return sorted({str(month) for month in seen.day.astype("datetime64[D]").astype("datetime64[M]")})


def discover(kind: str) -> Callable[[Path], Sightings]:
    """Reads a kind of tiktok_discover; a month's least count is one step of what the page rounds to."""

    def read(folder: Path) -> Sightings:
        tiktok_discover.TIKTOK_DISCOVER.check(folder)
        rows, _ = tiktok_discover.totals(folder, kind)
        return _sightings(rows, "total", to_date=True, floor=0.0, base=0.005)

    return read


def whole_page(folder: Path) -> Sightings:
    """All kinds of tiktok_discover in one ranking: growth has no unit.

    Raises TableError where two kinds share an id.
    """
    parts = [discover(kind)(folder) for kind in tiktok_discover.COUNTERS]
    ids = np.concatenate([np.unique(part.entity) for part in parts])
    if len(np.unique(ids)) < len(ids):
        raise TableError(f"{folder}: hashtags, songs and creators share ids; expected each id once")
    return replace(
        parts[0],
        entity=np.concatenate([part.entity for part in parts]),
        name=pa.concat_arrays([part.name for part in parts]),
        day=np.concatenate([part.day for part in parts]),
        value=np.concatenate([part.value for part in parts]),
    )


def retail(folder: Path) -> Sightings:
    """Reads uci_online_retail; products with 20 order lines in a month."""
    uci_online_retail.UCI_ONLINE_RETAIL.check(folder)
    rows, _ = uci_online_retail.orders(folder)
    return _sightings(rows, "count", to_date=False, floor=20.0, base=5.0)


def _sightings(rows: pa.Table, value: str, *, to_date: bool, floor: float, base: float) -> Sightings:
    return Sightings(
        entity=rows["entity"].to_numpy(),
        name=rows["name"].combine_chunks(),
        day=rows["day"].cast(pa.int32()).to_numpy().astype(np.int64),
        value=rows[value].to_numpy().astype(np.float64),
        to_date=to_date,
        floor=floor,
        base=base,
    )


SETS: dict[str, dict[str, Callable[[Path], Sightings]]] = {
    "tiktok_discover": {"page": whole_page, **{kind: discover(kind) for kind in tiktok_discover.COUNTERS}},
    "uci_online_retail": {"products": retail},
}
"""Published set → what is ranked in it → how it is read."""
