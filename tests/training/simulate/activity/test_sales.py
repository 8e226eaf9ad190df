import numpy as np
import pytest
from numpy.testing import assert_array_equal

from training.simulate.activity.expected import MOST_CONVERSION, conversion
from training.simulate.activity.sales import Offers, sell
from training.simulate.clock import ABSENT, DAY

ROWS = 4_000


@pytest.fixture(scope="module")
def sold(block):
    """Sales of one creator who offers three products, from a hundred clicks each time."""
    creator = int(np.flatnonzero(block.creators.sells)[0])
    unlifted = np.setdiff1d(np.arange(len(block.products)), block.climate.lift.products)
    products = np.append(unlifted[:3], ABSENT)
    offers = Offers(
        np.full(ROWS, creator), np.tile(products, (ROWS, 1)), np.full(ROWS, 2.0), np.ones(ROWS, bool)
    )
    day = block.clock.first_day + 30
    clicks = np.full(ROWS, 100)
    found = sell(np.random.default_rng(1), block, offers, (np.arange(ROWS), np.full(ROWS, day), clicks))
    everyone = block.creators.take(np.full(3, creator))
    times, context = np.full(3, day * DAY), (block.config, block.clock)
    rates = np.minimum(
        2 * conversion(everyone, products[:3], times, block.products, context), MOST_CONVERSION
    )
    return found, products[:3], rates


def test_orders_are_those_of_clicks_spread_alike_over_the_products(sold):
    found, _, rates = sold

    assert abs(found.orders.mean() - 100 * rates.mean()) < 4 * np.sqrt(100 * rates.mean() / ROWS)


def test_gmv_adds_up_over_the_products(sold, block):
    found, products, rates = sold
    prices = block.products.price[products]
    mean = 100 / 3 * (rates * prices).sum()
    error = np.sqrt(100 / 3 * (rates * prices**2).sum() / ROWS)

    assert abs(found.gmv.mean() - mean) < 4 * error


def test_what_was_sold_is_named_for_every_row_with_orders(sold):
    found, products, _ = sold

    assert_array_equal(np.unique(found.sold.offer), np.flatnonzero(found.orders))
    assert set(found.sold.product) <= set(products.tolist())


def test_without_products_or_clicks_nothing_is_sold(block):
    offers = Offers(np.zeros(2, int), np.array([[ABSENT], [0]]), np.ones(2), np.ones(2, bool))
    day = np.full(2, block.clock.first_day)

    found = sell(np.random.default_rng(1), block, offers, (np.arange(2), day, np.array([50, 0])))

    assert found.orders.sum() == found.gmv.sum() == len(found.sold) == 0


def test_a_campaigns_own_content_is_no_part_of_its_lift(block):
    lifts = block.climate.lift
    row, day = np.unravel_index(lifts.logs.argmax(), lifts.logs.shape)
    product, day, lift = lifts.products[row], lifts.first_day + day, lifts.logs.max()
    creator = int(np.flatnonzero(block.creators.sells)[0])

    def mean_orders(organic):
        offers = Offers(
            np.full(ROWS, creator), np.full((ROWS, 1), product), np.full(ROWS, 0.3), np.full(ROWS, organic)
        )
        clicked = (np.arange(ROWS), np.full(ROWS, day), np.full(ROWS, 2_000))
        return sell(np.random.default_rng(1), block, offers, clicked).orders.mean()

    assert lift > 0.1
    assert abs(mean_orders(True) / mean_orders(False) - np.exp(lift)) < 0.05 * np.exp(lift)
