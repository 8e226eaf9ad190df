"""The next best action (R30): a table of rules, of which the first that fits a creator applies."""

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Literal

from pydantic import Field

from features.recommending.surfaces import SEGMENTS
from recsys.config import Config
from recsys.creator_filter import Range
from recsys.vocabulary import CreatorObjective
from serving.answers import Part

ActionCode = Literal["APPLY_TO_SELL", "ADD_TO_SHOWCASE", "WATCH_VIDEO", "CREATE_VIDEO"]


class Rule(Config):
    """What is prompted, and the action that follows, where every condition holds."""

    code: str
    action: ActionCode
    says: str
    """In words; `{number}` stands for one of the creator's numbers."""
    segments: tuple[str, ...] = SEGMENTS
    objectives: tuple[CreatorObjective, ...] = ("gmv", "followers")
    where: dict[str, Range] = Field(default_factory=dict)
    """Number → the range it must lie in; a number that is not known lies in none."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the numbers it says or asks for."""
        said = [field for _, field, _, _ in Formatter().parse(self.says) if field]
        return tuple(dict.fromkeys([*said, *self.where]))

    def fits(self, segment: str, objective: CreatorObjective, numbers: Mapping[str, float | None]) -> bool:
        """Whether it applies to a creator with these numbers."""
        asked = segment in self.segments and objective in self.objectives
        return asked and all(_within(numbers[name], range_) for name, range_ in self.where.items())


class Prompt(Part):
    """What to do next, with the numbers that say so."""

    code: str
    numbers: dict[str, float | None]
    phrase: str


NEW, STARTING = SEGMENTS[:2]
ACTIVE_DAYS, LAPSED_DAYS = 7, 28
"""Recency: a creator who posted within these days is active; after those, lapsed."""
FALL = -0.2
"""From this change against the 28 days before, results are falling."""
GMV: tuple[CreatorObjective, ...] = ("gmv",)
FOLLOWERS: tuple[CreatorObjective, ...] = ("followers",)
RULES: tuple[Rule, ...] = (
    Rule(
        code="GET_SELLING_ACCESS",
        action="APPLY_TO_SELL",
        says="Apply for e-commerce access: without it no product can be linked.",
        objectives=GMV,
        where={"may_sell": Range(high=0)},
    ),
    Rule(
        code="POST_FIRST_VIDEO",
        action="CREATE_VIDEO",
        says="Post your first video.",
        segments=(NEW,),
        where={"videos": Range(high=0)},
    ),
    Rule(
        code="ADD_FIRST_PRODUCTS",
        action="ADD_TO_SHOWCASE",
        says="Your showcase is empty: add the first products.",
        segments=(NEW,),
        objectives=GMV,
        where={"showcased": Range(high=0)},
    ),
    Rule(
        code="POST_FIRST_SHOPPABLE_VIDEO",
        action="CREATE_VIDEO",
        says="Your showcase holds {showcased:,.0f} products, no video links one: post the first.",
        segments=(NEW,),
        objectives=GMV,
    ),
    Rule(
        code="COME_BACK",
        action="CREATE_VIDEO",
        says="Your last video is {days_since_post:.0f} days old: come back with a new one.",
        where={"days_since_post": Range(low=LAPSED_DAYS)},
    ),
    Rule(
        code="POST_AGAIN",
        action="CREATE_VIDEO",
        says="Your last video is {days_since_post:.0f} days old: post again.",
        where={"days_since_post": Range(low=ACTIVE_DAYS)},
    ),
    Rule(
        code="LEARN_FROM_SELLERS",
        action="WATCH_VIDEO",
        says="No sale in 28 days from {shoppable_videos:.0f} shoppable videos: see how others sell.",
        segments=(STARTING,),
        objectives=GMV,
        where={"units_28": Range(high=0)},
    ),
    Rule(
        code="ADD_PRODUCTS",
        action="ADD_TO_SHOWCASE",
        says="You sold {units_28:,.0f} units in 28 days: add products your followers are likely to buy.",
        segments=(STARTING,),
        objectives=GMV,
    ),
    Rule(
        code="LEARN_HOOK",
        action="WATCH_VIDEO",
        says="You gained {followers_28:,.0f} followers in 28 days: try a hook that works for others.",
        segments=(NEW, STARTING),
        objectives=FOLLOWERS,
    ),
    Rule(
        code="REFRESH_PRODUCTS",
        action="ADD_TO_SHOWCASE",
        says="Units sold changed by {units_change:+.0%} against the 28 days before: try other products.",
        objectives=GMV,
        where={"units_change": Range(high=FALL)},
    ),
    Rule(
        code="REFRESH_IDEAS",
        action="WATCH_VIDEO",
        says="Followers gained changed by {followers_change:+.0%} against the 28 days before: try new ideas.",
        objectives=FOLLOWERS,
        where={"followers_change": Range(high=FALL)},
    ),
    Rule(
        code="GO_STEADY",
        action="CREATE_VIDEO",
        says="{posts_28:,.0f} videos in 28 days and no fall in results: keep your pace.",
    ),
)
"""In order; the last one fits everybody."""


def next_action(
    segment: str,
    objective: CreatorObjective,
    numbers: Mapping[str, float | None],
    rules: Sequence[Rule] = RULES,
) -> tuple[Prompt, ActionCode]:
    """The prompt and the action of the first rule that fits."""
    rule = next(rule for rule in rules if rule.fits(segment, objective, numbers))
    told = {name: numbers[name] for name in rule.numbers}
    return Prompt(code=rule.code, numbers=told, phrase=rule.says.format(**told)), rule.action


def _within(number: float | None, wanted: Range) -> bool:
    if number is None:
        return False
    return (wanted.low is None or number >= wanted.low) and (wanted.high is None or number <= wanted.high)
