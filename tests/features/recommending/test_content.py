import numpy as np
import pytest

from features.recommending import content
from features.recommending.content import (
    CONTENT_BLOCKS,
    SCALED,
    WIDTH,
    item_content,
    user_content,
    usual_audience,
)
from features.recommending.surfaces import SURFACES
from recsys.errors import BundleError


@pytest.mark.parametrize("surface", SURFACES)
def test_every_block_has_length_one_or_says_nothing(recommended, surface):
    users, items = user_content(recommended, surface, np.arange(2)), item_content(recommended, surface)

    assert users.shape[1] == items.shape[1] == WIDTH
    assert users.dtype == items.dtype == np.float32
    for name in CONTENT_BLOCKS.keys() - set(SCALED):
        for side in (users, items):
            lengths = np.linalg.norm(side[:, slice(*CONTENT_BLOCKS[name])], axis=1)
            assert np.all(np.isclose(lengths, 1, atol=1e-5) | (lengths == 0))
    for name in SCALED:
        values = items[:, CONTENT_BLOCKS[name][0]]
        assert values.min() >= 0
        assert values.max() <= 1


def test_blocks_stand_side_by_side_and_fill_the_width():
    bounds = list(CONTENT_BLOCKS.values())

    assert [start for start, _ in bounds] == [0, *(end for _, end in bounds[:-1])]
    assert bounds[-1][1] == WIDTH


def test_a_price_is_most_alike_to_itself_and_less_the_farther_away():
    bumps = content.unit_vectors(content._bumps(np.array([0.0, 0.3, 1.0, -2.0])).astype(np.float32))
    cosines = bumps @ bumps[0]

    assert cosines.argsort()[::-1].tolist() == [0, 1, 2, 3]
    assert cosines[1] == pytest.approx(np.exp(-((0.3 / content.PRICE_WIDTH) ** 2) / 4), abs=0.01)


def test_content_of_some_items_is_that_of_all(recommended):
    rows = np.array([2, 0])

    for surface in SURFACES:
        whole = item_content(recommended, surface)
        np.testing.assert_array_equal(item_content(recommended, surface, rows), whole[rows])


def test_a_vocabulary_that_outgrew_its_block_is_refused(recommended, monkeypatch):
    monkeypatch.setitem(content.CONTENT_BLOCKS, "audience", (0, 1))

    with pytest.raises(BundleError, match="content block audience has room for 1 words, found"):
        user_content(recommended, "products", np.arange(2))


@pytest.mark.parametrize("surface", SURFACES)
def test_the_usual_audience_may_be_worked_out_once(recommended, surface):
    rows, usual = np.arange(2), usual_audience(recommended)

    np.testing.assert_array_equal(
        user_content(recommended, surface, rows, usual), user_content(recommended, surface, rows)
    )
    moved = {dimension: shares + 0.1 for dimension, shares in usual.items()}
    assert (user_content(recommended, surface, rows, moved) != user_content(recommended, surface, rows)).any()
