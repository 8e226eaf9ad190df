"""Creators that a request names, as candidates: whoever the snapshot knows, in the order of the request."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import TypeAdapter

from features.creator_filters import conditions
from recsys.arrays import Ints, Scores
from recsys.brief import Brief
from recsys.errors import RequestError
from recsys.known_ids import known_rows
from recsys.snapshot import Snapshot
from recsys.stages import Candidates
from serving.matching.answers import ConditionCheck, RankedScore

EXAMPLES = 3
PLACED = TypeAdapter(tuple[RankedScore, ...])


@dataclass(frozen=True)
class Given:
    """The creators of a request: a retriever whose proposal the caller made."""

    rows: Ints
    """Rows of the snapshot's creators, in the order of the request."""
    unknown: tuple[int, ...] = ()
    """Ids that the snapshot does not know."""

    def retrieve(self, query: Brief) -> Candidates:
        """All whom the snapshot knows, with nothing yet to order them by."""
        return Candidates(self.rows, np.zeros(len(self.rows), np.float32))

    @property
    def degraded(self) -> tuple[str, ...]:
        """What an answer about them lacks, in words."""
        unknown = len(self.unknown)
        of = unknown + len(self.rows)
        return (f"{unknown} of {of} creators are unknown, and not scored",) if unknown else ()


def given_creators(ids: Sequence[int], snapshot: Snapshot) -> Given:
    """The creators with these ids; raises RequestError for one that is given twice."""
    if len(set(ids)) < len(ids):
        again = [str(each) for each, times in Counter(ids).items() if times > 1][:EXAMPLES]
        raise RequestError(f"expected every creator once, found some twice, such as {', '.join(again)}")
    asked = np.array(ids, np.int64)
    rows, there = snapshot.creators.rows_of(asked)
    return Given(rows[there], tuple(asked[~there].tolist()))


def given_creator(creator_id: int, snapshot: Snapshot) -> Given:
    """One creator; raises UnknownIdError where the snapshot does not know them."""
    return Given(known_rows(snapshot, "creator", (creator_id,)))


def checked(brief: Brief, row: Ints, snapshot: Snapshot) -> tuple[ConditionCheck, ...]:
    """The brief's market and each of its filters, and whether the creator of a row passes it.

    Raises RequestError for a word that the snapshot does not know, with near ones.
    """
    return tuple(
        ConditionCheck(filter=each.name, asked=each.asked, passes=bool(each.passes(row)[0]))
        for each in conditions(brief.filters, brief.market, snapshot)
    )


def share_below(score: float, others: Scores) -> float | None:
    """Share of the others that are lower, from 0 to 1; None without any."""
    return float(np.mean(others < score)) if len(others) else None


def placed(ids: Ints, scores: Scores) -> tuple[RankedScore, ...]:
    """Creators in their order, with their places."""
    pairs = zip(ids.tolist(), scores.tolist(), strict=True)
    # In one call: half the time of making them one by one.
    return PLACED.validate_python(
        [
            {"rank": rank, "creator_id": creator_id, "score": score}
            for rank, (creator_id, score) in enumerate(pairs, 1)
        ]
    )
