"""What can be said of a published set: every study whose tables and columns it has."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.known import Known
from features.published import creators, growth, measured_again
from features.published.summary import TIER_GROUPS, Study, numbers, tiers_of
from recsys.arrays import Array, Flags, Floats
from recsys.published import PublishedSet
from recsys.rank_correlation import rank_correlation
from recsys.tables import Needs, has

Make = Callable[[Known], Iterator[Study]]
POPULARITY = (
    "latest_videos", "latest_views", "mean_views", "mean_likes", "mean_comments", "mean_shares",
    "engagement_rate", "views_per_follower",
)  # fmt: skip
CADENCE = ("days_since_post", "gap_days", "gap_variation", "weeks_posted_share")
GROWTH = ("days", "growth", "growth_30", "grew")
AGAIN = ("days", "views", "engagement_rate", "share_rate", "gained", "grew")
AGES = ("up to 3 days", "4 to 7 days", "8 to 14 days", "15 to 30 days", "older")
AGE_ENDS = (3, 7, 14, 30)


def studies(known: Known, published: PublishedSet) -> Iterator[Study]:
    """The studies of a set, in the order in which they are shown; none without rows."""
    makers: tuple[tuple[Needs, Make], ...] = (
        (creators.NEEDS, _regular if published.consecutive else _popular),
        (growth.NEEDS, _growth),
        (measured_again.NEEDS, _again),
    )
    for needs, make in makers:
        if has(known.tables, needs):
            yield from (study for study in make(known) if len(study.rows))


def _popular(known: Known) -> Iterator[Study]:
    rows = known.read(creators.popularity(known).order_by("creator_id"))
    yield _by_tier("creators", "Latest videos of creators", rows, POPULARITY)


def _regular(known: Known) -> Iterator[Study]:
    rows = known.read(creators.with_cadence(known).order_by("creator_id"))
    yield _by_tier("creators", "Latest videos of creators, and posting", rows, (*POPULARITY, *CADENCE))


def _by_tier(name: str, title: str, rows: pa.Table, measures: Sequence[str]) -> Study:
    tiers = tiers_of(rows["followers"])
    rows = rows.append_column("tier", pa.array(tiers, pa.string()))
    return Study(name, f"{title}, by tier", rows, tiers, TIER_GROUPS, measures)


def _growth(known: Known) -> Iterator[Study]:
    rows = known.read(growth.steps(known))
    months = [pc.strftime(rows[name], "%Y-%m") for name in ("since", "day")]
    steps = np.array(pc.binary_join_element_wise(*months, " to ").to_pylist(), np.str_)
    title, facts = "Growth of followers from month to month", _consistency(rows)
    yield Study("growth", title, rows, steps, np.unique(steps).tolist(), GROWTH, facts)
    tiers = tiers_of(rows["followers_before"])
    yield Study("growth_by_tier", f"{title}, by tier before", rows, tiers, TIER_GROUPS, GROWTH)


def _consistency(rows: pa.Table) -> dict[str, float | int]:
    """Whether who grew in one step grew in the next (R16); rows are ordered by creator and day."""
    creator, grown = rows["creator_id"].to_numpy(), numbers(rows["growth_30"])
    next_too = creator[1:] == creator[:-1]
    first, second = grown[:-1][next_too], grown[1:][next_too]
    return {
        "creators in several months": len(np.unique(creator)),
        "steps with a step after": len(first),
        "rank correlation of growth with the step after": rank_correlation(first, second),
        "share of the fastest quarter in the fastest quarter again": _again_on_top(first, second),
    }


def _again_on_top(first: Floats, second: Floats) -> float:
    if not len(first):
        return float("nan")
    fastest: list[Flags] = [values >= np.quantile(values, 0.75) for values in (first, second)]
    return float(fastest[1][fastest[0]].mean())


def _again(known: Known) -> Iterator[Study]:
    rows = known.read(measured_again.measured_again(known))
    title = "Videos measured again, by age when first measured"
    yield Study("again", title, rows, _ages(rows), AGES, AGAIN, _what_tells(rows))


def _ages(rows: pa.Table) -> Array:
    return np.array(AGES)[np.searchsorted(AGE_ENDS, numbers(rows["age"]))]


def _what_tells(rows: pa.Table) -> dict[str, float | int]:
    """What goes with gaining views later: rank correlations of what is known at the first measurement."""
    gained_a_day = numbers(rows["gained"]) / numbers(rows["days"])
    return {
        f"rank correlation of views gained a day with {name}": rank_correlation(
            numbers(rows[name]), gained_a_day
        )
        for name in ("age", "engagement_rate", "share_rate", "views")
    }
