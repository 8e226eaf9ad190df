"""What an answer holds: every number with its name, so that it can be shown, stored and checked."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, computed_field

from recsys.vocabulary import CampaignType, Objective
from serving.phrases import phrase


class Part(BaseModel):
    """Base of an answer's parts: frozen, without keys it does not know, and valid JSON (null, never NaN)."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class FilterCount(Part):
    """One filter of the brief, in the order in which they are applied."""

    filter: str
    """Its name in the brief, such as `countries` or `audience.gender.female`."""
    asked: str
    left: int
    """Creators left after it and all filters before it."""


class Number(Part):
    """A feature of a creator beside that of the typical candidate."""

    feature: str
    meaning: str
    value: float | None
    """None where it is not known."""
    typical: float | None
    effect: float
    """What this number alone does to the score; it orders numbers, and does not add up to the part."""

    @computed_field  # type: ignore[prop-decorator]  # mypy cannot see through computed_field on a property
    @property
    def phrase(self) -> str:
        """In words: `share of the audience in states with a store: 71 % (typical 38 %)`."""
        return phrase(self.meaning, self.value, self.typical)


class Reason(Part):
    """How far one group of features lifts a creator's score above the typical candidate's."""

    group: str
    """One of `recsys.vocabulary.REASON_GROUPS`."""
    part: float
    """In units of the score; the parts of all groups add up to score - typical score."""
    numbers: tuple[Number, ...] = ()
    """The features that did most in the part's direction; given for the strongest reasons only."""

    @computed_field  # type: ignore[prop-decorator]  # mypy cannot see through computed_field on a property
    @property
    def phrase(self) -> str:
        """In words: `audience +0.42: share of … in states with a store: 71 % (typical 38 %)`."""
        words = self.words()
        return f"{self.group} {self.part:+.2f}" + (f": {words}" if words else "")

    def words(self) -> str:
        """The number that did most; nothing where none is given."""
        return self.numbers[0].phrase if self.numbers else ""


class Placed(Part):
    """Something at a place of an order."""

    rank: int
    """From 1, the best first."""


class ScoredCreator(Part):
    """A creator and what is predicted of them. What no model predicts, or is not known, is None."""

    creator_id: int
    followers: float | None
    """At the end of the snapshot's last day; shown, and no reason by itself (R21)."""
    score: float
    """Orders creators for this brief; without a unit, and not comparable between briefs."""
    p_invite: float | None
    """P(the brand invites | shown). The brand's own choice: reported, and no part of the value."""
    p_accept: float | None
    """P(the creator accepts | invited)."""
    p_deliver: float | None
    """P(delivers inside the window | accepted)."""
    expected_result: float | None
    """Expected result of a delivery, in the unit of the brief's objective."""
    expected_value: float | None
    """p_accept × p_deliver × expected_result: what an invitation is worth, in the objective's unit."""
    typical_fee: float | None
    """What the creator usually takes, in minor units; None too where it is in another currency."""
    value_per_cost: float | None
    """expected_value for one minor unit of the typical fee."""
    reasons: tuple[Reason, ...] | None = None
    """Strongest first; None where they were not asked for."""


Source = Literal["everyone", "first_stage", "history", "given"]
"""Why a creator was ranked: everyone eligible was, the first stage found them, they have a history with the
brand, or the request named them."""


class RankedCreator(ScoredCreator, Placed):
    """A scored creator in the order of an answer."""

    source: Source
    """Why they were ranked."""


class Refusal(Part):
    """What stands in the place of an answer that could not be given (`Engine.many`)."""

    kind: str
    """Name of the error in `recsys.errors`."""
    detail: str
    """What was wrong, what was expected and what was found."""


class MatchAnswer(Part):
    """Ranked creators for a brief, and everything needed to see how they came about."""

    bundle: str
    snapshot: str
    as_of: datetime
    """Nothing later than this moment was known."""
    objective: Objective
    currency: str | None
    """ISO 4217 code: every amount here is in its minor units. None where the snapshot does not know it."""
    suggested_types: tuple[CampaignType, ...]
    """Kinds of campaign that suit the brief's funnel stage (R18); advice, which ranks and filters nothing."""
    creators_known: int
    filters: tuple[FilterCount, ...]
    eligible: int
    """Creators who passed every filter."""
    ranked: int
    """How many of them the whole ranker scored; a first stage found the others unlikely to be the best."""
    typical_score: float | None
    """Score of the typical candidate that the reasons compare with; None without reasons."""
    typical_of: int
    """Over how many of the eligible the typical candidate was taken; 0 without reasons."""
    items: tuple[RankedCreator, ...]
    degraded: tuple[str, ...] = ()
    """What this answer lacks or replaced, and why; empty in a complete one."""

    @computed_field  # type: ignore[prop-decorator]  # mypy cannot see through computed_field on a property
    @property
    def emptied_by(self) -> str | None:
        """The filter that removed the last creator; None while some are left."""
        return next((count.filter for count in self.filters if count.left == 0), None)
