from itertools import combinations

import numpy as np
import pytest

from training.simulate.play.slots import Limits, by_value, chance_of, fill, first_free, worth

SEEDS = range(30)


def limits(fees, places=3, budget=100, open_=None):
    fees = np.array(fees)
    return Limits(places, budget, fees, np.ones(len(fees), bool) if open_ is None else np.array(open_))


def drawn(seed, candidates=10):
    rng = np.random.default_rng(seed)
    fees = rng.integers(5, 80, candidates)
    values = fees * rng.lognormal(0, 1, candidates)
    return values, limits(fees, places=4, budget=120, open_=rng.random(candidates) < 0.8)


def best_possible(values, given):
    """The exact answer of the knapsack, by trying every choice."""
    may = np.flatnonzero(given.open)
    choices = (c for size in range(given.places + 1) for c in combinations(may, size))
    return max(values[list(c)].sum() for c in choices if given.fees[list(c)].sum() <= given.budget)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exploration", [0, 0.3, 1])
def test_no_limit_is_ever_exceeded(seed, exploration):
    values, given = drawn(seed)

    slots = fill(by_value(values, given), given, exploration, np.random.default_rng(seed))

    assert len(slots) <= given.places
    assert given.fees[slots.candidate].sum() <= given.budget
    assert given.open[slots.candidate].all()
    assert len(set(slots.candidate.tolist())) == len(slots)


def test_places_are_filled_down_the_list_and_who_is_too_dear_is_passed_over():
    slots = fill(np.array([2, 0, 1, 3]), limits([50, 20, 60, 10]), 0, np.random.default_rng(0))

    assert slots.candidate.tolist() == [2, 1, 3]


def test_a_place_stays_empty_rather_than_break_the_budget():
    assert fill(np.array([0, 1]), limits([60, 60]), 0, np.random.default_rng(0)).candidate.tolist() == [0]


@pytest.mark.parametrize(
    "given", [limits([1, 1], places=0), limits([9, 9], budget=8), limits([1], open_=[False])]
)
def test_nobody_is_invited_where_nothing_is_left(given):
    slots = fill(np.arange(len(given.fees)), given, 0.5, np.random.default_rng(0))

    assert len(slots) == 0
    assert slots.free.shape == (0, len(given.fees))


def test_without_exploration_every_choice_was_certain():
    values, given = drawn(1)

    assert (fill(by_value(values, given), given, 0, np.random.default_rng(0)).propensity == 1).all()


@pytest.mark.parametrize("exploration", [0.1, 1])
def test_the_chances_of_all_who_are_free_add_up_to_one(exploration):
    free = 7

    total = chance_of(True, free, exploration) + (free - 1) * chance_of(False, free, exploration)

    assert total == pytest.approx(1)


def test_the_logged_chance_is_how_often_it_happens():
    given, order = limits([1, 1, 1, 1], places=1), np.array([3, 0, 1, 2])
    drawn_often = [fill(order, given, 0.4, np.random.default_rng(seed)) for seed in range(4_000)]

    picks = np.array([slots.candidate[0] for slots in drawn_often])
    logged = {int(slots.candidate[0]): slots.propensity[0] for slots in drawn_often}

    for candidate, chance in logged.items():
        assert (picks == candidate).mean() == pytest.approx(chance, abs=0.025)


def test_who_could_have_taken_a_place_is_logged_with_it():
    slots = fill(np.array([0, 1, 2]), limits([60, 50, 30]), 0, np.random.default_rng(0))

    assert slots.free.tolist() == [[True, True, True], [False, False, True]]
    assert [first_free(np.array([0, 1, 2]), free) for free in slots.free] == slots.candidate.tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_value_list_is_close_to_the_exact_knapsack(seed):
    values, given = drawn(seed)

    found, best = worth(by_value(values, given), values, given), best_possible(values, given)

    assert 0.85 * best <= found <= best + 1e-9


def test_the_value_list_reaches_nearly_all_of_the_exact_knapsack_on_average():
    shares = []
    for seed in range(100):
        values, given = drawn(seed)
        shares.append(worth(by_value(values, given), values, given) / best_possible(values, given))

    assert np.mean(shares) > 0.985


def test_money_to_spare_goes_to_the_most_valuable_not_to_the_cheapest():
    given = limits([50, 10, 10, 10], places=1, budget=60)

    assert first_free(by_value(np.array([9.0, 8, 7, 6]), given), given.open) == 0


def test_a_scarce_budget_goes_to_who_brings_most_for_it():
    given = limits([60, 20, 20, 20], places=3, budget=60)

    slots = fill(by_value(np.array([10.0, 6, 6, 6]), given), given, 0, np.random.default_rng(0))

    assert slots.candidate.tolist() == [1, 2, 3]


def test_worth_is_the_value_of_what_is_filled():
    values, given = drawn(4)
    order = by_value(values, given)

    slots = fill(order, given, 0, np.random.default_rng(0))

    assert worth(order, values, given) == pytest.approx(values[slots.candidate].sum())
