"""Why a creator stands where they do on a list, and the smallest change that would move the place (R12)."""

import numpy as np

from features.lists.answers import Exclusion, Explanation, Move, PartOfIndex
from features.lists.catalogue import MEASURES
from features.lists.changes import CHANGES, Change
from features.lists.eligibility import EXPECTED
from features.lists.peers import Peers, peers_of
from features.lists.standing import Standing
from recsys.errors import RequestError
from recsys.list_rules import ListName
from recsys.ranking_lists import EVERY_INDUSTRY, RankingLists


def explain(
    lists: RankingLists, creator_id: int, name: ListName, industry: str = EVERY_INDUSTRY
) -> Explanation:
    """The parts of a creator's index, or why there is none, and what would move the place.

    Raises RequestError for a creator, list or industry that the period does not know.
    """
    market = lists.market_of(creator_id)
    lists.check(name, market, industry)
    found = Explanation(
        creator_id=creator_id,
        list=name,
        period=lists.facts.name,
        market=market,
        industry=industry,
        policy_id=lists.facts.policies[market].policy_id,
        excluded=_exclusions(lists, creator_id),
    )
    return found if found.excluded else found.model_copy(update=_placed(lists, found))


def _placed(lists: RankingLists, found: Explanation) -> dict[str, object]:
    name, market, industry, creator_id = found.list, found.market, found.industry, found.creator_id
    peers = peers_of(lists, name, market, industry)
    rows = np.flatnonzero(peers.inputs["creator_id"] == creator_id)
    if not len(rows):
        raise RequestError(f"creator {creator_id} is not in industry {industry} of {market}")
    return _answer(peers, int(rows[0]))


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


def _answer(peers: Peers, row: int) -> dict[str, object]:
    standing = peers.stand(peers.inputs)
    known = standing.best[row] > 0
    return {
        "place": int(standing.place[row]),
        "place_best": int(standing.best[row]) if known else None,
        "place_worst": int(standing.worst[row]) if known else None,
        "peers": len(standing.place),
        "index": float(standing.index[row]),
        "parts": tuple(_part(peers, standing, measure, row) for measure in standing.parts),
        "moves": tuple(_moves(peers, standing, row)),
    }


def _part(peers: Peers, standing: Standing, measure: str, row: int) -> PartOfIndex:
    part, definition = standing.parts[measure], MEASURES[measure]
    weights = peers.rules.weights[peers.list]
    weight, value = weights[measure] / sum(weights.values()), part.levels.value[row]
    return PartOfIndex(
        measure=measure,
        meaning=definition.meaning,
        unit=definition.unit,
        value=None if np.isnan(value) else float(value),
        rests_on=int(part.levels.rests_on[row]),
        pulled_to=part.levels.pulled_to,
        weight=weight,
        percentile=float(part.percentile[row]),
        points=100 * weight * float(part.percentile[row]),
    )


def _moves(peers: Peers, standing: Standing, row: int) -> list[Move]:
    """Per change the fewest units that lead to a better place; changes that never do are left out."""
    place = int(standing.place[row])
    found = []
    for change in CHANGES[peers.list] if place > 1 else ():
        units = _fewest(peers, change, row, place)
        if units is not None:
            place_then = _place(peers, change, row, units)
            found.append(Move(change=change.named(units), units=units, place=place_then))
    return found


def _fewest(peers: Peers, change: Change, row: int, place: int) -> int | None:
    """The fewest units found, by doubling and then halving, that lead to a better place; None without any."""
    room, units = change.room(peers.inputs, peers.rules, row), 1
    while units <= room and _place(peers, change, row, units) >= place:
        units = min(2 * units, room) if units < room else room + 1
    if units > room:
        return None
    too_few = units // 2
    while units - too_few > 1:
        middle = (units + too_few) // 2
        if _place(peers, change, row, middle) < place:
            units = middle
        else:
            too_few = middle
    return units


def _place(peers: Peers, change: Change, row: int, units: int) -> int:
    return int(peers.stand(change.applied(peers.inputs, row, units)).place[row])
