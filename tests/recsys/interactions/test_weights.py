"""Confidences: more, fresher and better paid events say more; what is merely shown says nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from recsys.config import parse
from recsys.errors import ConfigError
from recsys.interactions.events import Events
from recsys.interactions.weights import EventWeights, confidence
from recsys.vocabulary import ITEM_EVENTS

SETTINGS = {
    "weights": {"sold": 4.0, "posted": 2.0, "clicked": 0.5, "shown": 0.0},
    "half_life_days": 30.0,
    "results": {"gmv": {"scale": 1_000.0, "weight": 1.0}, "followers": {"scale": 10.0, "weight": 0.5}},
}
WEIGHTS = EventWeights.model_validate(SETTINGS)
WEIGHING = [event for event, weight in SETTINGS["weights"].items() if weight > 0]


def events(*rows):
    """(user, item, event, count, age in days, GMV, followers) each."""
    user, item, event, *numbers = zip(*rows, strict=True) if rows else [()] * 7
    codes = np.array([ITEM_EVENTS.index(name) for name in event], np.int8)
    count, age, gmv, followers = (np.array(column, np.float32) for column in numbers)
    return Events(
        np.array(user, np.int32),
        np.array(item, np.int32),
        codes,
        count,
        age,
        gmv.astype(np.int64),
        followers.astype(np.int64),
    )


def confidence_of(row, objective="gmv"):
    _, _, found = confidence(events(row), WEIGHTS, objective)
    return found[0]


def test_a_confidence_is_worked_out_by_hand():
    # Weight 4, halved by 30 days; three times is 1 + 1/2 + 1/4; GMV of its scale adds ln 2.
    assert confidence_of((0, 0, "sold", 3, 30, 1_000, 20)) == pytest.approx(4 * 0.5 * 1.75 * (1 + np.log(2)))
    # For followers: 20 are twice the scale, at half the weight.
    found = confidence_of((0, 0, "sold", 3, 30, 1_000, 20), "followers")
    assert found == pytest.approx(4 * 0.5 * 1.75 * (1 + 0.5 * np.log(3)))


def test_the_events_of_a_pair_add_up_in_any_order():
    rows = [(5, 2, "sold", 1, 0, 0, 0), (1, 9, "posted", 1, 0, 0, 0), (5, 2, "clicked", 1, 0, 0, 0)]

    for order in (rows, rows[::-1]):
        users, items, found = confidence(events(*order), WEIGHTS, "gmv")
        assert (users.tolist(), items.tolist(), found.tolist()) == ([1, 5], [9, 2], [2.0, 4.5])
    assert (users.dtype, items.dtype, found.dtype) == (np.int64, np.int64, np.float32)


def test_what_weighs_nothing_is_no_interaction():
    users, items, found = confidence(
        events((0, 1, "shown", 9, 0, 0, 0), (0, 2, "liked", 1, 0, 0, 0)), WEIGHTS, "gmv"
    )

    assert len(users) == len(items) == len(found) == 0


def test_what_is_long_forgotten_is_no_interaction():
    users, _, found = confidence(
        events((0, 1, "sold", 1, 9_999, 0, 0), (0, 2, "sold", 1, 999, 0, 0)), WEIGHTS, "gmv"
    )

    assert (users.tolist(), found > 0) == ([0], [True])


def test_an_empty_log_gives_no_interactions():
    users, items, found = confidence(events(), WEIGHTS, "followers")

    assert (users.dtype, items.dtype, found.dtype) == (np.int64, np.int64, np.float32)
    assert len(users) == len(items) == len(found) == 0


def test_the_objective_decides_which_result_counts():
    pairs = events((0, 1, "posted", 1, 5, 90_000, 0), (0, 2, "posted", 1, 5, 0, 900))

    _, _, for_gmv = confidence(pairs, WEIGHTS, "gmv")
    _, _, for_followers = confidence(pairs, WEIGHTS, "followers")

    assert for_gmv[0] > for_gmv[1]
    assert for_followers[0] < for_followers[1]


def test_an_objective_without_a_result_looks_at_events_alone():
    weights = EventWeights(weights={"sold": 1.0}, half_life_days=30, results={})

    assert confidence(events((0, 0, "sold", 1, 0, 10**9, 10**6)), weights, "gmv")[2].tolist() == [1.0]


ROWS = st.tuples(
    st.integers(0, 5),
    st.integers(0, 5),
    st.sampled_from(ITEM_EVENTS),
    st.floats(0.125, 1e6, width=32),
    st.floats(0, 2_000, width=32),
    st.integers(0, 10**12),
    st.integers(0, 10**9),
)


@given(st.lists(ROWS, max_size=30), st.sampled_from(["gmv", "followers"]))
def test_confidences_are_positive_finite_and_one_a_pair(rows, objective):
    users, items, found = confidence(events(*rows), WEIGHTS, objective)

    assert (found >= 0).all()
    assert np.isfinite(found).all()
    weighing = {row[:2] for row in rows if row[2] in WEIGHING}
    assert list(zip(users.tolist(), items.tolist(), strict=True)) == sorted(weighing)


@given(ROWS, st.sampled_from(WEIGHING), st.sampled_from(["gmv", "followers"]), st.floats(1, 10, width=32))
def test_more_and_better_says_no_less_and_older_no_more(row, event, objective, times):
    user, item, _, count, age, gmv, followers = row
    before = confidence_of((user, item, event, count, age, gmv, followers), objective)

    assert confidence_of((user, item, event, count * times, age, gmv, followers), objective) >= before
    assert confidence_of((user, item, event, count, age, gmv + 999, followers + 9), objective) >= before
    assert confidence_of((user, item, event, count, age + 1, gmv, followers), objective) <= before


@given(st.permutations(range(12)))
def test_the_order_of_the_log_does_not_matter(order):
    rows = [(number % 3, number % 2, "sold", 1, number, 7 * number, 0) for number in range(12)]
    log = events(*rows)

    for found, expected in zip(
        confidence(log.take(np.array(order)), WEIGHTS, "gmv"), confidence(log, WEIGHTS, "gmv"), strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": {"sold": 1.0, "bougth": 2.0}}, "weights: expected events among shown, .*; found bougth"),
        ({"weights": {"sold": -1.0}}, "weights: expected weights of 0 or more, and one above 0"),
        ({"weights": {"shown": 0.0}}, "expected weights of 0 or more, and one above 0"),
        ({"weights": {}}, "expected weights of 0 or more, and one above 0"),
        ({"half_life_days": 0}, "half_life_days: Input should be greater than 0"),
        ({"results": {"views": {"scale": 1, "weight": 1}}}, "results.views"),
        ({"results": {"gmv": {"scale": 0, "weight": 1}}}, "results.gmv.scale"),
    ],
)
def test_weights_that_make_no_sense_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        parse(EventWeights, SETTINGS | changes, source="products.yaml")


def test_a_weight_is_that_of_its_event():
    assert_array_equal(WEIGHTS.by_event[[ITEM_EVENTS.index("sold"), ITEM_EVENTS.index("saved")]], [4, 0])
