"""A tiny marketplace that keeps every rule, one table after the other, to be read and to be broken."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.tables import TABLES, Tables

Rows = dict[str, list[dict[str, Any]]]


def january(day: int, hour: int = 12) -> datetime:
    return datetime.fromisoformat(f"2024-01-{day:02}T{hour:02}:00")


REACTIONS = {"likes": 8, "comments": 2, "shares": 1}
SALES = {"product_clicks": 20, "orders": 3, "gmv": 6_000, "currency": "USD"}
ACCOUNT = {
    "market": "US",
    "country": "US",
    "language": "en",
    "category": "beauty/hair",
    "has_ecommerce": True,
}
MARKETPLACE: Rows = {
    "creators": [
        {"creator_id": 1, "created_at": january(1), **ACCOUNT},
        {"creator_id": 2, "created_at": january(2), **ACCOUNT, "country": "CA"},
    ],
    "creator_daily": [
        # Creator 1 shows GMV, creator 2 withholds it.
        {"creator_id": 1, "day": date(2024, 1, 1), "followers": 50, "gmv": 0, "gmv_low": 0, "gmv_high": 0,
         "orders": 0, "currency": "USD"},
        {"creator_id": 1, "day": date(2024, 1, 2), "followers": 60, "gmv": 900, "gmv_low": 900,
         "gmv_high": 900, "orders": 1, "currency": "USD"},
        {"creator_id": 1, "day": date(2024, 1, 3), "followers": 70, "gmv": 0, "gmv_low": 0, "gmv_high": 0,
         "orders": 0, "currency": "USD"},
        {"creator_id": 2, "day": date(2024, 1, 2), "followers": 9, "gmv": None, "gmv_low": 0,
         "gmv_high": 5_000, "orders": 0, "currency": "USD"},
    ],
    "audience": [
        {"creator_id": 1, "day": date(2024, 1, 2), "dimension": "country", "value": "US", "share": 0.7},
        {"creator_id": 1, "day": date(2024, 1, 2), "dimension": "country", "value": "CA", "share": 0.3},
        {"creator_id": 1, "day": date(2024, 1, 2), "dimension": "age", "value": "18-24", "share": 0.5},
    ],
    "brands": [
        {"brand_id": 10, "created_at": january(1), "market": "US", "category": "beauty/hair",
         "price_tier": "mid", "store_states": ["US-CA"]},
        {"brand_id": 11, "created_at": january(1), "market": "US", "category": "home/kitchen",
         "price_tier": "budget", "store_states": []},
    ],
    "products": [
        {"product_id": 100, "brand_id": 10, "created_at": january(2), "removed_at": january(30),
         "market": "US", "category": "beauty/hair", "price": 2_000, "currency": "USD", "commission": 0.1},
        {"product_id": 101, "brand_id": 11, "created_at": january(2), "removed_at": None, "market": "US",
         "category": "home/kitchen", "price": 500, "currency": "USD", "commission": 0.0},
    ],
    "campaigns": [
        {"campaign_id": 1000, "brand_id": 10, "created_at": january(5), "market": "US",
         "category": "beauty/hair", "product_ids": [100], "objective": "gmv",
         "campaign_type": "challenge", "hashtag": "glow", "funnel_stage": "lower",
         "store_states": ["US-CA"], "budget": 100_000, "currency": "USD",
         "creators_wanted": 5, "starts_on": date(2024, 1, 6), "ends_on": date(2024, 1, 20)},
        {"campaign_id": 1001, "brand_id": 11, "created_at": january(5), "market": "US",
         "category": "home/kitchen", "product_ids": [101], "objective": "views",
         "campaign_type": "review", "hashtag": None, "funnel_stage": "upper",
         "store_states": [], "budget": 0, "currency": "USD",
         "creators_wanted": 1, "starts_on": date(2024, 1, 6), "ends_on": date(2024, 1, 6)},
    ],
    "campaign_targets": [
        {"campaign_id": 1000, "dimension": "gender", "value": "female", "share": 0.8},
        {"campaign_id": 1000, "dimension": "gender", "value": "male", "share": 0.2},
    ],
    "invitations": [
        {"campaign_id": 1000, "creator_id": 1, "position": 1, "propensity": 0.5, "shown_at": january(6, 0),
         "opened_at": january(6, 1), "shortlisted_at": january(6, 2), "invited_at": january(6, 3),
         "replied_at": january(6, 4), "accepted_at": january(6, 4), "delivered_at": january(10),
         "result_at": january(17), "fee": 10_000, "result_views": 100, "result_engagements": 11,
         "result_followers": 4, "result_gmv": 6_000, "currency": "USD"},
        {"campaign_id": 1000, "creator_id": 2, "position": 2, "propensity": 1.0, "shown_at": january(6, 0),
         "currency": "USD"},
    ],
    "messages": [
        {"message_id": 1, "brand_id": 10, "creator_id": 1, "sent_at": january(6, 3),
         "replied_at": january(6, 4)},
        {"message_id": 2, "brand_id": 10, "creator_id": 2, "sent_at": january(6, 3), "replied_at": None},
    ],
    "samples": [
        {"sample_id": 1, "creator_id": 1, "brand_id": 10, "product_id": 100, "campaign_id": 1000,
         "requested_at": january(6), "shipped_at": january(7), "received_at": january(9),
         "extended_at": january(20), "fulfilled_at": january(21)},
        {"sample_id": 2, "creator_id": 2, "brand_id": 11, "product_id": 101, "campaign_id": None,
         "requested_at": january(6), "cancelled_at": january(8)},
    ],
    "showcase": [
        {"creator_id": 1, "product_id": 100, "added_at": january(6), "removed_at": january(25)},
        {"creator_id": 1, "product_id": 101, "added_at": january(6), "removed_at": None},
    ],
    "videos": [
        {"video_id": 500, "creator_id": 1, "posted_at": january(10), "duration": 21.5,
         "category": "beauty/hair", "product_ids": [100], "hashtags": ["glow", "hair"], "sound_id": 7,
         "campaign_id": 1000, "campaign_type": "challenge", "hook": "question", "talking_points": ["price"],
         "structure": "demo", "call_to_action": "discount"},
        {"video_id": 501, "creator_id": 2, "posted_at": january(10), "duration": 9.0,
         "category": "home/kitchen", "product_ids": [], "hashtags": [], "talking_points": []},
    ],
    "video_visibility": [
        {"video_id": 500, "public_from": january(10), "public_until": january(14)},
        {"video_id": 500, "public_from": january(15), "public_until": None},
        {"video_id": 501, "public_from": january(10), "public_until": None},
    ],
    "video_daily": [
        # The day of posting counts, although it starts before the post.
        {"video_id": 500, "day": date(2024, 1, 10), "views": 100, "views_6s": 60, "completions": 30,
         "watch_seconds": 900, **REACTIONS, "followers_gained": 4, **SALES},
    ],
    "livestreams": [
        {"livestream_id": 700, "creator_id": 1, "started_at": january(12, 12), "ended_at": january(12, 14),
         "views": 90, "viewers": 80, "watch_seconds": 5_000, **REACTIONS, **SALES},
    ],
    "livestream_segments": [
        {"livestream_id": 700, "product_id": 100, "starts_at": january(12, 12), "ends_at": january(12, 13)},
    ],
    "interactions": [
        {"interaction_id": 1, "creator_id": 1, "item_kind": "product", "item_id": 100, "event": "shown",
         "at": january(13), "position": 1, "propensity": 0.2},
        {"interaction_id": 2, "creator_id": 2, "item_kind": "video", "item_id": 500, "event": "watched",
         "at": january(13)},
    ],
}  # fmt: skip


@pytest.fixture
def rows() -> Rows:
    """The valid marketplace, to be changed freely."""
    return deepcopy(MARKETPLACE)


def as_arrow(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=TABLES[name].arrow_schema)


@pytest.fixture
def to_arrow() -> Callable[[str, list[dict[str, Any]]], pa.Table]:
    """Rows of a table as an Arrow table of the contract's types."""
    return as_arrow


@pytest.fixture
def arrow() -> dict[str, pa.Table]:
    """The valid marketplace as Arrow tables."""
    return {name: as_arrow(name, rows) for name, rows in MARKETPLACE.items()}


@pytest.fixture(scope="session")
def valid() -> Tables:
    """The valid marketplace, opened once."""
    return Tables.from_arrow({name: as_arrow(name, rows) for name, rows in MARKETPLACE.items()})


@pytest.fixture
def tables_of(valid: Tables) -> Callable[[Rows], dict[str, ibis.Table]]:
    """Rows as tables; those that did not change are the valid ones, which saves opening them."""

    def tables_of(rows: Rows) -> dict[str, ibis.Table]:
        changed = [name for name in TABLES if rows[name] != MARKETPLACE[name]]
        return {**valid, **{name: ibis.memtable(as_arrow(name, rows[name])) for name in changed}}

    return tables_of


@pytest.fixture
def folder(tmp_path: Path, arrow: dict[str, pa.Table]) -> Path:
    """The valid marketplace as Parquet files."""
    for name, table in arrow.items():
        pq.write_table(table, tmp_path / f"{name}.parquet")
    return tmp_path
