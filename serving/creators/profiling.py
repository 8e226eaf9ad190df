"""From a row of the snapshot to a creator's profile (R14 to R17)."""

from datetime import timedelta

import numpy as np

from features.briefs import place
from features.creator_numbers import NUMBERS, engagement
from recsys.arrays import Array
from recsys.known_ids import known_row
from recsys.ratio import ratio
from recsys.snapshot import HISTORY_DAYS, Snapshot
from recsys.vocabulary import DIMENSIONS, TIERS, VIDEO_COUNTS
from serving.creators.cards import money_range, number, word
from serving.creators.profile import (
    Counts,
    Coverage,
    CreatorProfile,
    Group,
    Growth,
    GrowthShape,
    History,
    Performance,
    Reach,
    Selling,
)
from serving.explain import known

LAST_VIDEOS = 30
"""`last_videos` of every policy there has been (R14); a snapshot does not say which number it took."""
VIDEOS = {
    "latest": f"the last {LAST_VIDEOS} videos",
    "recent": "videos posted in the last 30 days",
    "sponsored": "sponsored videos posted in 90 days",
    "organic": "organic videos posted in 90 days",
}
SPIKE = 0.5
"""From this share of 28 days' gains on, the best day is a spike."""
DECIMALS = 6
"""Of a share: what float32 carries."""
STEADY_DAYS, STEADY_BEST = 0.75, 0.25
"""Steady: followers rose on at least this share of days, and no day made this share of the gains."""


def profile_of(snapshot: Snapshot, row: int, coverage: Coverage | None) -> CreatorProfile:
    """The profile of the creator at a row."""
    creators, facts = snapshot.creators, snapshot.facts
    history = _history(snapshot, row)
    return CreatorProfile(
        creator_id=int(creators.ids[row]),
        snapshot=snapshot.name,
        as_of=facts.as_of,
        market=word(facts.markets, creators["market"][row]),
        country=word(facts.countries, creators["country"][row]),
        language=word(facts.languages, creators["language"][row]),
        category=word(facts.categories, creators["category"][row]),
        tier=TIERS[creators["tier"][row]],
        account_days=number(snapshot, "account_days", row),
        days_since_post=number(snapshot, "days_since_post", row),
        **{videos: _performance(snapshot, row, videos) for videos in VIDEOS},
        reach=_reach(snapshot, row),
        growth=_growth(snapshot, row),
        selling=_selling(snapshot, row),
        audience=_audience(snapshot, row),
        coverage=coverage,
        history=history,
        degraded=() if history else (f"{snapshot.name} was built without daily history",),
    )


def _performance(snapshot: Snapshot, row: int, videos: str) -> Performance:
    counts, size = snapshot.creators[f"{videos}_counts"][row], int(snapshot.creators[f"{videos}_videos"][row])
    return Performance(
        of=VIDEOS[videos],
        videos=size,
        at_most=LAST_VIDEOS if videos == "latest" else None,
        total=_counts(counts),
        mean=_counts(counts / size) if size else None,
        engagement_rate=known(float(engagement(counts))),
    )


def _counts(values: Array) -> Counts:
    return Counts(**{name: value.item() for name, value in zip(VIDEO_COUNTS, values, strict=True)})


def _reach(snapshot: Snapshot, row: int) -> Reach:
    return Reach(**{name: number(snapshot, name, row) for name in Reach.model_fields})


def _growth(snapshot: Snapshot, row: int) -> Growth:
    rose, best = (number(snapshot, name, row) for name in ("growth_days_share", "best_day_share"))
    return Growth(
        followers_growth=number(snapshot, "followers_growth", row),
        gained=int(snapshot.creators["gained_28"][row]),
        gained_before=int(snapshot.creators["gained_before_28"][row]),
        growth_days_share=rose,
        best_day_share=best,
        shape=shape_of(rose, best),
    )


def shape_of(growth_days_share: float | None, best_day_share: float | None) -> GrowthShape | None:
    """How evenly followers grew (R16)."""
    if growth_days_share is None or best_day_share is None:
        return None
    if best_day_share >= SPIKE:
        return "spike"
    steady = growth_days_share >= STEADY_DAYS and best_day_share < STEADY_BEST
    return "steady" if steady else "uneven"


def _selling(snapshot: Snapshot, row: int) -> Selling:
    creators = snapshot.creators
    gmv, gpm = (
        [NUMBERS[f"{measure}_{end}"].of(creators, np.array([row]))[0] for end in ("low", "high")]
        for measure in ("gmv", "gpm")
    )
    return Selling(
        has_ecommerce=bool(creators["has_ecommerce"][row]),
        gmv=money_range(snapshot, row, *gmv),
        gpm=money_range(snapshot, row, *gpm),
        orders=int(creators["orders_28"][row]),
        **{
            name: known(creators[name][row])
            for name in ("price_low", "price_median", "price_high", "commission_usual", "fee_median")
        },
    )


def _audience(snapshot: Snapshot, row: int) -> dict[str, tuple[Group, ...]]:
    """Groups by dimension; who is active is a part of the reach."""
    by_dimension = {
        dimension: _groups(
            snapshot.creators[f"audience_{dimension}"][row], snapshot.facts.vocabularies[dimension]
        )
        for dimension in DIMENSIONS
        if dimension != "activity"
    }
    return {dimension: groups for dimension, groups in by_dimension.items() if groups}


def _groups(shares: Array, words: tuple[str, ...]) -> tuple[Group, ...]:
    """The groups with any share, the largest first, of equal ones the first by name."""
    there = np.flatnonzero(shares > 0)
    order = there[np.argsort(-shares[there], kind="stable")]
    return tuple(Group(value=words[column], share=round(float(shares[column]), DECIMALS)) for column in order)


def coverage_of_brand(snapshot: Snapshot, row: int, brand_id: int) -> Coverage:
    """Coverage of the states with a store of a brand; raises UnknownIdError if the brand is not there."""
    brand = known_row(snapshot, "brand", brand_id)
    return _coverage(snapshot, row, np.flatnonzero(snapshot.brands["store_states"][brand]))


def coverage_of_states(snapshot: Snapshot, row: int, states: tuple[str, ...]) -> Coverage:
    """Coverage of named states; raises RequestError for one that is not known, with near ones."""
    words = snapshot.facts.vocabularies["state"]
    return _coverage(snapshot, row, np.array(sorted({place(state, words, "state") for state in states})))


def _coverage(snapshot: Snapshot, row: int, columns: Array) -> Coverage:
    words = snapshot.facts.vocabularies["state"]
    shares = np.asarray(snapshot.creators["audience_state"][row][columns], np.float64)
    return Coverage(
        states=tuple(words[column] for column in columns),
        share=known(round(shares.sum(), DECIMALS)) if len(columns) else None,
        covered=_groups(shares, tuple(words[column] for column in columns)),
    )


def _history(snapshot: Snapshot, row: int) -> History | None:
    days = snapshot.creator_days
    if not len(days):
        return None
    today = snapshot.facts.as_of.date()
    engagements, views = days["engagements"][row], days["views"][row]
    return History(
        first_day=today - timedelta(days=HISTORY_DAYS),
        last_day=today - timedelta(days=1),
        followers=_days(days["followers"][row]),
        views=_days(views),
        engagements=_days(engagements),
        engagement_rate=tuple(known(rate) for rate in ratio(engagements, views)),
    )


def _days(values: Array) -> tuple[int | None, ...]:
    return tuple(int(value) if value >= 0 else None for value in values)
