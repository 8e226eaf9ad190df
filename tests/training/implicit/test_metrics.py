import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.metrics import METRICS
from training.implicit.metrics import MEASURES, hits_of, measured
from training.implicit.relevant import Relevant

CATALOGUE = 12


@st.composite
def asked(draw):
    """A list of distinct items, short or padded, and relevant items, of which some may be unknown."""
    shown = draw(st.permutations(range(CATALOGUE)))[: draw(st.integers(0, CATALOGUE))]
    places = draw(st.integers(max(len(shown), 1), CATALOGUE))
    relevant = draw(st.sets(st.integers(0, CATALOGUE + 3), min_size=1))
    return shown + [-1] * (places - len(shown)), sorted(relevant)


@settings(deadline=None)
@given(st.lists(asked(), min_size=1, max_size=4), st.integers(1, 15), st.sampled_from(sorted(METRICS)))
def test_they_equal_the_metrics_of_single_queries(users, cutoff, name):
    longest = max(len(shown) for shown, _ in users)
    lists = np.array([shown + [-1] * (longest - len(shown)) for shown, _ in users])
    relevant = Relevant.of_pairs(
        np.repeat(np.arange(len(users)), [len(of_user) for _, of_user in users]),
        np.concatenate([of_user for _, of_user in users]),
        CATALOGUE,
    )

    values = measured(lists, relevant, [cutoff])[f"{name}_at_{cutoff}"]

    for (shown, of_user), value in zip(users, values, strict=True):
        grades = np.isin(shown, of_user).astype(np.int32)
        assert value == pytest.approx(METRICS[name](grades, np.ones(len(of_user), np.int32), cutoff))


def test_a_worked_example():
    # Relevant: 7 and 9; the list has 9 in place 2 and 7 in place 4.
    relevant = Relevant.of_pairs(np.array([0, 0]), np.array([7, 9]), 10)
    values = measured(np.array([[1, 9, 2, 7]]), relevant, [3, 4])

    assert values["recall_at_3"] == 0.5
    assert values["recall_at_4"] == 1
    assert values["hr_at_3"] == 1
    assert values["mrr_at_4"] == 0.5
    assert values["map_at_4"] == (1 / 2 + 2 / 4) / 2
    ideal = 1 + 1 / np.log2(3)
    assert values["ndcg_at_4"] == pytest.approx((1 / np.log2(3) + 1 / np.log2(5)) / ideal)


def test_an_item_counts_for_its_own_user_only():
    relevant = Relevant.of_pairs(np.array([0, 1]), np.array([3, 4]), 5)

    assert hits_of(np.array([[4, 3], [4, 3]]), relevant).tolist() == [[False, True], [True, False]]


def test_padding_is_never_a_hit():
    relevant = Relevant.of_pairs(np.array([0, 1]), np.array([4, 0]), 5)

    assert not hits_of(np.full((2, 3), -1), relevant).any()


def test_a_user_without_a_relevant_item_has_no_value():
    relevant = Relevant.of_pairs(np.array([0, 1]), np.array([0, 1]), 2).only(np.array([True, False]))

    values = measured(np.array([[0], [0]]), relevant, [1])

    for name in MEASURES:
        assert values[f"{name}_at_1"][0] == 1
        assert np.isnan(values[f"{name}_at_1"][1])


def test_ten_thousand_users_take_less_than_two_seconds():
    rng = np.random.default_rng(1)
    lists = np.argsort(rng.random((10_000, 60)), axis=1)[:, :50]
    users, items = np.divmod(rng.choice(600_000, 30_000, replace=False), 60)
    relevant = Relevant.of_pairs(
        np.append(users, np.arange(10_000)), np.append(items, np.full(10_000, 61)), 60
    )
    began = time.process_time()

    measured(lists, relevant, (10, 20, 50))

    assert time.process_time() - began < 2
