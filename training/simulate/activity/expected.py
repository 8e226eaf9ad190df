"""What a video or livestream is expected to bring: shared by the events and by the truth.

Creators and products are beside each other row by row, or every creator (rows of shape (creators, 1)) beside
every product (1, products).
"""

import numpy as np

from recsys.arrays import Floats, Ints
from training.simulate.activity.ageing import mean_luck
from training.simulate.cast.catalogue import Products
from training.simulate.cast.creators import Creators
from training.simulate.cast.geography import LEVEL1_OF, kin
from training.simulate.cast.seasons import season
from training.simulate.clock import DAY, Clock
from training.simulate.config import SimulateConfig

NEWBORN = 0.02
"""Share of its followers that a new account starts with."""
SPONSORED_VIEWS = 0.85
LIVE_VIEWS = 0.35
LIVE_SALES = 2.5
MOST_CONVERSION = 0.5
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
    return creators.views * mean_luck(config.fitted) * growth(creators, times, config, clock)


def sale_factor(creators: Creators, product: Ints, products: Products, sensitivity: float) -> Floats:
    """How well each creator sells the product beside it: price, category and appeal, around 1."""
    distance = products.log_price[product] - creators.price_level
    fit = 0.5 + (creators.mix * kin()[products.category[product]]).sum(axis=-1)
    return np.asarray(np.exp(-sensitivity * distance**2) * fit * products.appeal[product])


def trend(product: Ints, times: Ints, products: Products, context: tuple[SimulateConfig, Clock]) -> Floats:
    """How a product sells at `times`: by its own trend since the start of the world, and by the season."""
    config, clock = context
    demand = season(LEVEL1_OF[products.category[product]], times // DAY, config.seasons)
    return np.exp(products.trend[product] * clock.years(times) + demand)


def base_conversion(creators: Creators, product: Ints, products: Products, config: SimulateConfig) -> Floats:
    """Orders per product click before trend and season, row by row; 0 for creators who do not sell."""
    factor = sale_factor(creators, product, products, config.content.price_sensitivity)
    return np.where(creators.sells, creators.conversion * factor, 0.0)


def conversion(
    creators: Creators, product: Ints, times: Ints, products: Products, context: tuple[SimulateConfig, Clock]
) -> Floats:
    """Orders per product click, row by row; at most MOST_CONVERSION, 0 for creators who do not sell."""
    base = base_conversion(creators, product, products, context[0])
    return np.minimum(base * trend(product, times, products, context), MOST_CONVERSION)
