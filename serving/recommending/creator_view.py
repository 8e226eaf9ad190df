"""One creator as evidence sees them: what they sold and posted, and who follows them beside the market."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from features.portable import level_1_of
from features.recommending.surfaces import Surface, event_codes, event_slices, events_of
from recsys.arrays import Array, Features, Flags, Floats, Ints
from recsys.interactions.events import Events
from recsys.ratio import ratio
from recsys.snapshot import Snapshot
from recsys.vocabulary import CreatorObjective, Dimension
from serving.recommending.evidence.of_creator import AudienceGroup

DEMOGRAPHICS: tuple[Dimension, ...] = ("gender", "age", "country", "state")
SHOWN_GROUPS = 2
"""Groups of followers told for one item, each of another dimension."""
LEAST_SHARE = 0.1
"""A smaller group of the others is not told: it decides nothing."""
AGAINST = -0.05
"""A part of the score from which on the audience speaks against an item."""
Audience = Mapping[Dimension, Array]
"""Dimension → (groups,): shares, NaN where not measured."""


def market_audiences(snapshot: Snapshot) -> dict[Dimension, Floats]:
    """Per dimension (markets, groups): mean share over a market's creators; NaN where nobody was measured."""
    market, creators = snapshot.creators["market"], snapshot.creators
    codes = range(len(snapshot.facts.markets))
    return {
        dimension: np.stack([_mean(creators[f"audience_{dimension}"][market == code]) for code in codes])
        for dimension in DEMOGRAPHICS
    }


def _mean(shares: Features) -> Floats:
    known = ~np.isnan(shares)
    counted = known.sum(axis=0)
    total: Floats = np.where(known, shares, 0).sum(axis=0, dtype=np.float64)
    return ratio(total, counted)


def category_name(snapshot: Snapshot, code: int) -> str | None:
    """The category of a code; None for an unknown one."""
    return snapshot.facts.categories[code] if code >= 0 else None


def _named(events: Events, *names: str) -> Events:
    return events.take(np.isin(events.event, event_codes(*names)))


@dataclass(frozen=True)
class Sold:
    """Products this creator sold, one each."""

    products: Ints
    """Rows of the snapshot's products."""
    units: Floats
    gmv: Ints


@dataclass(frozen=True)
class CreatorView:
    """What evidence reads of one creator; each part is worked out once, when it is first asked for."""

    snapshot: Snapshot
    row: int
    objective: CreatorObjective
    market: Audience
    """Mean audience of the creators of this creator's market."""

    @property
    def creator_id(self) -> int:
        """The creator's id."""
        return int(self.snapshot.creators.ids[self.row])

    def number(self, column: str) -> float:
        """This creator's value in a column of the snapshot's creators; NaN where it is not known."""
        return float(self.snapshot.creators[column][self.row])

    def vector(self, column: str) -> Array:
        """The same of a column that holds vectors."""
        values: Array = self.snapshot.creators[column][self.row]
        return values

    @cached_property
    def sold(self) -> Sold:
        """What videos and livestreams of this creator sold."""
        events = _named(self._adopted, "sold")
        return Sold(events.item.astype(np.int64), events.count.astype(np.float64), events.gmv)

    @cached_property
    def showcased(self) -> Ints:
        """Rows of the products in this creator's showcase, past ones among them."""
        return _named(self._adopted, "showcased").item.astype(np.int64)

    def met(self, *events: str) -> Ints:
        """Rows of the videos with which this creator did one of these."""
        return _named(self._inspired, *events).item.astype(np.int64)

    @cached_property
    def _adopted(self) -> Events:
        return self._events("products")

    @cached_property
    def _inspired(self) -> Events:
        return self._events("inspiration")

    def _events(self, surface: Surface) -> Events:
        return events_of(self.snapshot, surface).take(
            event_slices(self.snapshot, surface, np.array([self.row]))
        )

    @cached_property
    def videos(self) -> Ints:
        """Rows of the creator's own videos: those that are public, and the latest."""
        videos = self.snapshot.videos
        return np.flatnonzero((videos["creator"] == self.row) & (videos["available"] > 0))

    def kin(self, category: int, codes: Array) -> tuple[str, Flags] | None:
        """The closest of category and its level 1 that any of these codes is in, and which are.

        None where no code is, or the category is unknown.
        """
        categories = self.snapshot.facts.categories
        if category < 0:
            return None
        level_1 = level_1_of(categories[category])
        akin = [code for code, name in enumerate(categories) if level_1_of(name) == level_1]
        for name, wanted in ((categories[category], [category]), (level_1, akin)):
            there = np.isin(codes, wanted)
            if there.any():
                return name, there
        return None

    @cached_property
    def audience(self) -> Audience:
        """This creator's own."""
        return {dimension: self.vector(f"audience_{dimension}") for dimension in DEMOGRAPHICS}

    def groups(
        self,
        others: Audience,
        others_are: Literal["its buyers", "its creator's followers"],
        along: float,
    ) -> tuple[AudienceGroup, ...]:
        """Groups to which `others` lean and this creator's followers too (or, `along` ≤ AGAINST, do not).

        Ordered by (own − market) × (others − market) / market, the largest of each dimension only.
        """
        found = [best for each in DEMOGRAPHICS if (best := self._best(each, others, along)) is not None]
        ordered = sorted(found, key=lambda pair: -pair[0])[:SHOWN_GROUPS]
        return tuple(
            AudienceGroup(
                dimension=dimension,
                group=self.snapshot.facts.vocabularies[dimension][place],
                followers=float(self.audience[dimension][place]),
                others=float(others[dimension][place]),
                others_are=others_are,
                market=float(self.market[dimension][place]),
            )
            for _, dimension, place in ordered
        )

    def _best(
        self, dimension: Dimension, others: Audience, along: float
    ) -> tuple[float, Dimension, int] | None:
        own, theirs, base = self.audience[dimension], others[dimension], self.market[dimension]
        with np.errstate(all="ignore"):
            together = (own - base) * (theirs - base) / base * (-1 if along <= AGAINST else 1)
            telling = (theirs > base) & (theirs >= LEAST_SHARE) & (base > 0) & (together > 0)
        signed = np.where(telling, together, 0)
        if not signed.any():
            return None
        place = int(signed.argmax())
        return float(signed[place]), dimension, place
