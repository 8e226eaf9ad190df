import numpy as np
import pytest

from training.recommending.log import Impressions
from training.recommending.rows import FEW_REACTIONS, position_bias


def impressions(position, reacted):
    zeros = np.zeros(len(position), np.int64)
    return Impressions(zeros, zeros, zeros, np.array(position, np.int64), np.array(reacted, np.bool_))


def test_the_bias_of_a_place_is_its_reactions_over_those_expected():
    shown = impressions([1] * 100 + [2] * 100, [True] * 60 + [False] * 40 + [True] * 20 + [False] * 80)

    bias = position_bias(shown)

    # 40 were to be expected at each place.
    assert bias[1] == pytest.approx(np.log((60 + FEW_REACTIONS) / (40 + FEW_REACTIONS)))
    assert bias[2] == pytest.approx(np.log((20 + FEW_REACTIONS) / (40 + FEW_REACTIONS)))


def test_without_places_or_impressions_nothing_is_corrected():
    assert position_bias(impressions([0, 0], [True, False])).tolist() == [0]
    assert position_bias(impressions([], [])).tolist() == [0]
