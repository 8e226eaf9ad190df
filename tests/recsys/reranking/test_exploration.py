from collections import Counter
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from pydantic import ValidationError

from recsys.off_policy.logged import LoggedActions
from recsys.reranking.exploration import ExplorationConfig, chance_of
from recsys.reranking.facts import ItemFacts

EPSILONS = pytest.mark.parametrize("epsilon", [0.05, 0.3, 0.8, 1])


def exploration(**settings):
    return ExplorationConfig(**settings).build(ItemFacts())


def chances_by_enumeration(size, epsilon):
    """Order → its chance: every way the coins and the draws can fall, added up."""
    chances = Counter()
    for coins in product([False, True], repeat=size):
        of_coins = np.prod([epsilon if explores else 1 - epsilon for explores in coins])
        draws = [range(size - place) if explores else [0] for place, explores in enumerate(coins)]
        of_draws = np.prod([len(choices) for choices in draws])
        for picks in product(*draws):
            left = list(range(size))
            chances[tuple(left.pop(pick) for pick in picks)] += of_coins / of_draws
    return chances


def drawn(reranker, candidates, ask, requests):
    return [reranker.explore(ask((request,)), candidates) for request in range(requests)]


@EPSILONS
def test_the_logged_chances_of_a_slate_multiply_to_the_enumerated_chance_of_its_order(ask, ranked, epsilon):
    exact = chances_by_enumeration(4, epsilon)
    assert sum(exact.values()) == pytest.approx(1)

    logged = {
        tuple(explored.candidates.items.tolist()): explored.propensities.prod()
        for explored in drawn(exploration(epsilon=epsilon), ranked(4, 3, 2, 1), ask, 400)
    }

    assert len(logged) > 3
    for order, chance in logged.items():
        assert chance == pytest.approx(exact[order])


def test_chances_of_all_orders_add_up_to_one():
    exact = chances_by_enumeration(4, 0.3)

    def by_propensities(order):
        left, chance = list(range(4)), 1.0
        for item in order:
            chance *= chance_of(np.array(left[0] == item), np.array(len(left)), 0.3)
            left.remove(item)
        return chance

    assert {order: pytest.approx(by_propensities(order)) for order in permutations(range(4))} == dict(exact)


def test_each_order_comes_as_often_as_its_logged_chances_say(ask, ranked):
    requests = 6_000
    logged = Counter()
    chances = {}
    for explored in drawn(exploration(epsilon=0.5), ranked(3, 2, 1), ask, requests):
        order = tuple(explored.candidates.items.tolist())
        logged[order] += 1
        chances[order] = explored.propensities.prod()

    assert len(chances) == 6
    assert sum(chances.values()) == pytest.approx(1)
    for order, chance in chances.items():
        # Five standard deviations of a share of so many requests.
        assert logged[order] / requests == pytest.approx(chance, abs=5 * np.sqrt(chance / requests))


def test_each_item_takes_a_place_as_often_as_its_logged_chance_says(ask, ranked):
    chances, taken = {}, Counter()
    for explored in drawn(exploration(epsilon=0.4), ranked(4, 3, 2, 1), ask, 6_000):
        above, item = map(int, explored.candidates.items[:2])
        taken[above, item] += 1
        chances[above, item] = explored.propensities[1]

    firsts = Counter()
    for (above, _), times in taken.items():
        firsts[above] += times
    for (above, item), times in taken.items():
        chance, requests = chances[above, item], firsts[above]
        assert times / requests == pytest.approx(chance, abs=5 * np.sqrt(chance / requests))


def test_the_log_values_the_policy_without_exploration(ask, ranked):
    reward = np.array([3.0, 9, 1, 5])
    log = drawn(exploration(epsilon=0.6), ranked(4, 3, 2, 1), ask, 6_000)
    first = np.array([explored.candidates.items[0] for explored in log])
    propensity = np.array([explored.propensities[0] for explored in log])

    actions = LoggedActions(reward[first], propensity, target=chance_of(first == 0, np.full(6_000, 4), 0))

    assert actions.weights.mean() == pytest.approx(1, abs=0.05)
    assert (actions.weights * actions.reward).mean() == pytest.approx(3, abs=0.15)


def test_by_hand(ask, ranked):
    for explored in drawn(exploration(epsilon=0.3), ranked(3, 2, 1), ask, 40):
        items = explored.candidates.items.tolist()
        first = 0.8 if items[0] == 0 else 0.1
        second = 0.85 if items[1] == min({0, 1, 2} - {items[0]}) else 0.15
        assert_allclose(explored.propensities, [first, second, 1])


def test_without_exploration_every_place_was_certain(ask, ranked):
    explored = exploration(epsilon=0).explore(ask(), ranked(5, 4, 3))

    assert_array_equal(explored.propensities, [1, 1, 1])


def test_only_the_best_take_part_and_the_rest_is_certain(ask, ranked):
    for explored in drawn(exploration(epsilon=1, depth=2), ranked(5, 4, 3, 2), ask, 20):
        assert explored.candidates.items[2:].tolist() == [2, 3]
        assert_allclose(explored.propensities, [0.5, 1, 1, 1])


def test_a_request_can_be_repeated_and_another_differs(ask, ranked):
    reranker, candidates = exploration(epsilon=1), ranked(*range(30, 0, -1))

    orders = [
        reranker.rerank(ask(key), candidates).items.tolist()
        for key in [(1, 2), (1, 2), (2, 1), (1, 3), (1, 2, 0), (-1, 2), (1 + 2**32, 2)]
    ]

    assert orders[0] == orders[1]
    assert len({tuple(order) for order in orders}) == 6


def test_another_seed_explores_elsewhere(ask, ranked, order):
    candidates = ranked(*range(30, 0, -1))

    first, second = (order(exploration(epsilon=1, seed=seed), candidates, ask()) for seed in (1, 2))

    assert first != second


@given(st.floats(0, 1), st.integers(1, 500))
def test_the_chances_of_all_who_are_left_add_up_to_one_and_none_exceeds_it(epsilon, free):
    chances = chance_of(np.arange(free) == 0, np.full(free, free), epsilon)

    assert chances.sum() == pytest.approx(1)
    assert ((chances >= 0) & (chances <= 1)).all()


@pytest.mark.parametrize("epsilon", [-0.1, 1.1])
def test_epsilon_is_a_probability(epsilon):
    with pytest.raises(ValidationError, match="epsilon"):
        ExplorationConfig(epsilon=epsilon)
