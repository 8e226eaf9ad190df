import numpy as np
import pytest
from numpy.testing import assert_allclose

from training.simulate.replay.luck import draw_luck, expected_up_to


@pytest.fixture
def luck(world):
    return draw_luck(np.random.default_rng(1), 400_000, world.fitted)


def test_luck_has_mean_one(luck):
    assert luck.mean() == pytest.approx(1, abs=4 * luck.std() / np.sqrt(len(luck)))


@pytest.mark.parametrize("expected", [10.0, 400.0, 3_000.0])
def test_what_is_counted_up_to_a_limit_is_expected_exactly(luck, world, expected):
    counted = np.minimum(expected * luck, 500)

    found = expected_up_to(500, np.array([expected]), world.fitted)

    assert found == pytest.approx(counted.mean(), abs=4 * counted.std() / np.sqrt(len(luck)))


def test_a_limit_out_of_reach_changes_nothing(world):
    assert_allclose(expected_up_to(1e12, np.array([0.0, 5.0, 700.0]), world.fitted), [0, 5, 700])
