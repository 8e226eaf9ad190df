import numpy as np
from numpy.testing import assert_array_equal

from training.simulate.activity.showcase import MOST_LINKS, Shelves
from training.simulate.clock import ABSENT

SHELVES = Shelves(
    product=np.array([[5, 6, 7, 8]]),
    liked=np.array([4]),
    added_at=np.array([[10, 10, 90, ABSENT]]),
    removed_at=np.array([[ABSENT, 50, ABSENT, ABSENT]]),
)


def beside(at, product, wanted):
    found = SHELVES.beside(np.array([0]), np.array([at]), np.array([product]), np.array([wanted]))[0]
    assert len(found) == MOST_LINKS - 1
    return found[found != ABSENT].tolist()


def test_only_other_products_in_the_showcase_at_the_moment_are_linked_too():
    assert beside(at=20, product=5, wanted=9) == [6]
    assert beside(at=60, product=5, wanted=9) == []
    assert beside(at=95, product=5, wanted=9) == [7]


def test_no_more_are_linked_than_wanted():
    assert beside(at=20, product=7, wanted=1) == [5]
    assert beside(at=20, product=7, wanted=0) == []


def test_nothing_is_linked_beside_nothing():
    assert beside(at=20, product=ABSENT, wanted=3) == []


def test_odds_are_how_often_a_product_in_the_showcase_is_picked():
    size, nobody = 20_000, np.array([0])
    product, there = SHELVES.pick(np.random.default_rng(1), np.zeros(size, int), np.full(size, 60))

    [odds] = SHELVES.odds(nobody, np.array([60]))

    shares = [(there & (product == number)).mean() for number in (5, 6, 7, 8)]
    assert_array_equal(odds > 0, [True, False, False, False])
    assert abs(odds - shares).max() < 4 * np.sqrt(0.25 / size)


def test_no_video_links_a_product_twice(videos):
    linked = np.sort(videos.linked, axis=1)
    repeated = (linked[:, 1:] == linked[:, :-1]) & (linked[:, 1:] != ABSENT)

    assert not repeated.any()
    assert_array_equal((videos.linked != ABSENT).sum(axis=1) > 0, videos.product != ABSENT)
