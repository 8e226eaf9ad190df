import numpy as np
import pytest
from numpy.testing import assert_allclose
from pydantic import ValidationError

from recsys.reranking.facts import ItemFacts
from recsys.reranking.seen import SeenConfig


def seen(times, days, **settings):
    facts = ItemFacts(times_shown=np.array(times), days_since_shown=np.array(days, np.float64))
    return SeenConfig(**settings).build(facts)


def left_of_ten(times, days, ranked, **settings):
    """The score of an item of 10 above the lowest, after so many showings, the last so many days ago."""
    after = seen([times, 0], [days, np.nan], **settings).rerank(None, ranked(10, 0))
    return after.scores[after.items.tolist().index(0)]


def test_each_showing_leaves_its_share(ranked):
    shown = [left_of_ten(times, 0, ranked, kept_per_showing=0.5) for times in (0, 1, 2, 3)]

    assert_allclose(shown, [10, 5, 2.5, 1.25])


def test_half_of_the_loss_is_made_good_in_each_half_life(ranked):
    settings = {"kept_per_showing": 0.6, "recovery_half_life_days": 7}

    shown = [left_of_ten(1, days, ranked, **settings) for days in (0, 7, 14, 1e5)]

    assert_allclose(shown, [6, 8, 9, 10])


def test_of_equal_scores_the_least_shown_stands_above(ranked, order):
    assert order(seen([3, 1, 0, 0], [2, 2, np.nan, np.nan]), ranked(1, 1, 1, 0)) == [2, 1, 0, 3]


def test_of_items_shown_as_often_the_longest_ago_stands_above(ranked, order):
    assert order(seen([2, 2, 2, 0], [1, 30, 9, np.nan]), ranked(1, 1, 1, 0)) == [1, 2, 0, 3]


def test_where_a_showing_leaves_nothing_the_item_is_worth_no_more_than_the_lowest(ranked):
    after = seen([1, 0, 0], [0, 0, 0], kept_per_showing=0).rerank(None, ranked(9, 5, 2))

    assert after.items.tolist() == [1, 0, 2]
    assert_allclose(after.scores, [5, 2, 2])


def test_an_item_of_negative_score_falls_too(ranked, order):
    assert order(seen([4, 0, 0], [0, 0, 0]), ranked(-1, -1.2, -5)) == [1, 0, 2]


def test_what_a_showing_leaves_is_a_share():
    with pytest.raises(ValidationError, match="kept_per_showing"):
        SeenConfig(kept_per_showing=1.2)
