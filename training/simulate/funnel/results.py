"""What deliveries brought: as it happened, and as it was to be expected."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from training.frame import Frame
from training.simulate.activity.activity import Activity
from training.simulate.activity.ageing import early_share
from training.simulate.activity.expected import (
    BRAND_FOLLOWERS,
    LIVE_SALES,
    LIVE_VIEWS,
    SPONSORED_VIEWS,
    conversion,
    growth,
    video_views,
)
from training.simulate.activity.samples import LIVE
from training.simulate.cast.briefs import MOST_PRODUCTS, Briefs
from training.simulate.cast.catalogue import Products
from training.simulate.cast.creators import FIRST_ID, Creators
from training.simulate.cast.facets import Factors
from training.simulate.cast.geography import LEVEL1_OF
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
    # Bought views are part of the result, but nobody who was bought follows.
    real = np.concatenate([1 / (1 + block.creators.bought_views[posts.creator]), np.ones(len(lives.plans))])
    rate = BRAND_FOLLOWERS * block.creators.follow_rate[creator] * real
    values[:, 2] = rng.binomial(values[:, 2], rate)
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
    seen, engaged, sold = np.where(is_live, 1.0, _scripts(briefs, creators, config))
    of_video = video_views(creators, at, config, clock) * SPONSORED_VIEWS * early_share(config)
    of_live = LIVE_VIEWS * creators.views * growth(creators, at, config, clock)
    views = np.where(is_live, of_live, seen * of_video)
    bots = [1 + np.where(is_live, 0.0, more) for more in (creators.bought_views, creators.bought_likes)]
    clicks = np.where(is_live, np.minimum(LIVE_SALES * creators.click_rate, 0.5), creators.click_rate)
    return np.column_stack(
        [
            views * bots[0],
            views * np.minimum(creators.engagement * engaged * bots[1], 0.9),
            views * BRAND_FOLLOWERS * creators.follow_rate,
            views * clicks * sold * _worth(briefs, creators, at, products, (config, clock)),
        ]
    )


def _worth(
    briefs: Briefs, creators: Creators, at: Ints, products: Products, context: tuple[SimulateConfig, Clock]
) -> Floats:
    """GMV to expect of a click: videos link all products of their campaign, livestreams the first."""
    linked = np.where(briefs.kind == LIVE, 1, briefs.product_count)
    worth = np.zeros(len(briefs))
    for place in range(MOST_PRODUCTS):
        product = briefs.products[:, place]
        gmv = conversion(creators, product, at, products, context) * products.price[product]
        worth += np.where(place < linked, gmv, 0.0)
    return np.asarray(worth / linked)


def _scripts(briefs: Briefs, creators: Creators, config: SimulateConfig) -> Floats:
    """(3, rows): what the creators' habits make of views, engagement and conversion in each category."""
    level1 = LEVEL1_OF[briefs.category]
    return Factors.of(config.facets).expected(creators.favourites, creators.favoured_points, level1)


def by_objective(values: Array, objective: Ints) -> Array:
    """The result in what each row's brief is measured in."""
    return np.asarray(values[np.arange(len(values)), MEASURE_OF_OBJECTIVE[objective]])


def is_final(delivered_at: Ints, config: SimulateConfig, clock: Clock) -> Flags:
    """Whether the result window of each delivery ended before the world did."""
    return np.asarray((delivered_at != ABSENT) & (result_time(delivered_at, config) < clock.end))


def result_time(delivered_at: Ints, config: SimulateConfig) -> Ints:
    """When the result of a delivery is final: at the end of its last counted day."""
    return (delivered_at // DAY + config.policy.result_days) * DAY
