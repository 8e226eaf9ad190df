"""Factors of creators: what a few scores of a creator tell about all others."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from features.first_stage.factors import spanning, turned


def low_rank(creators=300, briefs=40, rank=5, seed=1):
    """Scores that are a sum of `rank` numbers of a creator times those of a brief."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(creators, rank)) @ rng.normal(size=(rank, briefs)) + rng.normal(size=briefs)


def centred(values):
    return values - values.mean(axis=0)


def test_as_many_anchors_as_there_are_directions_tell_everything():
    scores = low_rank(rank=5)

    turn = turned(scores, anchors=5, factors=5)

    factors = turn.factors(scores[:, turn.anchors]).astype(float)
    weights = np.linalg.lstsq(factors, centred(scores), rcond=None)[0]
    assert turn.noise == pytest.approx(0, abs=1e-18)
    assert_allclose(factors @ weights, centred(scores), atol=1e-4)


def test_what_is_told_already_is_no_anchor():
    scores = low_rank(rank=3)

    assert len(turned(scores, anchors=10, factors=8).anchors) == 3


def test_anchors_are_the_briefs_that_the_others_tell_least_of():
    alone, other = np.array([1.0, -1.0, 0, 0]), np.array([0, 0, 2.0, -2.0])

    assert_array_equal(spanning(np.stack([alone, other, other / 2], axis=1), 2), [1, 0])


def test_usual_weights_give_the_mean_score_over_briefs():
    scores = low_rank(rank=4)
    turn = turned(scores, anchors=4, factors=4)

    usual = turn.factors(scores[:, turn.anchors]) @ turn.weights

    assert_allclose(usual, centred(scores).mean(axis=1), atol=1e-4)


def test_more_factors_leave_less_untold():
    scores = low_rank(rank=12)

    noises = [turned(scores, anchors=12, factors=factors).noise for factors in (2, 6, 10)]

    assert noises == sorted(noises, reverse=True)
    assert noises[0] > 2 * noises[-1] > 0


def test_creators_who_all_score_the_same_have_no_factors():
    turn = turned(np.ones((50, 8)), anchors=4, factors=4)

    assert turn.factors(np.ones((7, 0))).shape == (7, 0)
    assert turn.noise == 0
