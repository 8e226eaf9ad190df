"""A simulated world beside published measurements of real creators: quantiles and distance of each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from scipy.stats import ks_2samp

from recsys.arrays import Array, Floats
from recsys.errors import TableError
from recsys.vocabulary import TIERS, follower_tier

QUANTILES = (0.1, 0.5, 0.9)
FEWEST = 20
"""Groups with fewer rows on either side are left out."""
AGES = ("1-2 days", "3-6 days", "7-13 days", "14-29 days")
REAL_SETS = {
    "tides": "tides/creators.parquet",
    "vietnam": "tiktok_vn_2025/videos.parquet",
    "vietnam_again": "tiktok_vn_2025/recrawl.parquet",
    "famous": "tiktok_famous/videos.parquet",
}
WORLD_TABLES = ("creator_daily", "videos", "video_daily")


@dataclass(frozen=True)
class Comparison:
    """One group of one measure, simulated beside real."""

    measure: str
    group: str
    simulated: tuple[float, ...]
    """At QUANTILES."""
    real: tuple[float, ...]
    distance: float
    """Kolmogorov–Smirnov: the greatest difference between the two cumulative shares, 0 to 1."""


@dataclass(frozen=True)
class Measure:
    """Something measured in a world and in a real set: queries of (by, value), grouped by `by`."""

    name: str
    simulated: str
    real: str
    grouped: Callable[[Array], Array] = follower_tier
    groups: tuple[str, ...] = TIERS


def compare(world: Path, real: Path) -> list[Comparison]:
    """Every measure by group; `real` holds the folders of the sets. Raises TableError for a missing file."""
    with duckdb.connect() as connection:
        for name in WORLD_TABLES:
            _open(connection, name, world / name, "*.parquet")
        for name, file in REAL_SETS.items():
            _open(connection, name, (real / file).parent, Path(file).name)
        connection.execute(VIEWS)
        return [line for measure in MEASURES for line in _compare(connection, measure)]


def _open(connection: duckdb.DuckDBPyConnection, name: str, folder: Path, pattern: str) -> None:
    if not any(folder.glob(pattern)):
        raise TableError(f"there is no {pattern} in {folder}, which the comparison needs as {name}")
    connection.read_parquet(str(folder / pattern)).create_view(name)


def _compare(connection: duckdb.DuckDBPyConnection, measure: Measure) -> list[Comparison]:
    ours = _groups(connection, measure.simulated, measure)
    theirs = _groups(connection, measure.real, measure)
    return [
        _line(measure.name, group, ours[group], theirs[group])
        for group in measure.groups
        if min(len(ours[group]), len(theirs[group])) >= FEWEST
    ]


def _groups(connection: duckdb.DuckDBPyConnection, query: str, measure: Measure) -> dict[str, Floats]:
    found = connection.execute(query).fetchnumpy()
    labels, values = measure.grouped(np.asarray(found["by"])), np.asarray(found["value"], dtype=float)
    return {group: values[labels == group] for group in measure.groups}


def _line(measure: str, group: str, ours: Floats, theirs: Floats) -> Comparison:
    at = [tuple(np.quantile(values, QUANTILES).tolist()) for values in (ours, theirs)]
    return Comparison(measure, group, at[0], at[1], float(ks_2samp(ours, theirs).statistic))


def age_group(days: Array) -> Array:
    """The name of a video's age in days; 30 days and more, and less than one, are none of AGES."""
    names = np.array(["younger", *AGES, "older"])
    return names[np.searchsorted([1, 3, 7, 14, 30], days, side="right")]


VIEWS = """
create view reach as
    select creator_id, arg_max(followers, day) as followers from creator_daily group by 1;
create view seen as  -- videos whose views have nearly all come
    select video_id, any_value(creator_id) as creator_id, any_value(posted_at) as posted_at,
        sum(views) as views, sum(likes + comments + shares) as engagements
    from videos join video_daily using (video_id)
    where posted_at < (select max(day) from creator_daily) - interval 28 day group by 1;
create view seen_with_followers as
    select seen.*, followers from seen join creator_daily as d
    on d.creator_id = seen.creator_id and d.day = posted_at::date where followers > 0;
create view watched_on as
    select video_id, age, sum(views) filter (day <= posted_at::date + age) as now,
        sum(views) filter (day <= posted_at::date + age + 12) as later
    from videos join video_daily using (video_id), (values (1), (2), (4), (9), (20)) as ages(age)
    where posted_at < (select max(day) from creator_daily) - interval 40 day group by 1, 2;
create view crawled_twice as
    select v.views as now, r.views as later,
        date_diff('day', v.posted_at::timestamp, v.scraped_at::timestamp) as age,
        date_diff('day', v.scraped_at::timestamp, r.scraped_at::timestamp) as gap
    from vietnam as v join vietnam_again as r using (video_id);
"""
MEASURES = (
    Measure(
        "followers",
        "select followers as by, followers as value from reach",
        "select followers as by, followers as value from tides",
    ),
    Measure(
        "engagement rate",
        "select followers as by, engagements / views as value from seen_with_followers where views > 100",
        "select followers as by, (likes + comments + shares) / views as value from vietnam where views > 100",
    ),
    Measure(
        "views per follower",
        "select followers as by, views / followers as value from seen_with_followers",
        "select n_followers as by, n_plays / n_followers as value from famous where n_followers > 0",
    ),
    Measure(
        "videos per day",
        "select any_value(followers) as by, (count(*) - 1) * 86400"
        " / epoch(max(posted_at) - min(posted_at)) as value"
        " from videos join reach using (creator_id) group by creator_id having count(*) > 5",
        "select any_value(n_followers) as by, (count(*) - 1) * 86400 / (max(create_time) - min(create_time))"
        " as value from famous group by creator_id"
        " having count(*) > 5 and max(create_time) > min(create_time)",
    ),
    Measure(
        "views 12 days later / now",
        "select age as by, later / now as value from watched_on where now > 5000",
        "select age as by, later / now as value from crawled_twice"
        " where gap between 10 and 14 and later >= now and now > 0",
        age_group,
        AGES,
    ),
)
"""What the parameters in configs/simulate.yaml were chosen by."""
