import numpy as np
import pytest
from numpy.testing import assert_allclose
from pydantic import ValidationError

from recsys.reranking.facts import ItemFacts
from recsys.reranking.freshness import FreshnessConfig


def freshness(*age_days, **settings):
    return FreshnessConfig(**settings).build(ItemFacts(age_days=np.array(age_days, np.float64)))


def test_at_the_half_life_half_of_what_age_can_take_is_gone(ranked):
    after = freshness(10, 0, 0, half_life_days=10, strength=0.8).rerank(None, ranked(10, 5, 0))

    assert after.items.tolist() == [0, 1, 2]
    assert_allclose(after.scores, [6, 5, 0])  # 10 × (1 - .8 × .5)


def test_of_equal_scores_the_newer_stands_above(ranked, order):
    assert order(freshness(90, 1, 30, 0), ranked(1, 1, 1, 0)) == [1, 2, 0, 3]


def test_a_new_item_overtakes_a_better_old_one(ranked, order):
    assert order(freshness(365, 0, 0, half_life_days=30, strength=0.5), ranked(1, 0.6, 0)) == [1, 0, 2]


def test_age_never_takes_more_than_the_strength(ranked):
    after = freshness(1e6, 0, half_life_days=1, strength=0.3).rerank(None, ranked(10, 0))

    assert_allclose(after.scores, [7, 0])


def test_an_old_item_of_negative_score_falls_too(ranked, order):
    assert order(freshness(300, 0, 0), ranked(-1, -1.2, -5)) == [1, 0, 2]


def test_unknown_age_counts_as_the_oldest_known(ranked):
    after = freshness(np.nan, 20, 0, half_life_days=20, strength=1).rerank(None, ranked(8, 8, 0))

    assert_allclose(after.scores, [4, 4, 0])


def test_without_any_known_age_nothing_changes(ranked):
    after = freshness(np.nan, np.nan).rerank(None, ranked(8, 1))

    assert_allclose(after.scores, [8, 1])


def test_an_item_from_the_future_is_as_new_as_one_of_today(ranked, order):
    assert order(freshness(0, -50, 0), ranked(3, 2.9, 0)) == [0, 1, 2]


def test_a_half_life_is_above_zero():
    with pytest.raises(ValidationError, match="half_life_days"):
        FreshnessConfig(half_life_days=0)
