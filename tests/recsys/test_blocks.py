"""Blocks change nothing but the memory that scoring takes."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.blocks import BLOCK_ROWS, in_blocks


@pytest.mark.parametrize("rows", [0, 1, BLOCK_ROWS, BLOCK_ROWS + 1, 3 * BLOCK_ROWS, 3 * BLOCK_ROWS + 7])
def test_every_row_is_scored_once_in_its_place_and_no_block_is_longer(rows):
    lengths = []

    def score(block):
        lengths.append(len(block))
        return block[:, 0].astype(np.float32)

    assert_array_equal(in_blocks(score, np.arange(rows)[:, None]), np.arange(rows))
    assert max(lengths) <= BLOCK_ROWS
    assert sum(lengths) == rows
