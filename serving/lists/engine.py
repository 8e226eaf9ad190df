"""Ranking lists of several periods (R2 to R12): pages of them, and why a creator stands where they do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from features.lists.answers import Explanation
from features.lists.catalogue import MEASURES
from features.lists.explain import explain
from features.lists.what_if import WhatIf, what_if
from recsys.errors import BundleError, RequestError
from recsys.list_rules import ListName
from recsys.ranking_lists import RankingLists
from serving.bounded_cache import BoundedCache
from serving.lists.answers import ListedCreator, ListPage, MeasureFacts, PartOfPlace
from serving.requests import ListRequest, PlaceRequest

MOST_PEERS = 1 << 19
"""Creators of the peer groups that are remembered, at most 72 bytes each; the last is, whatever its size."""
SHOWN = tuple(name for name in ListedCreator.model_fields if name != "parts")
"""Columns of a list that are answered as they are."""


@dataclass(frozen=True)
class ListsEngine:
    """The lists of one or more periods. Immutable but for the peer groups it remembers, and thread-safe."""

    periods: Mapping[str, RankingLists]
    """By name of the period, the latest last; of those that end together the longest first."""
    groups: BoundedCache[tuple[str, ListName, str, str], WhatIf] = field(
        default_factory=lambda: BoundedCache(MOST_PEERS, lambda group: len(group.ids)), repr=False
    )
    """Peer groups that were asked about, by period, list, market and industry."""

    @classmethod
    def open(cls, folders: Sequence[Path], known: Iterable[RankingLists] = ()) -> Self:
        """Open and prove each folder that is not among the `known` lists.

        Raises BundleError for one that is corrupt or foreign, and for two of one period.
        """
        proven = {lists.path.name: lists for lists in known}
        opened = [proven.get(folder.resolve().name) or _opened(folder) for folder in folders]
        periods = {lists.facts.name: lists for lists in sorted(opened, key=_age)}
        if len(periods) < len(opened):
            names = [f"{lists.facts.name} in {lists.path.name}" for lists in opened]
            raise BundleError(f"expected one folder of lists for each period, found {', '.join(names)}")
        return cls(periods)

    def page(self, asked: ListRequest) -> ListPage:
        """At most `count` rows of a list from row `start` on; none beyond the last.

        Raises RequestError for a list, market, industry or period that there is not.
        """
        lists, market, industry = self.of(asked.period), asked.market, asked.industry
        end = asked.start + asked.count
        rows = lists.rows(asked.list, market, industry, slice(asked.start - 1, end - 1)).to_pylist()
        facts, policy = lists.facts, lists.facts.policies[market]
        weights, peers = policy.lists.weights[asked.list], len(lists.places.get((market, industry), ()))
        return ListPage(
            lists=lists.path.name,
            period=facts.name,
            as_of=facts.as_of,
            priors_as_of=facts.priors_as_of,
            policy_id=policy.policy_id,
            list=asked.list,
            market=market,
            industry=industry,
            currency=facts.currencies[market],
            measures=_measures(weights),
            peers=peers,
            start=asked.start,
            items=tuple(_listed(row, weights) for row in rows),
            next=end if end <= peers else None,
            degraded=_degraded(rows),
        )

    def place(self, asked: PlaceRequest) -> Explanation:
        """A creator's place with its parts and what would move it, or what keeps them off the list (R12).

        Raises UnknownIdError for a creator and RequestError for a list, industry or period not known.
        """
        return explain(self.of(asked.period), asked.creator_id, asked.list, asked.industry, self._peers)

    def of(self, period: str | None) -> RankingLists:
        """The lists of a period, of the latest without one; raises RequestError where there are none."""
        if period is None:
            return list(self.periods.values())[-1]
        if period not in self.periods:
            raise RequestError(f"there are no lists of {period!r}; there are {', '.join(self.periods)}")
        return self.periods[period]

    def _peers(self, lists: RankingLists, name: ListName, market: str, industry: str) -> WhatIf:
        key = lists.facts.name, name, market, industry
        return self.groups.get(key, lambda: what_if(lists, name, market, industry))


def _opened(folder: Path) -> RankingLists:
    lists = RankingLists.open(folder)
    lists.prepare()
    return lists


def _age(lists: RankingLists) -> tuple[datetime, date]:
    return lists.facts.as_of, lists.facts.first_day


def _measures(weights: Mapping[str, float]) -> tuple[MeasureFacts, ...]:
    whole = sum(weights.values())
    return tuple(
        MeasureFacts(
            measure=name, meaning=MEASURES[name].meaning, unit=MEASURES[name].unit, weight=weight / whole
        )
        for name, weight in weights.items()
    )


def _listed(row: Mapping[str, Any], measures: Iterable[str]) -> ListedCreator:
    parts = tuple(
        PartOfPlace(
            measure=name,
            value=row[name],
            rests_on=row[f"{name}_rests_on"],
            percentile=row[f"{name}_percentile"],
        )
        for name in measures
    )
    return ListedCreator(parts=parts, **{name: row[name] for name in SHOWN})


def _degraded(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Says so where places have no band."""
    without = sum(row["place_best"] is None for row in rows)
    return (f"{without} of {len(rows)} places have no rank band: no noise was fitted",) if without else ()
