import numpy as np
import pytest
from numpy.testing import assert_allclose

from training.simulate.cast.cast import Cast
from training.simulate.cast.lift import campaign_lift, course

SIZE = ("size.briefs=3000", "size.days=120")


@pytest.fixture(scope="module")
def cast(shipped):
    return Cast.of(shipped(SIZE))


def test_a_lift_starts_with_its_campaign_and_decays_after_it():
    felt = course(np.arange(-1, 6), np.array(3), decay_days=2)

    assert_allclose(felt, [0, 1, 1, 1, np.exp(-0.5), np.exp(-1), np.exp(-1.5)])


def test_a_share_of_campaigns_lifts_nothing_and_the_others_as_much_as_configured(cast):
    lift, given = campaign_lift(cast.briefs, cast.config), cast.config.lift
    lifted = lift > 0

    assert abs(lifted.mean() - (1 - given.zero_share)) < 4 * np.sqrt(given.zero_share / len(lift))
    assert_allclose(lift[lifted].mean(), given.mean, rtol=4 / np.sqrt(given.shape * lifted.sum()))


def test_the_lift_of_a_product_is_that_of_its_campaigns_added_up(cast):
    briefs = cast.briefs
    product, day = briefs.products[7, 0], briefs.starts_on[7] + 1
    listed = briefs.products == product
    has = (listed & (np.arange(listed.shape[1]) < briefs.product_count[:, None])).any(axis=1)
    since, length = day - briefs.starts_on, briefs.ends_on - briefs.starts_on + 1
    expected = (campaign_lift(briefs, cast.config) * course(since, length, cast.config.lift.decay_days))[
        has
    ].sum()

    found = cast.climate.lift.of_product(np.array([product]), np.array([day]))

    assert_allclose(found, expected)


def test_a_product_without_campaigns_is_not_lifted(cast):
    without = np.setdiff1d(np.arange(len(cast.products)), cast.climate.lift.products)
    days = np.full(len(without), cast.clock.first_day + 60)

    assert len(without) > 0
    assert (cast.climate.lift.of_product(without, days) == 0).all()


def test_without_any_brief_nothing_is_lifted(cast, shipped):
    lift = type(cast.climate.lift).of(cast.briefs.take(slice(0, 0)), cast.config, cast.clock)

    assert (lift.of_product(np.array([1, 2]), np.full(2, cast.clock.first_day)) == 0).all()
