"""The climate creators act in: what scripts, sounds, hashtags and campaigns do, the same for all of them."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.arrays import Array, Floats, Ints
from training.simulate.cast.briefs import KINDS_WITH_HASHTAG, Briefs, campaign_tags
from training.simulate.cast.charts import EVERYWHERE, Chart, Lives, draw_lives, middles
from training.simulate.cast.facets import Factors
from training.simulate.cast.geography import CATEGORY_NAMES, LEVEL1_OF
from training.simulate.cast.lift import Lift, campaign_lift, courses
from training.simulate.clock import ABSENT, Clock
from training.simulate.config import SimulateConfig
from training.simulate.draws import stream

GENERAL_TAGS = ("fyp", "foryou", "viral", "trending", "ad")
TAGS_PER_CATEGORY = 6
GENERAL_SIZE, LOCAL_SIZE = 4.0, 2.5
"""Log use of the hashtags that stay, where a usual one has 0 at its peak."""


@dataclass(frozen=True)
class Climate:
    """What is the same for every creator of the world."""

    factors: Factors
    lift: Lift
    sounds: Chart
    tags: Chart
    tag_names: Array
    """Every hashtag, in the chart's order."""
    tag_of_brief: Ints
    """(briefs,): place of the campaign's hashtag among `tag_names`, ABSENT where it has none."""

    @classmethod
    def of(cls, config: SimulateConfig, clock: Clock, briefs: Briefs) -> Self:
        """The climate of a configuration and its briefs."""
        sounds = draw_lives(stream(config.seed, "sounds"), config.trends.sounds, config.trends, clock)
        lives = _hashtag_lives(config, clock)
        tagged = np.flatnonzero(np.isin(briefs.kind, KINDS_WITH_HASHTAG))
        tag_of_brief = np.full(len(briefs), ABSENT)
        tag_of_brief[tagged] = len(lives) + np.arange(len(tagged))
        names = campaign_tags(briefs.ids[tagged])
        return cls(
            factors=Factors.of(config.facets),
            lift=Lift.of(briefs, config, clock),
            sounds=_chart(sounds, config, clock),
            tags=_tag_chart(lives, briefs, tagged, config, clock),
            tag_names=np.array([*_standing_names(), *_passing_names(config.trends.hashtags), *names]),
            tag_of_brief=tag_of_brief,
        )


def _chart(lives: Lives, config: SimulateConfig, clock: Clock) -> Chart:
    days = middles(clock)
    return Chart.of(lives, lives.log_use(days), lives.rising(days), config.trends, clock)


def _hashtag_lives(config: SimulateConfig, clock: Clock) -> Lives:
    """The hashtags that stay, then those that come and go."""
    passing = draw_lives(stream(config.seed, "hashtags"), config.trends.hashtags, config.trends, clock)
    local = np.repeat(LEVEL1_OF, TAGS_PER_CATEGORY)
    level1 = np.concatenate([np.full(len(GENERAL_TAGS), EVERYWHERE), local])
    sizes = np.where(level1 == EVERYWHERE, GENERAL_SIZE, LOCAL_SIZE)
    return Lives.joined([_standing(np.full(len(level1), EVERYWHERE), level1, sizes), passing])


def _standing(market: Ints, level1: Ints, sizes: Floats) -> Lives:
    """What is used all the time."""
    never, any_days = np.full(len(level1), np.nan), np.ones(len(level1))
    return Lives(market, level1, never, any_days, any_days, sizes)


def _standing_names() -> list[str]:
    plain = [name.split("/")[1].replace("_", "") for name in CATEGORY_NAMES]
    return [*GENERAL_TAGS, *(f"{name}{place}" for name in plain for place in range(TAGS_PER_CATEGORY))]


def _passing_names(count: int) -> list[str]:
    return [f"trend{number}" for number in range(count)]


def _tag_chart(lives: Lives, briefs: Briefs, tagged: Ints, config: SimulateConfig, clock: Clock) -> Chart:
    """All hashtags; those of campaigns are used evenly, and more while their campaign's lift lasts."""
    days, own = middles(clock), briefs.take(tagged)
    lifted = campaign_lift(briefs, config)[tagged] * courses(own, days, config.lift).T
    campaigns = _standing(own.market, LEVEL1_OF[own.category], np.zeros(len(own)))
    log_use = np.hstack([lives.log_use(days), np.log(config.lift.hashtag_use) + lifted])
    rising = np.hstack([lives.rising(days), np.zeros_like(lifted, dtype=bool)])
    return Chart.of(Lives.joined([lives, campaigns]), log_use, rising, config.trends, clock)
