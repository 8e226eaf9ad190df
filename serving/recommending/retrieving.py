"""The first stage for products and videos: which items the bundle's graph proposes to a creator (R34)."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

import numpy as np

from features.recommending.asking import Offer, asked, columns_of
from features.recommending.content import CONTENT_BLOCKS, SCALED, item_content, usual_audience
from features.recommending.surfaces import OF_ITEMS, Surface, allowed, items_of, offered
from recsys.arrays import Flags, Ints, Scores
from recsys.bundle import Bundle
from recsys.interactions.matrix import NOTHING
from recsys.retrieval import Retrieved, ask
from recsys.snapshot import Snapshot
from recsys.vocabulary import CREATOR_OBJECTIVES, CreatorObjective
from serving.recommending.answers import ItemsLeft
from serving.recommending.opening import OpenedRetrieval, open_retrieval


@dataclass(frozen=True)
class Found:
    """What was retrieved for one creator, best first."""

    retrieved: Retrieved
    """Of one user; its items are places among the `offered` ones."""
    signals: tuple[str, ...]
    """What the shares are of."""
    filters: tuple[ItemsLeft, ...]
    known_items: int
    """Items of the history that training knew."""

    @property
    def places(self) -> Ints:
        """(found,): places of the items among the offered ones."""
        items = self.retrieved.items[0]
        return np.asarray(items[items != NOTHING])

    @property
    def scores(self) -> Scores:
        """(found,): the blend's."""
        return np.asarray(self.retrieved.scores[0][: len(self.places)])

    @property
    def sources(self) -> tuple[str, ...]:
        """The signal that speaks most for each item."""
        strongest = self.retrieved.sources[0][: len(self.places)]
        return tuple(source_name(self.signals[signal]) for signal in strongest)


@dataclass(frozen=True)
class ItemRetriever:
    """The bundle's retrieval graph over what a snapshot offers."""

    opened: OpenedRetrieval
    snapshot: Snapshot
    offered: Ints
    """(offered,) rows of the snapshot's items that some creator may get."""
    offer: Offer
    """The same as the graph sees them."""
    others: Mapping[CreatorObjective, Mapping[str, Ints]]
    """Objective → filter → (markets,): how many items that are not on offer it and those before left."""

    @classmethod
    def of(cls, bundle: Bundle, snapshot: Snapshot, surface: Surface) -> Self:
        """Open and prove the bundle's graph; raises BundleError as `open_retrieval` does."""
        opened, rows = open_retrieval(bundle, surface), offered(snapshot, surface)
        columns = columns_of(items_of(snapshot, surface).ids[rows], opened.items)
        offer = Offer(opened.items, item_content(snapshot, surface, rows), columns, usual_audience(snapshot))
        others = {objective: _others(snapshot, surface, rows, objective) for objective in CREATOR_OBJECTIVES}
        return cls(opened, snapshot, rows, offer, others)

    @property
    def signals(self) -> tuple[str, ...]:
        """What the blend is made of, in the order of the shares."""
        return self.opened.facts.signals

    def find(self, creator_row: int, objective: CreatorObjective, count: int) -> Found:
        """At least the best `count` of the items that may be recommended; fewer if no signal says more."""
        facts, rows = self.opened.facts, np.array([creator_row])
        filters = allowed(self.snapshot, facts.surface, rows, objective, self.offered)
        passed = np.logical_and.reduce(list(filters.values()))
        question = asked(self.snapshot, facts, self.offer, rows, objective, passed)
        wanted = max(count, facts.candidates)
        some = len(self.offered) > 0
        retrieved = ask(self.opened.session, question, wanted) if some else _nothing(len(self.signals))
        counted = self._counted(filters, creator_row, objective)
        return Found(retrieved, self.signals, counted, int(question.histories.lengths[0]))

    def _counted(
        self, filters: Mapping[str, Flags], creator_row: int, objective: CreatorObjective
    ) -> tuple[ItemsLeft, ...]:
        """How many items of the whole catalogue each filter and all before it left."""
        market, others = self.snapshot.creators["market"][creator_row], self.others[objective]
        left = accumulate((flags[0] for flags in filters.values()), np.logical_and)
        return tuple(
            ItemsLeft(filter=name, left=int(np.count_nonzero(flags) + others[name][market]))
            for name, flags in zip(filters, left, strict=True)
        )


def _nothing(signals: int) -> Retrieved:
    """The answer where nothing is on offer."""
    scores, shares = np.empty((1, 0), np.float32), np.empty((signals, 1, 0), np.float32)
    return Retrieved(np.empty((1, 0), np.int64), scores, shares)


def source_name(signal: str) -> str:
    """How answers name a signal (R34): `als`, `popular`, and of likeness in content `content.audience`."""
    return f"content.{signal}" if signal in CONTENT_BLOCKS and signal not in SCALED else signal


def _others(
    snapshot: Snapshot, surface: Surface, on_offer: Ints, objective: CreatorObjective
) -> dict[str, Ints]:
    """Filter → (markets,): how many of the items that are not on offer pass it and all before it.

    None passes all that look at items alone, so that filters which look at the creator too have none left.
    """
    items, markets = items_of(snapshot, surface), len(snapshot.facts.markets)
    rows = np.setdiff1d(np.arange(len(items)), on_offer, assume_unique=True)
    found = allowed(snapshot, surface, np.zeros(1, np.int64), objective, rows)
    market = items["market"][rows]
    left, counts = market >= 0, {}
    for name, flags in found.items():
        if name in OF_ITEMS:
            left &= flags[0]
        there = left & (name == "market" or name in OF_ITEMS)
        counts[name] = np.bincount(market[there], minlength=markets)
    return counts
