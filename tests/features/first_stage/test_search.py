"""Searching a large market: the best are found, by few looks, each at someone who may be looked at."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from features.first_stage.history import Met
from features.first_stage.index import Market
from features.first_stage.search import best_places, search

CREATORS, FACTORS = 4_000, 6
NOBODY = Met(np.empty(0, np.int64), np.empty((0, 2), np.float32))


class Ranker:
    """Scores creators by their factors, some noise, and what a test adds; remembers whom it was asked."""

    def __init__(self, market, noise=0.0, seed=3):
        rng = np.random.default_rng(seed)
        weights = rng.normal(size=market.factors.shape[1])
        self.scores = (market.factors @ weights + noise * rng.normal(size=len(market.rows))).astype(
            np.float32
        )
        self.first_row = market.rows[0]
        self.asked = []

    def __call__(self, rows):
        self.asked += rows.tolist()
        return self.scores[rows - self.first_row]

    def best(self, places, count):
        """Rows of the best at these places."""
        return self.first_row + places[np.argsort(-self.scores[places], kind="stable")[:count]]


@pytest.fixture
def market():
    """Creators of the rows from 50 on."""
    factors = np.random.default_rng(1).normal(size=(CREATORS, FACTORS)).astype(np.float32)
    return Market(50 + np.arange(CREATORS), factors, np.zeros(FACTORS), 0.01)


def everyone():
    return np.arange(CREATORS)


def some(share=0.2):
    return np.flatnonzero(np.random.default_rng(7).random(CREATORS) < share)


@pytest.mark.parametrize("eligible", [everyone(), some(0.8), some(0.1)], ids=["all", "most", "few"])
def test_the_best_are_found_where_factors_tell_the_scores(market, eligible):
    ranker = Ranker(market)

    found = search(market, eligible, NOBODY, ranker, 200)

    assert np.isin(ranker.best(eligible, 50), found.rows).all()


@pytest.mark.parametrize("eligible", [everyone(), some(0.8), some(0.1)], ids=["all", "most", "few"])
def test_as_many_as_asked_for_are_scored_once_each_and_only_the_eligible(market, eligible):
    ranker = Ranker(market, noise=0.5)

    found = search(market, eligible, NOBODY, ranker, 150)

    assert len(ranker.asked) == len(set(ranker.asked)) == len(found.rows) == 150
    assert_array_equal(sorted(ranker.asked), found.rows)
    assert np.isin(found.rows, market.rows[eligible]).all()
    assert_array_equal(found.scores, ranker.scores[found.rows - 50])


def test_noise_that_factors_do_not_tell_costs_some_of_the_best_and_not_most(market):
    ranker = Ranker(market, noise=0.4)

    found = search(market, everyone(), NOBODY, ranker, 400)

    recall = np.isin(ranker.best(everyone(), 40), found.rows).mean()
    assert 0.9 <= recall <= 1


@pytest.mark.parametrize("count", range(1, 12))
@pytest.mark.parametrize("met", [0, 1, 30])
def test_very_few_can_be_asked_for(market, count, met):
    found = search(market, everyone(), met_at(np.arange(met) * 100), Ranker(market), count)

    assert len(found.rows) == count


def test_the_same_question_has_the_same_answer(market):
    first, second = (search(market, some(), NOBODY, Ranker(market, 0.3), 120) for _ in range(2))

    assert_array_equal(first.rows, second.rows)
    assert_array_equal(first.scores, second.scores)


def met_at(places):
    """Creators with a history, half of whom were invited."""
    return Met(
        places, np.stack([np.ones(len(places)), np.arange(len(places)) % 2], axis=1).astype(np.float32)
    )


def test_few_with_a_history_are_all_scored_and_marked(market):
    places = np.arange(5, CREATORS, 101)
    ranker = Ranker(market)
    ranker.scores[places] -= 100

    found = search(market, everyone(), met_at(places), ranker, 400)

    assert_array_equal(found.rows[found.met], market.rows[places])
    assert len(found.rows) == 400


def test_what_a_history_is_worth_is_learnt_from_those_who_have_one(market):
    places = np.arange(0, CREATORS, 4)
    ranker = Ranker(market)
    invited = places[np.arange(len(places)) % 2 == 1]
    ranker.scores[invited] += 12

    found = search(market, everyone(), met_at(places), ranker, 200)

    best = ranker.best(everyone(), 60)
    assert np.isin(best, market.rows[invited]).all()
    assert np.isin(best, found.rows).mean() > 0.95


def test_nothing_to_tell_creators_apart_by_still_gives_as_many(market):
    flat = Market(market.rows, np.zeros((CREATORS, 0), np.float32), np.empty(0), 0.0)

    assert len(search(flat, everyone(), NOBODY, Ranker(market, 1.0), 100).rows) == 100


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.integers(-3, 3), max_size=300).map(lambda found: np.array(found, np.float32)),
    count=st.integers(0, 320),
)
def test_best_places_are_those_of_a_stable_sort(values, count):
    expected = np.sort(np.argsort(-values, kind="stable")[:count])

    assert_array_equal(best_places(values, count), expected)


def test_best_places_among_many_are_those_of_a_stable_sort():
    values = np.random.default_rng(2).normal(size=100_000).astype(np.float32).round(2)

    for count in (1, 63, 1_000, 99_999):
        assert_array_equal(best_places(values, count), np.sort(np.argsort(-values, kind="stable")[:count]))
