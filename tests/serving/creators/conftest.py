"""Snapshots of made-up creators: random in every column, or changed by hand where a test says so."""

from datetime import UTC, datetime

import numpy as np
import pytest

from features.catalogue import CREATOR_FEATURES
from recsys.snapshot import HISTORY_DAYS, NOTHING, Columns, Snapshot, SnapshotFacts
from recsys.vocabulary import CAMPAIGN_TYPES, tier_of

CATEGORIES = ("baby/toys", "beauty/hair_care", "beauty/perfume")
GROUPS = {
    "country": ("BR", "GB", "US"), "state": ("US-CA", "US-NY", "US-TX"), "gender": ("female", "male"),
    "age": ("18-24", "25-34", "35+"), "device": ("android", "ios"), "activity": ("active",),
}  # fmt: skip
FACTS = SnapshotFacts(
    as_of=datetime(2024, 3, 31, tzinfo=UTC),
    policies={"US": "2023-09"},
    data={"creators": "0" * 64},
    vocabularies=GROUPS,
    categories=CATEGORIES,
    markets=("GB", "US"),
    countries=("BR", "GB", "US"),
    languages=("en", "es"),
    currencies=("GBP", "USD"),
    facets={},
    feature_names=(),
)
COUNTS = ("latest", "recent", "sponsored", "organic")
WHOLE = (
    "gmv_low_28", "orders_28", "views_28", "live_views_28", "gained_28", "gained_before_28", "posts_28",
    *(f"{videos}_videos" for videos in COUNTS),
)  # fmt: skip
PARTIAL = (
    "active_share", "mean_views", "days_since_post", "account_days", "price_low", "price_median",
    "price_high", "commission_usual", "fee_median", "followers",
)  # fmt: skip


def random_columns(creators, seed):
    """Few different values, so that many are equal, and a tenth unknown where that may be."""
    rng = np.random.default_rng(seed)
    codes = {
        name: rng.integers(-1, len(words), creators).astype(np.int32)
        for name, words in {
            "market": FACTS.markets, "country": FACTS.countries, "main_country": GROUPS["country"],
            "main_state": GROUPS["state"], "category": CATEGORIES, "language": FACTS.languages,
            "currency": FACTS.currencies,
        }.items()
    }  # fmt: skip
    floats = {name: np.round(rng.uniform(0, 9, creators)) for name in PARTIAL}
    for values in floats.values():
        values[rng.random(creators) < 0.1] = np.nan
    whole = {name: rng.integers(0, 9, creators) for name in WHOLE}
    counts = {f"{videos}_counts": rng.integers(0, 50, (creators, 4)) for videos in COUNTS}
    shares = {
        f"audience_{dimension}": rng.dirichlet(np.ones(len(groups) + 1), creators)[:, 1:].astype(np.float32)
        for dimension, groups in GROUPS.items()
    }
    mixes = {
        "category_mix": rng.dirichlet(np.ones(len(CATEGORIES)), creators).astype(np.float32),
        "type_mix": rng.dirichlet(np.ones(len(CAMPAIGN_TYPES)), creators).astype(np.float32),
        "profile": rng.uniform(0, 1, (creators, len(CREATOR_FEATURES))).astype(np.float32),
    }
    for values in (*shares.values(), *mixes.values()):
        values[rng.random(creators) < 0.1] = np.nan
    withheld = rng.integers(0, 2, creators)
    return {
        **codes, **floats, **whole, **counts, **shares, **mixes,
        "gmv_high_28": whole["gmv_low_28"] + withheld * 5,
        "withheld_days_28": withheld * 28,
        "days_28": np.full(creators, 28),
        "has_ecommerce": rng.random(creators) < 0.5,
        "tier": tier_of(floats["followers"]),
    }  # fmt: skip


def snapshot_of(creators=60, seed=1, days=None, **changes):
    """`changes` are whole columns; ids are 100, 110, 120 …; brands 7 (CA and TX) and 8 (no store)."""
    ids = 100 + 10 * np.arange(creators)
    columns = random_columns(creators, seed) | {name: np.asarray(values) for name, values in changes.items()}
    brands = Columns(np.array([7, 8]), {"store_states": np.array([[1, 0, 1], [0, 0, 0]], np.uint8)})
    history = NOTHING if days is None else Columns(ids, days)
    return Snapshot(FACTS, Columns(ids, columns), brands, NOTHING, NOTHING, creator_days=history)


@pytest.fixture(scope="session")
def make_snapshot():
    """Number of creators, seed, days and columns → a snapshot that was never written."""
    return snapshot_of


@pytest.fixture(scope="session")
def creators_snapshot(tmp_path_factory):
    """Sixty creators with daily history, written."""
    rng = np.random.default_rng(2)
    days = {
        name: rng.integers(-1, 900, (60, HISTORY_DAYS)).astype(np.int32)
        for name in ("followers", "views", "engagements")
    }
    return snapshot_of(days=days).write(tmp_path_factory.mktemp("snapshots"))
