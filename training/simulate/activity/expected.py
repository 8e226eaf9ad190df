"""What a video or livestream is expected to bring: shared by the events and by the truth."""

import numpy as np

from recsys.arrays import Floats, Ints
from training.simulate.cast.catalogue import Products
from training.simulate.cast.creators import Creators
from training.simulate.cast.geography import kin
from training.simulate.clock import DAY, Clock
from training.simulate.config import Content, SimulateConfig

NEWBORN = 0.02
"""Share of its followers that a new account starts with."""
SPONSORED_VIEWS = 0.85
LIVE_VIEWS = 0.35
LIVE_SALES = 2.5
BRAND_FOLLOWERS = 0.4
"""Followers of the brand for each follower a video wins for its creator."""


def growth(creators: Creators, times: Ints, config: SimulateConfig, clock: Clock) -> Floats:
    """Views at `times` (one per creator) relative to the established account: its age and its momentum."""
    age_days = (times - creators.created_at) / DAY
    ramp = 1 - (1 - NEWBORN) * np.exp(-np.maximum(age_days, 0) / config.followers.ramp_days)
    middle = (clock.start + clock.end) / 2
    return np.asarray(ramp * np.exp(creators.momentum * (times - middle) / (90 * DAY)))


def video_views(creators: Creators, times: Ints, config: SimulateConfig, clock: Clock) -> Floats:
    """Expected views over its life of a video posted at `times`, viral ones included."""
    viral = 1 + config.content.viral_share * (config.content.viral_factor - 1)
    return creators.views * viral * growth(creators, times, config, clock)


def daily_shares(content: Content) -> Floats:
    """(life_days,): the share of a video's views on each day of its life; adds up to 1."""
    left = (1.0 + np.arange(content.life_days + 1)) ** -content.decay
    return np.asarray((left[:-1] - left[1:]) / (left[0] - left[-1]))


def sale_factor(creators: Creators, product: Ints, products: Products, sensitivity: float) -> Floats:
    """How well each creator sells the product beside it: price, category and appeal, around 1."""
    distance = products.log_price[product] - creators.price_level
    fit = 0.5 + (creators.mix * kin()[products.category[product]]).sum(axis=1)
    return np.asarray(np.exp(-sensitivity * distance**2) * fit * products.appeal[product])


def trend(product: Ints, times: Ints, products: Products, clock: Clock) -> Floats:
    """How a product sells at `times` relative to the start of the world."""
    return np.exp(products.trend[product] * clock.years(times))


def conversion(
    creators: Creators, product: Ints, times: Ints, products: Products, context: tuple[SimulateConfig, Clock]
) -> Floats:
    """Orders per product click, row by row; at most .5, 0 for creators who do not sell."""
    config, clock = context
    factor = sale_factor(creators, product, products, config.content.price_sensitivity)
    rate = creators.conversion * factor * trend(product, times, products, clock)
    return np.where(creators.sells, np.minimum(rate, 0.5), 0.0)
