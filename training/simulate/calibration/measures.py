"""The marginals a simulated world shares with real sets, measured in both."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from recsys.arrays import Array, Floats
from recsys.vocabulary import TIERS, follower_tier
from training.simulate.calibration import queries
from training.simulate.calibration.distance import chance_distance, distance
from training.simulate.calibration.sources import open_world, real_sets

FEWEST = 20
"""Groups with fewer rows on either side are left out."""
AGES = ("1-2 days", "3-6 days", "7-13 days", "14-29 days")


def age_group(days: Array) -> Array:
    """The name of a video's age in days; 30 days and more, and less than one, are none of AGES."""
    names = np.array(["younger", *AGES, "older"])
    return names[np.searchsorted([1, 3, 7, 14, 30], days, side="right")]


def everything(rows: Array) -> Array:
    """One group of all rows."""
    return np.full(len(rows), "all")


@dataclass(frozen=True)
class Measure:
    """Something measured in a world and in a real set: queries of (by, value), grouped by `by`."""

    name: str
    simulated: str
    real: str
    source: str
    """The real set, in words."""
    grouped: Callable[[Array], Array] = follower_tier
    groups: tuple[str, ...] = TIERS


@dataclass(frozen=True)
class Marginal:
    """One group of one measure: every value measured, positive, in the world and in the real set."""

    measure: str
    group: str
    simulated: Floats
    real: Floats

    @property
    def distance(self) -> float:
        """Kolmogorov–Smirnov: the greatest difference between the two cumulative shares, 0 to 1."""
        return distance(self.simulated, self.real)

    @property
    def by_chance(self) -> float:
        """The median distance of two samples of these sizes from one distribution."""
        return chance_distance(len(self.simulated), len(self.real))


def marginals(world: Path, real: Path, only: Collection[str] = ()) -> list[Marginal]:
    """Every measure (or `only` some) by group, in the tables of a world and in the real sets in `real`.

    Raises TableError that names the real set or the table whose files are missing.
    """
    with real_sets(real) as connection:
        open_world(connection, world)
        chosen = [measure for name, measure in MEASURES.items() if not only or name in only]
        return [marginal for measure in chosen for marginal in _by_group(connection, measure)]


def _by_group(connection: duckdb.DuckDBPyConnection, measure: Measure) -> list[Marginal]:
    ours = _groups(connection, measure.simulated, measure)
    theirs = real_values(connection, measure)
    return [
        Marginal(measure.name, group, ours[group], theirs[group])
        for group in measure.groups
        if min(len(ours[group]), len(theirs[group])) >= FEWEST
    ]


def real_values(connection: duckdb.DuckDBPyConnection, measure: Measure) -> dict[str, Floats]:
    """The values measured in the real sets, by group, in order; a group may be empty."""
    return _groups(connection, measure.real, measure)


def _groups(connection: duckdb.DuckDBPyConnection, query: str, measure: Measure) -> dict[str, Floats]:
    found = connection.execute(query).fetchnumpy()
    labels, values = measure.grouped(np.asarray(found["by"])), np.asarray(found["value"], dtype=float)
    return {group: np.sort(values[labels == group]) for group in measure.groups}


def _of_products(name: str, measured: str, part: str = "partition by currency") -> Measure:
    ours, theirs = (
        queries.RELATIVE.format(measure=measured, part=part, source=source)
        for source in ("sold", "retail_sold")
    )
    return Measure(name, ours, theirs, "UCI online retail", everything, ("all",))


FAMOUS = "1,794 large creators to November 2020"
VIETNAM = "videos in Vietnam, May 2025"
_ALL = (
    Measure(
        "followers",
        queries.FOLLOWERS.format("reach"),
        queries.FOLLOWERS.format("tides"),
        "TIDES, 5,000 creators",
    ),
    Measure("engagement rate", queries.ENGAGEMENT, queries.REAL_ENGAGEMENT, VIETNAM),
    Measure(
        "views per follower",
        queries.REACH.format("latest"),
        queries.REACH.format("famous_latest"),
        FAMOUS,
    ),
    Measure(
        "videos per day", queries.CADENCE.format("latest"), queries.CADENCE.format("famous_latest"), FAMOUS
    ),
    Measure(
        "views so far / usual of the creator",
        queries.EARLY.format("latest"),
        queries.EARLY.format("famous_latest"),
        FAMOUS,
        age_group,
        AGES,
    ),
    Measure(
        "views 1 to 3 weeks later / now",
        queries.LIFETIME,
        queries.REAL_LIFETIME,
        VIETNAM,
        age_group,
        AGES,
    ),
    Measure(
        "hashtag views in 3 days / the 3 before",
        queries.TAG_GROWTH,
        queries.REAL_TAG_GROWTH,
        "TikTok's Discover page, March to August 2022",
        everything,
        ("all",),
    ),
    _of_products("price / median price", "price"),
    _of_products("units sold / median", "units", ""),
    _of_products("GMV of a product / median", "gmv"),
)
MEASURES = {measure.name: measure for measure in _ALL}
"""What is calibrated, by name."""
