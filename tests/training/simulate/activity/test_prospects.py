import numpy as np
import pytest

from training.simulate.activity.block import Block, Part
from training.simulate.activity.prospects import HOOKS, Asked, HookProspects, ProductProspects
from training.simulate.activity.showcase import stock
from training.simulate.cast.cast import Cast
from training.simulate.cast.geography import LEVEL1
from training.simulate.clock import ABSENT, DAY
from training.simulate.funnel.steps import Funnel
from training.simulate.play.config import RecommendedConfig
from training.simulate.play.makings import Made, gmv_of, with_hooks, with_products
from training.simulate.play.wishes import product_wishes

TIMES = 600
"""How often each creator is asked."""
GIVEN = RecommendedConfig(creators_a_week=1, products=1, videos=1, adopt_logit=20, again=0, post_days=0.6)


@pytest.fixture(scope="module")
def block(shipped) -> Block:
    """A world without what a prospect leaves out (lift, drift, who stops), and with a short tail of luck.

    Words have strong effects in it, and creators strong habits.
    """
    still = ["lift.zero_share=1", "followers.momentum_sigma=0", "survival.weekly_hazard=0"]
    even = ["fitted.viral_factor=2", "fitted.video_sigma=0.3", "inspiration.adopt_days=0.6"]
    everywhere = dict.fromkeys(LEVEL1, 1.5)
    effects = {"hook": {"story": everywhere}, "call_to_action": {"link": everywhere}}
    telling = ["facets.habit=0.9", f"facets.views={effects}", f"facets.conversion={effects}"]
    small = ["size.creators=60", "size.products=40", "size.briefs=1", "size.days=100"]
    return Block.of_cast(Cast.of(shipped([*still, *even, *telling, *small])), 0, Funnel.without_rows())


@pytest.fixture(scope="module")
def shelves(block):
    return stock(block)


@pytest.fixture(scope="module")
def sellers(block):
    """Ordinary creators who sell and are there from the start."""
    creators = block.creators
    there = creators.sells & (creators.created_at < block.clock.start) & (creators.shoppable > 0.3)
    return np.flatnonzero(there & (creators.views > 20_000))[:6]


def brought(made: Made, followers: bool) -> np.ndarray:
    """GMV, or followers gained, of each video within the result window."""
    activity, days = made[0], made[0].days
    if not followers:
        return gmv_of(activity).astype(float)
    age = days.day - activity.posts.posted_at[days.post] // DAY
    counted = age < activity.block.config.policy.result_days
    return np.bincount(days.post[counted], days.followers_gained[counted], len(activity.posts))


def asked_often(block, creators, middle=DAY * 50) -> Asked:
    """Each creator many times, at moments spread over four weeks: no weekday counts for more."""
    at = block.clock.start + middle + np.linspace(-14 * DAY, 14 * DAY, TIMES).astype(np.int64)
    return Asked(np.repeat(creators, TIMES), np.tile(at, len(creators)))


def assert_means(values: np.ndarray, expected: np.ndarray) -> None:
    """Every row's mean is as expected, and so is the mean of all."""
    errors = values.std(axis=1) / values.shape[1] ** 0.5
    scores = (values.mean(axis=1) - expected) / errors
    assert (np.abs(scores) < 4).all()
    assert abs(scores.mean()) < 3 / len(scores) ** 0.5


@pytest.mark.parametrize("followers", [False, True])
def test_videos_with_a_product_bring_what_is_expected_of_them(block, shelves, sellers, followers):
    asked = asked_often(block, sellers)
    wishes = product_wishes(block, shelves, asked, GIVEN)
    stays = block.products.created_at < block.clock.start
    stays &= block.products.removed_at == ABSENT
    wishes = wishes.take(stays[wishes.item])
    wishes = wishes.take(np.unique(wishes.asked, return_index=True)[1])

    made = with_products(block.of(Part("products", 1)), asked, wishes, GIVEN)

    prospects = ProductProspects(block, asked, block.products)
    each = (prospects.followers if followers else prospects.gmv)[wishes.asked, wishes.item]
    assert_means(
        brought(made, followers).reshape(len(sellers), TIMES), each.reshape(len(sellers), TIMES).mean(axis=1)
    )


@pytest.mark.parametrize("followers", [False, True])
def test_videos_with_a_hook_bring_what_is_expected_of_them(block, shelves, sellers, followers):
    asked = asked_often(block, sellers[:3])

    made = with_hooks(block.of(Part("hooks", 1)), shelves, asked)

    prospects = HookProspects(block, asked, shelves)
    expected = prospects.followers if followers else prospects.gmv
    by_hook = brought(made, followers).reshape(3, TIMES, HOOKS).transpose(0, 2, 1).reshape(-1, TIMES)
    assert_means(by_hook, expected.reshape(3, TIMES, HOOKS).mean(axis=1).ravel())


def test_who_does_not_sell_brings_no_gmv_and_yet_followers(block, shelves):
    none = np.flatnonzero(~block.creators.sells)
    asked = Asked(none, np.full(len(none), block.clock.end))
    with_products, of_hooks = (
        ProductProspects(block, asked, block.products),
        HookProspects(block, asked, shelves),
    )

    assert (with_products.gmv == 0).all()
    assert (of_hooks.gmv == 0).all()
    assert (of_hooks.followers > 0).all()
