"""Why a creator stands where they do on a list, and the smallest change that would move the place (R12)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.lists.answers import Exclusion, Explanation, Move, PartOfIndex
from features.lists.catalogue import MEASURES
from features.lists.changes import CHANGES, Change
from features.lists.eligibility import EXPECTED
from features.lists.groups import columns
from features.lists.measures import Inputs
from features.lists.what_if import PeersOf, WhatIf, what_if
from recsys.errors import RequestError
from recsys.list_rules import ListName
from recsys.ranking_lists import EVERY_INDUSTRY, RankingLists


def explain(
    lists: RankingLists,
    creator_id: int,
    name: ListName,
    industry: str = EVERY_INDUSTRY,
    peers: PeersOf = what_if,
) -> Explanation:
    """The parts of a creator's index, or why there is none, and what would move the place.

    `peers` gives the peer group; one that remembers groups saves reading them again. Raises UnknownIdError
    for a creator and RequestError for a list or industry that the period does not know.
    """
    own = lists.inputs_of(creator_id)
    market = str(own["market"][0])
    lists.check(name, market, industry)
    found = Explanation(
        creator_id=creator_id,
        list=name,
        lists=lists.path.name,
        period=lists.facts.name,
        as_of=lists.facts.as_of,
        priors_as_of=lists.facts.priors_as_of,
        market=market,
        industry=industry,
        policy_id=lists.facts.policies[market].policy_id,
        excluded=_exclusions(lists, creator_id),
    )
    if found.excluded:
        return found
    return found.model_copy(update=_placed(lists, found, columns(own), peers(lists, name, market, industry)))


def _exclusions(lists: RankingLists, creator_id: int) -> tuple[Exclusion, ...]:
    return tuple(
        Exclusion(
            rule=row["rule"],
            expected=EXPECTED[row["rule"]].format(row["threshold"]),
            value=row["value"],
            threshold=row["threshold"],
        )
        for row in lists.exclusions_of(creator_id).to_pylist()
    )


def _placed(lists: RankingLists, found: Explanation, own: Inputs, group: WhatIf) -> dict[str, object]:
    rows = np.flatnonzero(group.ids == found.creator_id)
    if not len(rows):
        raise RequestError(
            f"creator {found.creator_id} is not in industry {found.industry} of {found.market}"
        )
    row = int(rows[0])
    (shown,) = lists.rows(found.list, found.market, found.industry, slice(row, row + 1)).to_pylist()
    return {
        "place": shown["place"],
        "place_best": shown["place_best"],
        "place_worst": shown["place_worst"],
        "peers": shown["peers"],
        "index": shown["index"],
        "parts": tuple(_parts(found.list, shown, own, group)),
        "moves": tuple(_moves(Question(group, row, own), found.list, shown["place"])),
        "degraded": ("there is no rank band: no noise was fitted",) if shown["place_best"] is None else (),
    }


def _parts(name: ListName, shown: Mapping[str, Any], own: Inputs, group: WhatIf) -> Iterator[PartOfIndex]:
    weights = group.rules.weights[name]
    for measure, given in weights.items():
        weight, percentile = given / sum(weights.values()), shown[f"{measure}_percentile"]
        yield PartOfIndex(
            measure=measure,
            meaning=MEASURES[measure].meaning,
            unit=MEASURES[measure].unit,
            value=shown[measure],
            rests_on=shown[f"{measure}_rests_on"],
            pulled_to=group.pulled_to(measure, own),
            weight=weight,
            percentile=percentile,
            points=100 * weight * percentile,
        )


@dataclass(frozen=True)
class Question:
    """A creator of a peer group, who may change."""

    group: WhatIf
    row: int
    own: Inputs

    def room(self, change: Change) -> int:
        """How many units of the change the creator can do."""
        return change.room(self.own, self.group.rules, 0)

    def place(self, change: Change, units: int) -> int:
        """The place after so many of them."""
        return self.group.place(self.row, change.applied(self.own, 0, units))


def _moves(question: Question, name: ListName, place: int) -> Iterator[Move]:
    """Per change the fewest units that lead to a better place; changes that never do are left out."""
    for change in CHANGES[name] if place > 1 else ():
        units = _fewest(question, change, place)
        if units is not None:
            yield Move(change=change.named(units), units=units, place=question.place(change, units))


def _fewest(question: Question, change: Change, place: int) -> int | None:
    """The fewest units found, by doubling and then halving, that lead to a better place; None without any."""
    room, units = question.room(change), 1
    while units <= room and question.place(change, units) >= place:
        units = min(2 * units, room) if units < room else room + 1
    if units > room:
        return None
    too_few = units // 2
    while units - too_few > 1:
        middle = (units + too_few) // 2
        if question.place(change, middle) < place:
            units = middle
        else:
            too_few = middle
    return units
