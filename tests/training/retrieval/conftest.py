"""Two tastes: users of one like items 0 to 9, of the other 10 to 19; items 20 and 21 nobody met yet."""

import numpy as np
import pytest

from recsys.interactions import Interactions

USERS, ITEMS, COLD = 60, 22, 2
SHOWN = 5
"""Items each user met."""


@pytest.fixture(scope="session")
def taste():
    """(items,): which of the two tastes an item serves; the cold items serve one each."""
    return np.array([0] * 10 + [1] * 10 + [0, 1])


@pytest.fixture(scope="session")
def known(taste):
    rng = np.random.default_rng(1)
    warm = taste[: ITEMS - COLD]
    columns = np.concatenate(
        [rng.choice(np.flatnonzero(warm == user % 2), SHOWN, replace=False) for user in range(USERS)]
    )
    rows = np.repeat(np.arange(USERS), SHOWN)
    confidence = rng.uniform(0.5, 2, len(rows)).astype(np.float32)
    return Interactions.of_pairs(np.arange(USERS), np.arange(ITEMS), (rows, columns), confidence)


@pytest.fixture(scope="session")
def content(taste):
    """Features that tell the tastes apart."""
    noise = np.random.default_rng(2).normal(0, 0.3, (ITEMS, 6))
    return (np.eye(2)[taste].repeat(3, axis=1) + noise).astype(np.float32)
