"""Creators, their days and their audiences."""

import numpy as np

from recsys.arrays import Floats, Ints
from training.bench.made_tables.frame import CATEGORIES, CURRENCIES, MARKETS, Columns, People, running
from training.simulate.clock import ABSENT, DAY, Clock
from training.simulate.columns import Coded

GROUPS = {
    "country": ("US", "GB", "CA"),
    "state": ("US-CA", "US-NY", "US-TX", "US-FL"),
    "gender": ("female", "male"),
    "age": ("13-17", "18-24", "25-34", "35-44"),
    "device": ("ios", "android"),
    "activity": ("active",),
}
DAYS_TO_NEXT_MEASUREMENT = 30
WITHHOLDS = 0.2


def account_tables(people: People, clock: Clock, rng: np.random.Generator) -> dict[str, Columns]:
    """A block's rows."""
    return {
        "creators": _creators(people),
        "creator_daily": _days(people, clock, rng),
        "audience": _audience(people, clock, rng),
    }


def first_days(people: People, clock: Clock) -> Ints:
    """Epoch day of each creator's first row."""
    return np.maximum(people.created // DAY, clock.first_day)


def _creators(people: People) -> Columns:
    count = len(people.ids)
    return {
        "creator_id": people.ids,
        "created_at": people.created,
        "market": Coded(people.market, MARKETS),
        "country": Coded(people.market, MARKETS),
        "language": Coded(np.zeros(count, np.int64), np.array(["en"])),
        "category": Coded(people.category, CATEGORIES),
        "has_ecommerce": people.sells,
    }


def _days(people: People, clock: Clock, rng: np.random.Generator) -> Columns:
    """Followers drift up; who sells has orders on most days, and one in five of them withholds the GMV."""
    firsts = first_days(people, clock)
    counts = clock.first_day + clock.days - firsts
    rows, since = people.each(counts), running(counts)
    orders = rng.poisson(np.where(people.sells, people.size * 2, 0.0)[rows])
    gmv = orders * rng.integers(500, 5_000, len(rows))
    withheld = (rng.random(len(people.ids)) < WITHHOLDS)[rows] & people.sells[rows]
    return {
        "creator_id": people.ids[rows],
        "day": firsts[rows] + since,
        "followers": _followers(people, rows, since, rng),
        "gmv": np.where(withheld, ABSENT, gmv),
        "gmv_low": np.where(withheld, gmv // 10_000 * 10_000, gmv),
        "gmv_high": np.where(withheld, gmv // 10_000 * 10_000 + 10_000, gmv),
        "orders": orders,
        "currency": Coded(people.market[rows], CURRENCIES),
    }


def _followers(people: People, rows: Ints, since: Ints, rng: np.random.Generator) -> Ints:
    start = 3_000 * people.size
    daily = rng.normal(0.002, 0.004, len(people.ids))
    found = start[rows] * (1 + daily[rows]) ** since * rng.lognormal(0.0, 0.001, len(rows))
    return found.astype(np.int64)


def _audience(people: People, clock: Clock, rng: np.random.Generator) -> Columns:
    """Every dimension of every creator, measured each month."""
    firsts = first_days(people, clock)
    names = np.array([name for name, values in GROUPS.items() for _ in values])
    values = np.array([value for values in GROUPS.values() for value in values])
    times = (clock.first_day + clock.days - 1 - firsts) // DAYS_TO_NEXT_MEASUREMENT + 1
    measured = people.each(times)
    days = firsts[measured] + DAYS_TO_NEXT_MEASUREMENT * running(times)
    rows = np.repeat(np.arange(len(measured)), len(values))
    places = np.tile(np.arange(len(values)), len(measured))
    return {
        "creator_id": people.ids[measured][rows],
        "day": days[rows],
        "dimension": Coded(places, names),
        "value": Coded(places, values),
        "share": _shares(len(measured), rng),
    }


def _shares(measured: int, rng: np.random.Generator) -> Floats:
    """Those of a dimension add up to less than 1."""
    parts = []
    for groups in GROUPS.values():
        weights = rng.random((measured, len(groups))) + 0.1
        parts.append(0.9 * weights / np.maximum(weights.sum(axis=1, keepdims=True), 1.0))
    return np.concatenate(parts, axis=1).ravel()
