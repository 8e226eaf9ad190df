"""Numbers of a creator that a search sorts by and a profile shows (R13 to R17): a closed list with meanings.

A number is a NumPy function whose parameters are columns of the snapshot's creators, or creator features. It
is shown to people, in the units they count in, and is no feature of any model.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from features.catalogue import CREATOR_FEATURES
from features.creator_filters import EVERYONE, Rows
from features.declared import Declared
from recsys.arrays import Array, Floats
from recsys.ratio import ratio
from recsys.snapshot import Columns

Unit = Literal["count", "money", "share", "days"]
"""`money` is in minor units of the creator's currency; a `share` is 0 to 1, and above for growth."""
FEATURE_PLACES = {name: place for place, name in enumerate(CREATOR_FEATURES)}


@dataclass(frozen=True)
class CreatorNumber(Declared):
    """One number of a creator; NaN where it is not known."""

    unit: Unit

    def of(self, creators: Columns, rows: Rows = EVERYONE) -> Floats:
        """Its value for these creators."""
        columns = (_column(creators, name)[rows] for name in self.parameters)
        return np.asarray(self.function(*columns), np.float64)


def _column(creators: Columns, name: str) -> Array:
    return creators[name] if name in creators.values else creators["profile"][:, FEATURE_PLACES[name]]


def engagement(counts: Array) -> Array:
    """(likes + comments + shares) / views of counts by `VIDEO_COUNTS`; NaN without views (R14)."""
    return ratio(counts[..., 1:].sum(axis=-1), counts[..., 0])


def _number(unit: Unit) -> Callable[[Callable[..., Array]], CreatorNumber]:
    return lambda function: CreatorNumber(function, unit)


@_number("count")
def followers(followers: Array) -> Array:
    """Followers at the end of yesterday."""
    return followers


@_number("count")
def potential_reach(followers: Array, active_share: Array) -> Array:
    """Followers × active share of the audience (R15); unknown where activity was not measured."""
    return followers * active_share


@_number("share")
def active_share(active_share: Array) -> Array:
    """Active share of the audience as last measured."""
    return active_share


@_number("days")
def account_days(account_days: Array) -> Array:
    """Age of the account."""
    return account_days


@_number("days")
def days_since_post(days_since_post: Array) -> Array:
    """Time since the last video; unknown before the first."""
    return days_since_post


@_number("count")
def posts_28(posts_28: Array) -> Array:
    """Videos posted in 28 days."""
    return posts_28


@_number("count")
def mean_views(mean_views: Array) -> Array:
    """Mean views of the last 30 videos (R14); unknown before the first."""
    return mean_views


@_number("share")
def engagement_rate(latest_counts: Array) -> Array:
    """(likes + comments + shares) / views of the last 30 videos (R14); unknown without views."""
    return engagement(latest_counts)


@_number("count")
def recent_mean_views(recent_counts: Array, recent_videos: Array) -> Array:
    """Mean views of the videos posted in the last 30 days (R14); unknown without any."""
    return ratio(recent_counts[:, 0], recent_videos)


@_number("share")
def recent_engagement_rate(recent_counts: Array) -> Array:
    """Engagement rate of the videos posted in the last 30 days (R14); unknown without views."""
    return engagement(recent_counts)


@_number("count")
def views_28(views_28: Array) -> Array:
    """Views of all videos in 28 days."""
    return views_28


@_number("count")
def gained_28(gained_28: Array) -> Array:
    """Followers gained in 28 days, on the days on which they rose."""
    return gained_28


@_number("share")
def followers_growth(followers_growth_28: Array) -> Array:
    """Growth of followers over 28 days, smoothed by 1,000 followers (R3); unknown for younger accounts."""
    return np.expm1(followers_growth_28.astype(np.float64))


@_number("share")
def views_growth(views_growth_28: Array) -> Array:
    """Growth of video views over 28 days against the 28 before, smoothed by 5,000 views (R3)."""
    return np.expm1(views_growth_28.astype(np.float64))


@_number("share")
def growth_days_share(growth_days_share: Array) -> Array:
    """Share of the last 28 days on which followers rose: high is steady growth (R16)."""
    return growth_days_share


@_number("share")
def best_day_share(best_day_share: Array) -> Array:
    """Share of 28 days' follower gains made on the best day: high is one spike (R16)."""
    return best_day_share


@_number("money")
def gmv_low(gmv_low_28: Array, days_28: Array) -> Array:
    """Lower bound of GMV in 28 days, the GMV itself where it is not withheld (R17)."""
    return np.where(days_28 > 0, gmv_low_28, np.nan)


@_number("money")
def gmv_high(gmv_high_28: Array, days_28: Array) -> Array:
    """Upper bound of GMV in 28 days, the GMV itself where it is not withheld (R17)."""
    return np.where(days_28 > 0, gmv_high_28, np.nan)


@_number("money")
def gpm_low(gmv_low_28: Array, views_28: Array, live_views_28: Array) -> Array:
    """1,000 × lower bound of GMV / views of videos and livestreams in 28 days; unknown without views."""
    return 1000 * ratio(gmv_low_28, views_28 + live_views_28)


@_number("money")
def gpm_high(gmv_high_28: Array, views_28: Array, live_views_28: Array) -> Array:
    """1,000 × upper bound of GMV / views of videos and livestreams in 28 days; unknown without views."""
    return 1000 * ratio(gmv_high_28, views_28 + live_views_28)


@_number("count")
def orders_28(orders_28: Array) -> Array:
    """Orders in 28 days, all sources."""
    return orders_28


@_number("money")
def price_median(price_median: Array) -> Array:
    """Median price of the products promoted in 90 days; unknown without any."""
    return price_median


@_number("money")
def fee_median(fee_median: Array) -> Array:
    """Median fee of deals in 180 days; unknown without deals."""
    return fee_median


@_number("share")
def response_rate(response_rate: Array) -> Array:
    """Share of brands' messages of 90 days that were answered, shrunk to the peers' rate (R6, R11)."""
    return response_rate


@_number("share")
def fulfilment_rate(fulfilment_rate: Array) -> Array:
    """Share of decided samples of 180 days that were fulfilled, shrunk to the peers' rate (R7, R11)."""
    return fulfilment_rate


NUMBERS: dict[str, CreatorNumber] = {
    each.name: each
    for each in (
        followers, potential_reach, active_share, account_days, days_since_post, posts_28, mean_views,
        engagement_rate, recent_mean_views, recent_engagement_rate, views_28, gained_28, followers_growth,
        views_growth, growth_days_share, best_day_share, gmv_low, gmv_high, gpm_low, gpm_high, orders_28,
        price_median, fee_median, response_rate, fulfilment_rate,
    )
}  # fmt: skip
"""By name, in the order in which they are listed."""
