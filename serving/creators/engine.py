"""Creators found, shown and compared. A plain library object on a snapshot: it knows no model and no HTTP."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from features.creator_filters import passing
from features.creator_numbers import NUMBERS
from features.look_alikes import LookAlikeWeights
from recsys.arrays import Ints
from recsys.creator_filter import CreatorFilter, Range
from recsys.errors import RequestError
from recsys.known_ids import known_row
from recsys.output import facts_of
from recsys.snapshot import Snapshot
from serving.creators.cards import cards, number
from serving.creators.order import Last, page_of
from serving.creators.paging import Cursor, checked, question_of
from serving.creators.profile import Coverage, CreatorProfile
from serving.creators.profiling import coverage_of_brand, coverage_of_states, profile_of
from serving.creators.search import CreatorPage, CreatorSearch, FoundCreator
from serving.creators.similar import LookAlikes, most_alike, unmeasured
from serving.explain import known
from serving.filters import filter_counts

SIMILAR = 10


@dataclass(frozen=True)
class CreatorEngine:
    """One snapshot. Immutable, so any number of threads may ask it at once."""

    snapshot: Snapshot

    @classmethod
    def open(cls, snapshot: Path) -> Self:
        """Open a snapshot, whose columns stay where they are on disk; raises BundleError if it is corrupt."""
        return cls(Snapshot.open(snapshot))

    def find(self, search: CreatorSearch) -> CreatorPage:
        """A page of the creators who pass the filter, in order, with how many there are.

        Pages laid end to end are the whole answer, without gaps or repeats. Raises RequestError for a word
        that the snapshot does not know, and for a cursor that is not of this question and snapshot.
        """
        after = self._after(search)
        found = passing(search.filters, search.market, self.snapshot)
        values = NUMBERS[search.sort].of(self.snapshot.creators, found.rows)
        rows, before = page_of(values, found.rows, search.descending, search.count, after)
        facts = self.snapshot.facts
        return CreatorPage(
            snapshot=self.snapshot.name,
            as_of=facts.as_of,
            creators_known=len(self.snapshot.creators),
            filters=filter_counts(found.counts),
            total=len(found.rows),
            sort=search.sort,
            meaning=NUMBERS[search.sort].meaning,
            descending=search.descending,
            items=self._found(rows, search.sort, before),
            next=self._next(search, rows) if before + len(rows) < len(found.rows) else None,
            degraded=self._mixed_money(search),
        )

    def show(
        self, creator_id: int, brand_id: int | None = None, states: tuple[str, ...] = ()
    ) -> CreatorProfile:
        """A creator's profile; for a brand or states also how much of the audience lives at their stores.

        Raises RequestError for a creator, brand or state that the snapshot does not know, and for both a
        brand and states.
        """
        if brand_id is not None and states:
            raise RequestError(f"expected a brand or states, found both: {brand_id} and {', '.join(states)}")
        row = known_row(self.snapshot, "creator", creator_id)
        return profile_of(self.snapshot, row, self._coverage(row, brand_id, states))

    def similar(
        self,
        creator_id: int,
        count: int = SIMILAR,
        filters: CreatorFilter | None = None,
        market: str | None = None,
        weights: LookAlikeWeights | None = None,
    ) -> LookAlikes:
        """The creators most like one (R22), never that one itself; a filter and a market may narrow them.

        Raises RequestError for a creator or word that the snapshot does not know, and for a count below 1.
        """
        if count < 1:
            raise RequestError(f"expected count ≥ 1, found {count}")
        row = known_row(self.snapshot, "creator", creator_id)
        found = passing(filters or CreatorFilter(), market, self.snapshot)
        weighed = weights or LookAlikeWeights()
        items, compared = most_alike(self.snapshot, row, found.rows, count, weighed)
        return LookAlikes(
            creator_id=creator_id,
            snapshot=self.snapshot.name,
            as_of=self.snapshot.facts.as_of,
            weights=weighed,
            filters=filter_counts(found.counts),
            compared=compared,
            items=items,
            degraded=unmeasured(self.snapshot, row, weighed),
        )

    @property
    def origin(self) -> dict[str, str]:
        """What a file with answers says about where they come from."""
        facts = self.snapshot.facts
        return {**facts_of(facts.as_of, facts.policies, facts.data), "snapshot": self.snapshot.name}

    def _coverage(self, row: int, brand_id: int | None, states: tuple[str, ...]) -> Coverage | None:
        if brand_id is not None:
            return coverage_of_brand(self.snapshot, row, brand_id)
        return coverage_of_states(self.snapshot, row, states) if states else None

    def _after(self, search: CreatorSearch) -> Last | None:
        """The last creator of the page before; None for the first page."""
        if search.cursor is None:
            return None
        cursor = checked(Cursor.decode(search.cursor), search, self.snapshot.name)
        row = known_row(self.snapshot, "creator", cursor.creator_id)
        if number(self.snapshot, search.sort, row) != cursor.value:
            raise RequestError(f"the cursor's {search.sort} is not creator {cursor.creator_id}'s")
        return Last(np.nan if cursor.value is None else cursor.value, row)

    def _mixed_money(self, search: CreatorSearch) -> tuple[str, ...]:
        """Says so where amounts of several currencies are compared as plain numbers."""
        currencies, filters = self.snapshot.facts.currencies, search.filters
        filtered = filters.gmv != Range() or filters.price != Range()
        money = NUMBERS[search.sort].unit == "money" or filtered
        if not money or search.market is not None or len(currencies) < 2:
            return ()
        return (f"amounts in {', '.join(currencies)} are compared as numbers: ask for one market",)

    def _next(self, search: CreatorSearch, rows: Ints) -> str:
        last = int(rows[-1])
        return Cursor(
            snapshot=self.snapshot.name,
            question=question_of(search),
            value=number(self.snapshot, search.sort, last),
            creator_id=int(self.snapshot.creators.ids[last]),
        ).encode()

    def _found(self, rows: Ints, sort: str, before: int) -> tuple[FoundCreator, ...]:
        values = NUMBERS[sort].of(self.snapshot.creators, rows)
        return tuple(
            FoundCreator(**fields, place=before + place + 1, value=known(values[place]))
            for place, fields in enumerate(cards(self.snapshot, rows))
        )
