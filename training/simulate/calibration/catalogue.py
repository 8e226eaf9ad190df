"""How far prices lie apart, and what products' appeal has to be for a few of them to sell most."""

from datetime import date

import numpy as np

from recsys.arrays import Floats
from training.simulate.calibration.distance import distance
from training.simulate.calibration.settings import with_values
from training.simulate.cast.catalogue import draw_brands, draw_products
from training.simulate.clock import Clock
from training.simulate.config import SimulateConfig

SPREADS = np.arange(0.8, 2.61, 0.05).round(2)
MANY = {"brands": 1_500, "products": 6_000}


def fit_price_spread(relative: Floats, config: SimulateConfig) -> float:
    """How far apart categories' usual prices have to be; `relative` are real prices / their median."""

    def gap(spread: float) -> float:
        return distance(_relative_prices(with_values(config, "fitted", {"price_spread": spread})), relative)

    return min(map(float, SPREADS), key=gap)


def _relative_prices(config: SimulateConfig) -> Floats:
    """Prices of a large catalogue / the median of their market."""
    config = with_values(config, "size", MANY)
    clock = Clock((config.start_on - date(1970, 1, 1)).days, config.size.days)
    products = draw_products(config, draw_brands(config, clock), clock)
    of_market = [products.price[products.market == market] for market in np.unique(products.market)]
    return np.concatenate([prices / np.median(prices) for prices in of_market])
