import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.preprocessing import OneHotEncoder

from training.rewards import AmountModel, ChanceModel


@pytest.fixture
def features():
    return np.random.default_rng(1).normal(size=(3000, 2)).astype(np.float32)


def test_chances_are_learnt(features):
    chance = 1 / (1 + np.exp(1 - 2 * features[:, 0]))
    happened = (np.random.default_rng(2).random(3000) < chance).astype(float)

    expected = ChanceModel().fit(features, happened).expected(features)

    assert np.abs(expected - chance).mean() < 0.02


@pytest.mark.parametrize("only", [0.0, 1.0])
def test_where_only_one_outcome_was_seen_it_is_expected(features, only):
    assert_array_equal(ChanceModel().fit(features, np.full(3000, only)).expected(features[:5]), only)


def test_codes_can_be_learnt_and_an_unseen_one_is_no_error():
    codes = np.repeat([[0.0], [1.0]], 500, axis=0).astype(np.float32)
    happened = np.concatenate([np.tile([1.0, 0, 0, 0, 0], 100), np.tile([1.0, 1, 1, 1, 0], 100)])

    model = ChanceModel(1.0, OneHotEncoder(handle_unknown="ignore")).fit(codes, happened)

    low, high, unseen = model.expected(np.array([[0], [1], [9]], np.float32))
    assert (low, high) == (pytest.approx(0.2, abs=0.02), pytest.approx(0.8, abs=0.02))
    assert low < unseen < high


def test_amounts_are_learnt_and_their_mean_is_the_observed_one(features):
    mean = np.exp(5 + 0.5 * features[:, 0])
    amount = mean * np.random.default_rng(3).exponential(size=3000)

    expected = AmountModel().fit(features, amount).expected(features)

    assert expected.mean() == pytest.approx(amount.mean(), rel=0.01)
    assert np.abs(expected / mean - 1).mean() < 0.06


def test_no_amount_beyond_what_was_seen_is_expected(features):
    amount = np.exp(2 * features[:, 0])
    model = AmountModel().fit(features, amount)

    assert model.expected(np.full((1, 2), 100, np.float32)) == amount.max()


def test_where_nothing_came_in_nothing_is_expected(features):
    assert_array_equal(AmountModel().fit(features, np.zeros(3000)).expected(features[:3]), 0)
