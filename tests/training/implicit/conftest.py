import numpy as np
import pytest

from recsys.interactions import Interactions
from training.implicit.pairs import Pairs

USERS, ITEMS = np.array([10, 20, 30]), np.array([1, 2, 3, 4])


@pytest.fixture
def known():
    """User 10 met items 1 and 2, user 20 met item 1, user 30 nobody's item; items 3 and 4 are cold."""
    return Interactions.of_pairs(USERS, ITEMS, (np.array([0, 0, 1]), np.array([0, 1, 0])))


@pytest.fixture
def pairs():
    """A function from tuples (user, item) to what a file of them gives."""

    def of(*given, file="test.csv"):
        users, items = np.array(given).T
        return Pairs(file, users, items, np.ones(len(users)), repeated=0)

    return of


@pytest.fixture
def taste():
    """A function from a seed to pairs in which users prefer items near their taste."""

    def of(seed=0, users=60, items=24, each=5):
        rng = np.random.default_rng(seed)
        near = rng.normal(size=(users, 2)) @ rng.normal(size=(2, items)) * 2
        liked = np.argsort(-(near + rng.gumbel(size=near.shape)), axis=1)[:, :each]
        return np.repeat(np.arange(users), each), liked.ravel()

    return of
