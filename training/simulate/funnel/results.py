"""What deliveries brought: as it happened, and as it was to be expected."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from training.frame import Frame
from training.simulate.activity.activity import Activity
from training.simulate.activity.expected import (
    BRAND_FOLLOWERS,
    LIVE_SALES,
    LIVE_VIEWS,
    SPONSORED_VIEWS,
    conversion,
    daily_shares,
    growth,
    video_views,
)
from training.simulate.activity.samples import LIVE
from training.simulate.cast.briefs import Briefs
from training.simulate.cast.catalogue import Products
from training.simulate.cast.creators import FIRST_ID, Creators
from training.simulate.clock import ABSENT, DAY, Clock
from training.simulate.config import SimulateConfig

MEASURES = ("views", "engagements", "followers", "gmv")
"""What a result is measured in, in the order of the columns of every result array."""
MEASURE_OF_OBJECTIVE = np.array([3, 2, 0, 1])
"""Column of MEASURES for each of OBJECTIVES."""


@dataclass(frozen=True)
class Results(Frame):
    """Results of deliveries, by brief and creator."""

    brief: Ints
    creator: Ints
    """Row among all creators of the world."""
    values: Ints
    """(deliveries, MEASURES)."""


def realised(activity: Activity) -> Results:
    """What deliveries brought within the result window; a livestream counts in full."""
    block, posts, days, lives = activity.block, activity.posts, activity.days, activity.lives
    rng = block.rng("results")
    counted = days.day < posts.posted_at[days.post] // DAY + block.config.policy.result_days
    of_days = np.column_stack([days.views, sum(days.engagements), days.views, days.gmv])[counted]
    totals = np.zeros((len(posts), len(MEASURES)), dtype=np.int64)
    np.add.at(totals, days.post[counted], of_days)
    of_lives = np.column_stack([lives.views, sum(lives.engagements), lives.views, lives.gmv])
    values = np.concatenate([totals, of_lives])
    creator = np.concatenate([posts.creator, lives.plans.creator])
    values[:, 2] = rng.binomial(values[:, 2], BRAND_FOLLOWERS * block.creators.follow_rate[creator])
    brief = np.concatenate([posts.campaign, lives.plans.campaign])
    return Results(brief, block.creators.ids[creator] - FIRST_ID, values)


def expected(
    briefs: Briefs, creators: Creators, products: Products, config: SimulateConfig, clock: Clock
) -> Floats:
    """(rows, MEASURES): the expected result of a delivery, for one brief and one creator in each row.

    The content is taken to come out in the middle of the campaign.
    """
    at = (briefs.starts_on + 4) * DAY
    is_live = briefs.kind == LIVE
    window = daily_shares(config.content)[: config.policy.result_days].sum()
    of_video = video_views(creators, at, config, clock) * SPONSORED_VIEWS * window
    of_live = LIVE_VIEWS * creators.views * growth(creators, at, config, clock)
    views = np.where(is_live, of_live, of_video)
    product = briefs.products[:, 0]
    clicks = np.where(is_live, np.minimum(LIVE_SALES * creators.click_rate, 0.5), creators.click_rate)
    bought = conversion(creators, product, at, products, (config, clock))
    return np.column_stack(
        [
            views,
            views * np.minimum(creators.engagement, 0.9),
            views * BRAND_FOLLOWERS * creators.follow_rate,
            views * clicks * bought * products.price[product],
        ]
    )


def by_objective(values: Array, objective: Ints) -> Array:
    """The result in what each row's brief is measured in."""
    return np.asarray(values[np.arange(len(values)), MEASURE_OF_OBJECTIVE[objective]])


def is_final(delivered_at: Ints, config: SimulateConfig, clock: Clock) -> Flags:
    """Whether the result window of each delivery ended before the world did."""
    return np.asarray((delivered_at != ABSENT) & (result_time(delivered_at, config) < clock.end))


def result_time(delivered_at: Ints, config: SimulateConfig) -> Ints:
    """When the result of a delivery is final: at the end of its last counted day."""
    return (delivered_at // DAY + config.policy.result_days) * DAY
