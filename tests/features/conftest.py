"""Small marketplaces: one to fill by hand, row by row, and a random one with something in every table."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from features.catalogue import CREATOR_FEATURES
from features.creator_columns import creator_features
from features.known import known
from features.snapshot import build_snapshot
from features.sources import gather
from recsys.brief import Brief
from recsys.policy import Policies, read_policies
from recsys.snapshot import Snapshot
from recsys.tables import TABLES, Tables
from recsys.tables.schema import Column
from recsys.vocabulary import CAMPAIGN_TYPES, EVENTS, HOOKS, OBJECTIVES, TALKING_POINTS

Rows = dict[str, list[dict[str, Any]]]
START = datetime.fromisoformat("2024-01-01")
DEFAULTS: dict[str, Any] = {
    "id": 1, "text": "?", "texts": [], "ids": [], "flag": True, "count": 0, "money": 0, "share": 0.5,
    "number": 30.0, "day": START.date(), "time": START,
}  # fmt: skip
WORDS = {
    "market": "US", "country": "US", "language": "en", "category": "beauty/skin", "currency": "USD",
    "price_tier": "mid", "dimension": "country", "value": "US", "objective": "gmv", "campaign_type": "review",
    "funnel_stage": "upper", "item_kind": "product", "event": "shown",
}  # fmt: skip
GROUPS = {
    "country": ("CA", "US"), "state": ("US-CA", "US-NY", "US-TX"), "gender": ("female", "male"),
    "age": ("18-24", "25-34", "35+"), "device": ("android", "ios"), "activity": ("active",),
}  # fmt: skip
CATEGORIES = ("beauty/skin", "beauty/hair", "home/kitchen")


def default(column: Column) -> Any:
    if column.optional:
        return None
    return WORDS.get(column.name, DEFAULTS[column.kind])


def arrow_of(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    defaults = {column.name: default(column) for column in TABLES[name].columns}
    assert all(set(row) <= set(defaults) for row in rows), f"{name} has other columns"
    return pa.Table.from_pylist([defaults | row for row in rows], schema=TABLES[name].arrow_schema)


def tables_from(rows: Rows) -> Tables:
    return Tables.from_arrow({name: arrow_of(name, rows.get(name, [])) for name in TABLES})


class RandomMarket:
    """Rows of every table, drawn from a seed: 120 days, a few creators, brands and campaigns."""

    days = 120

    def __init__(self, seed: int, creators: int = 12, brands: int = 4) -> None:
        self.rng = np.random.default_rng(seed)
        self.creators, self.brands = range(101, 101 + creators), range(1, 1 + brands)
        self.products = range(11, 11 + 3 * brands)
        self.rows: Rows = {name: [] for name in TABLES}
        for add in (
            self._entities,
            self._daily,
            self._audience,
            self._videos,
            self._lives,
            self._funnel,
            self._contacts,
            self._interactions,
        ):
            add()

    def _moment(self, first: float = 0, last: float | None = None) -> datetime:
        return START + timedelta(seconds=int(self.rng.uniform(first, last or self.days) * 86_400))

    def _later(self, moment: datetime | None, days: float, chance: float = 0.7) -> datetime | None:
        if moment is None or self.rng.random() > chance:
            return None
        return moment + timedelta(seconds=int(self.rng.uniform(0, days) * 86_400))

    def _count(self, mean: float) -> int:
        return int(self.rng.poisson(mean))

    def _pick(self, values: Any) -> Any:
        return values[int(self.rng.integers(len(values)))]

    def _add(self, table: str, **row: Any) -> None:
        self.rows[table].append(row)

    def _entities(self) -> None:
        for creator in self.creators:
            created = self._moment(0, 15)
            market, category = self._pick(("US", "CA")), self._pick(CATEGORIES)
            self._add("creators", creator_id=creator, created_at=created, market=market, category=category)
        for brand in self.brands:
            states = [state for state in GROUPS["state"] if self.rng.random() < 0.5]
            self._add("brands", brand_id=brand, category=self._pick(CATEGORIES), store_states=states)
        for product in self.products:
            self._add("products", product_id=product, brand_id=self._pick(self.brands),
                      category=self._pick(CATEGORIES), price=500 + self._count(2_000),
                      commission=float(self.rng.uniform(0.05, 0.3)),
                      removed_at=self._later(self._moment(), 90, 0.2))  # fmt: skip

    def _daily(self) -> None:
        for row in self.rows["creators"]:
            day, followers = row["created_at"].date(), 1_000 * (1 + self._count(5))
            while day < (START + timedelta(days=self.days)).date():
                followers += self._count(30) - self._count(5)
                gmv, withheld = self._count(4_000), self.rng.random() < 0.3
                self._add("creator_daily", creator_id=row["creator_id"], day=day, followers=followers,
                          gmv=None if withheld else gmv, gmv_low=gmv - withheld * gmv // 4,
                          gmv_high=gmv + withheld * gmv // 4, orders=self._count(3))  # fmt: skip
                day += timedelta(days=1)

    def _audience(self) -> None:
        for row in self.rows["creators"]:
            for day in (row["created_at"].date(), (START + timedelta(days=75)).date()):
                for dimension, groups in GROUPS.items():
                    shares = self.rng.dirichlet(np.ones(len(groups) + 1))
                    for value, share in zip(groups, shares, strict=False):
                        self._add("audience", creator_id=row["creator_id"], day=day, dimension=dimension,
                                  value=value, share=float(share))  # fmt: skip

    def _videos(self) -> None:
        for number in range(25 * len(self.creators)):
            posted, creator = self._moment(), self._pick(self.creators)
            links = sorted({self._pick(self.products) for _ in range(self._count(2))})
            tags = [f"tag{self._count(3)}" for _ in range(self._count(2))]
            self._add("videos", video_id=number, creator_id=creator, posted_at=posted,
                      category=self._pick(CATEGORIES), product_ids=links, hashtags=tags,
                      campaign_id=1 if self.rng.random() < 0.2 else None,
                      hook=HOOKS[number % 7], talking_points=list(TALKING_POINTS[: number % 4]),
                      campaign_type=self._pick((*CAMPAIGN_TYPES, None)))  # fmt: skip
            self._add("video_visibility", video_id=number, public_from=posted,
                      public_until=self._later(posted, 10, 0.5))  # fmt: skip
            self._video_days(number, posted.date())

    def _video_days(self, number: int, day: date) -> None:
        for age in range(self._count(12)):
            views = self._count(900)
            self._add("video_daily", video_id=number, day=day + timedelta(days=age), views=views,
                      views_6s=views // 2, completions=views // 3, watch_seconds=views * 9,
                      likes=views // 9, comments=views // 40,
                      shares=views // 50, followers_gained=self._count(4), product_clicks=views // 20,
                      orders=views // 200, gmv=views * 11)  # fmt: skip

    def _lives(self) -> None:
        for number in range(12 * len(self.creators)):
            started, views = self._moment(), self._count(500)
            self._add("livestreams", livestream_id=number, creator_id=self._pick(self.creators),
                      started_at=started, ended_at=started + timedelta(minutes=40 + self._count(60)),
                      views=views, viewers=views // 2, watch_seconds=views * 50,
                      likes=views // 3, orders=views // 90, gmv=views * 7)  # fmt: skip
            ends = started + timedelta(minutes=self._count(12))
            self._add("livestream_segments", livestream_id=number, product_id=self._pick(self.products),
                      starts_at=started, ends_at=ends)  # fmt: skip

    def _funnel(self) -> None:
        for campaign in range(1, 25):
            made = self._moment()
            self._add("campaigns", campaign_id=campaign, brand_id=self._pick(self.brands), created_at=made,
                      category=self._pick(CATEGORIES), product_ids=[self._pick(self.products)],
                      objective=self._pick(OBJECTIVES), budget=90_000)  # fmt: skip
            self._add("campaign_targets", campaign_id=campaign, dimension="gender", value="female", share=0.7)
            for creator in self.creators:
                self._invitation(campaign, creator, made)

    def _invitation(self, campaign: int, creator: int, made: datetime) -> None:
        row: dict[str, Any] = {"shown_at": made}
        steps = (
            "shown_at",
            "opened_at",
            "shortlisted_at",
            "invited_at",
            "replied_at",
            "accepted_at",
            "delivered_at",
            "result_at",
        )
        for before, step in pairwise(steps):
            row[step] = self._later(row[before], 6, 0.85)
        if row["accepted_at"]:
            row["fee"] = 1_000 + self._count(500)
        if row["result_at"]:
            row |= {
                f"result_{kind}": self._count(300) for kind in ("views", "engagements", "followers", "gmv")
            }
        self._add("invitations", campaign_id=campaign, creator_id=creator, **row)

    def _contacts(self) -> None:
        for number in range(20 * len(self.creators)):
            creator, brand, at = self._pick(self.creators), self._pick(self.brands), self._moment()
            self._add("messages", message_id=number, creator_id=creator, brand_id=brand, sent_at=at,
                      replied_at=self._later(at, 9))  # fmt: skip
            shipped = self._later(at, 4, 0.9)
            received = self._later(shipped, 5, 0.95)
            self._add("samples", sample_id=number, creator_id=creator, brand_id=brand, requested_at=at,
                      product_id=self._pick(self.products), shipped_at=shipped, received_at=received,
                      cancelled_at=self._later(at, 9, 0.1),
                      extended_at=self._later(received, 10, 0.2))  # fmt: skip
        for creator in self.creators:
            for product in self.products[::3]:
                at = self._moment()
                self._add("showcase", creator_id=creator, product_id=product, added_at=at,
                          removed_at=self._later(at, 60, 0.3))  # fmt: skip

    def _interactions(self) -> None:
        for number in range(40 * len(self.creators)):
            video = self._pick(self.rows["videos"])
            kind, item = self._pick((("product", self._pick(self.products)), ("video", video["video_id"])))
            at = video["posted_at"] if number % 3 else self._moment()
            self._add("interactions", interaction_id=number, creator_id=self._pick(self.creators),
                      item_kind=kind, item_id=item, event=self._pick(EVENTS), at=at)  # fmt: skip


@pytest.fixture(scope="session")
def tables_of() -> Callable[[Rows], Tables]:
    """Rows by table, short of the columns that do not matter → tables."""
    return tables_from


@pytest.fixture(scope="session")
def arrow() -> Callable[[str, list[dict[str, Any]]], pa.Table]:
    """A table's name and its rows → the table."""
    return arrow_of


@pytest.fixture(scope="session")
def random_rows() -> Callable[[int], Rows]:
    """Seed → rows of every table."""
    return lambda seed: RandomMarket(seed).rows


@pytest.fixture(scope="session")
def policies() -> Policies:
    """The shipped policies."""
    return read_policies(Path(__file__).parents[2] / "configs" / "policies")


@pytest.fixture(scope="session")
def snapshot(policies: Policies) -> Snapshot:
    """The random market of seed 1 as of 20 April 2024, after its last measurements."""
    as_of = datetime.fromisoformat("2024-04-20T13:00")
    return build_snapshot(tables_from(RandomMarket(1).rows), as_of, policies)


@pytest.fixture(scope="session")
def brief() -> Brief:
    """A brief that targets every dimension but states."""
    target = {
        "country": {"US": 0.9}, "gender": {"female": 0.7, "male": 0.3},
        "age": {"18-24": 0.6}, "device": {"ios": 0.5},
    }  # fmt: skip
    return Brief(
        brand_id=2, market="US", category="beauty/skin", product_ids=(12, 13), objective="gmv",
        campaign_type="review", target=target, store_states=("US-CA", "US-TX"), budget=90_000,
        starts_on=date(2024, 5, 1), ends_on=date(2024, 5, 20),
    )  # fmt: skip


@pytest.fixture
def features_of(tables_of: Callable[[Rows], Tables], policies: Policies) -> Callable[..., dict[str, float]]:
    """Rows (a creator 1 is added where there is none) and a moment → the features of the first creator."""

    def of(rows: Rows, as_of: datetime) -> dict[str, float]:
        creators = {"creators": [{"creator_id": 1, "created_at": START}]}
        values = creator_features(gather(known(tables_of(creators | rows), as_of, policies)))[0]
        return dict(zip(CREATOR_FEATURES, map(float, values), strict=True))

    return of
