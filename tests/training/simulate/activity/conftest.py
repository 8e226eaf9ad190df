from dataclasses import fields

import numpy as np
import pytest

from training.simulate.activity.block import Block
from training.simulate.activity.posts import own_posts
from training.simulate.activity.samples import own_samples
from training.simulate.activity.showcase import Shelves, stock
from training.simulate.activity.traits import Videos, with_traits
from training.simulate.cast.cast import Cast
from training.simulate.funnel.steps import Funnel

SIZE = ("size.creators=300", "size.block=300", "size.briefs=200", "size.days=100", "gaming.stuffing=.1")


def nobody() -> Funnel:
    """A funnel without rows."""
    nothing = np.zeros(0, dtype=np.int64)
    columns = dict.fromkeys((column.name for column in fields(Funnel)), nothing)
    return Funnel(**{**columns, "chances": np.zeros((0, 6))})


@pytest.fixture(scope="session")
def block(shipped) -> Block:
    """A block of creators whom no campaign asks for anything."""
    return Block.of_cast(Cast.of(shipped(SIZE)), 0, nobody())


@pytest.fixture(scope="session")
def shelves(block) -> Shelves:
    return stock(block)


@pytest.fixture(scope="session")
def videos(block, shelves) -> Videos:
    """What the creators post on their own."""
    return with_traits(block, own_posts(block, shelves, own_samples(block, shelves)))
