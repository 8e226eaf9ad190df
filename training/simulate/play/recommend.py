"""Recommenders that need what is recorded and nothing else; none of them is learnt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import ibis
import numpy as np

from recsys.arrays import Floats, Ints
from recsys.stages import best_first
from training.simulate.play.items import PRODUCT, VIDEO, ItemQuestion
from training.simulate.play.question import Observed

RECENT = timedelta(days=28)
OUTSIDE = 0.5
"""What a product outside the creator's usual price range counts, against one inside."""


@dataclass(frozen=True)
class Totals:
    """A number for each item that has one; all others have 0."""

    ids: Ints
    """Ascending."""
    values: Floats

    def of(self, item_ids: Ints) -> Floats:
        """The numbers of these items."""
        if not len(self.ids):
            return np.zeros(len(item_ids))
        rows = np.minimum(np.searchsorted(self.ids, item_ids), len(self.ids) - 1)
        return np.where(self.ids[rows] == item_ids, self.values[rows], 0.0)


Count = Callable[[Observed], Totals]


def events(kind: str, event: str) -> Count:
    """How often each item met an event in the last 28 days."""

    def count(observed: Observed) -> Totals:
        table, now = observed.tables["interactions"], observed.now.replace(tzinfo=None)
        met = table.filter(
            table.item_kind == kind, table.event == event, table["at"] >= now - RECENT, table["at"] < now
        )
        return _totals(met.group_by(item="item_id").agg(value=met.count()))

    return count


def of_videos(column: str) -> Count:
    """What each video had of a column of `video_daily` in the last 28 days."""

    def count(observed: Observed) -> Totals:
        table, today = observed.tables["video_daily"], observed.now.date()
        recent = table.filter(table.day >= today - RECENT, table.day < today)
        return _totals(recent.group_by(item="video_id").agg(value=recent[column].sum()))

    return count


def _totals(rows: ibis.Table) -> Totals:
    found = rows.order_by("item").to_pyarrow()
    return Totals(found["item"].to_numpy(), found["value"].to_numpy().astype(np.float64))


@dataclass
class ItemsByTotal:
    """Shows everybody the items with the most of something, by kind of item."""

    counts: Mapping[str, Count]
    exploration: float = 0.0

    def learn(self, observed: Observed) -> None:
        """Count the last 28 days anew."""
        self.totals_ = {kind: count(observed) for kind, count in self.counts.items()}

    def rank(self, question: ItemQuestion) -> Ints:
        """Most first."""
        return best_first(self.totals_[question.kind].of(question.item_ids).astype(np.float32))


@dataclass
class ItemsByChance:
    """Shows anything, all with the same chance: exploration and nothing else."""

    exploration: float = 1.0

    def learn(self, observed: Observed) -> None:
        """Nothing."""

    def rank(self, question: ItemQuestion) -> Ints:
        """Any order; each place is drawn anew."""
        return np.arange(len(question.item_ids))


@dataclass
class StandIn:
    """Popular items of the creator's own categories and price range: in the place of learnt recommenders."""

    exploration: float
    popular: Mapping[str, Count]

    def learn(self, observed: Observed) -> None:
        """Look at the week's snapshot, and count the last 28 days anew."""
        self.snapshot_ = observed.snapshot
        self.totals_ = {kind: count(observed) for kind, count in self.popular.items()}
        self.categories_ = _categories(observed)

    def rank(self, question: ItemQuestion) -> Ints:
        """By share of the creator's videos in the item's category × price × (1 + ln(1 + popularity))."""
        values = 1 + np.log1p(self.totals_[question.kind].of(question.item_ids))
        rows, known = self.snapshot_.creators.rows_of(np.array([question.creator_id]))
        if known[0]:
            values = values * self._fit(question, int(rows[0]))
        return best_first(values.astype(np.float32))

    def _fit(self, question: ItemQuestion, creator: int) -> Floats:
        """How much each item is the creator's own kind; 0 for items nobody knows yet."""
        mix = np.nan_to_num(self.snapshot_.creators["category_mix"][creator].astype(np.float64))
        category = self.categories_[question.kind].of(question.item_ids).astype(np.int64) - 1
        share = np.where(category >= 0, mix[category], 0.0)
        return share * self._price_fit(question.item_ids, creator) if question.kind == PRODUCT else share

    def _price_fit(self, product_ids: Ints, creator: int) -> Floats:
        creators, products = self.snapshot_.creators, self.snapshot_.products
        rows, known = products.rows_of(product_ids)
        price = products["price"][rows]
        inside = (price >= creators["price_low"][creator]) & (price <= creators["price_high"][creator])
        return np.where(known & inside, 1.0, OUTSIDE)


def _categories(observed: Observed) -> dict[str, Totals]:
    """1 + the code of each item's category, by kind; 0 for those not known yet."""
    snapshot, videos = observed.snapshot, observed.tables["videos"]
    products, now = snapshot.products, observed.now.replace(tzinfo=None)
    recent = videos.filter(videos.posted_at >= now - RECENT, videos.posted_at < now)
    names = list(snapshot.facts.categories)
    codes = recent.category.cases(*((name, 1 + code) for code, name in enumerate(names)), else_=0)
    return {
        PRODUCT: Totals(products.ids, 1.0 + products["category"]),
        VIDEO: _totals(recent.select(item="video_id", value=codes)),
    }
