"""What an engine answers about creators that were given to it: their order, or one of them in full."""

from datetime import datetime
from typing import Literal

from pydantic import computed_field

from recsys.vocabulary import Objective
from serving.answers import Part, Placed, RankedCreator, ScoredCreator


class RankedScore(Placed):
    """A given creator in the order of an answer."""

    creator_id: int
    score: float
    """The whole model's: orders creators for this brief; without a unit, not comparable between briefs."""


class RankAnswer(Part):
    """Given creators, best first."""

    bundle: str
    snapshot: str
    as_of: datetime
    """Nothing later than this moment was known."""
    objective: Objective
    currency: str | None
    """ISO 4217 code: every amount here is in its minor units. None where the snapshot does not know it."""
    source: Literal["given"] = "given"
    """Where every item comes from: the request. The brief's filters did not apply."""
    items: tuple[RankedScore, ...]
    """Every given creator that the snapshot knows; equal scores keep the order of the request."""
    explained: tuple[RankedCreator, ...]
    """The first of them in full, as many as were asked for."""
    typical_score: float | None
    """Score of the typical given creator, whom the reasons compare with; None without reasons."""
    typical_of: int
    """Over how many of the given the typical one was taken; 0 without reasons."""
    unknown: tuple[int, ...]
    """Given creators that the snapshot does not know, as given; they are not scored."""
    degraded: tuple[str, ...] = ()
    """What this answer lacks or replaced, and why; empty in a complete one."""


class ConditionCheck(Part):
    """One filter of the brief, and whether a creator passes it."""

    filter: str
    """Its name in the brief, such as `countries` or `audience.gender.female`."""
    asked: str
    passes: bool
    """What is not known about a creator does not pass."""


class ExplainAnswer(Part):
    """One creator for a brief: whether they may answer it, how they score, and why."""

    bundle: str
    snapshot: str
    as_of: datetime
    """Nothing later than this moment was known."""
    objective: Objective
    currency: str | None
    """ISO 4217 code: every amount here is in its minor units. None where the snapshot does not know it."""
    filters: tuple[ConditionCheck, ...]
    """The brief's market and every filter of it, in the order in which they are applied."""
    creator: ScoredCreator
    typical_score: float | None
    """Score of the typical creator who passes the filters: reasons compare with it. None without one."""
    typical_of: int
    """Over how many who pass, evenly spaced, the typical one was taken; 0 where nobody passes."""
    scores_above: float | None
    """Share of some who pass that score lower than this creator, from 0 to 1; None where nobody passes."""
    scored_of: int
    """How many who pass, evenly spaced, were scored for that."""
    degraded: tuple[str, ...] = ()
    """What this answer lacks or replaced, and why; empty in a complete one."""

    @computed_field  # type: ignore[prop-decorator]  # mypy cannot see through computed_field on a property
    @property
    def eligible(self) -> bool:
        """Whether the creator passes every filter, and so may be in the answer of `match`."""
        return all(check.passes for check in self.filters)
