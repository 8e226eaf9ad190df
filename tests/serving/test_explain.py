"""Reasons as an answer shows them: all groups, strongest first, with the numbers that speak for them."""

import json

import numpy as np
import pytest

from features.feature import Feature
from recsys.shapley import Grouping, attribute
from serving.explain import NUMBERED, NUMBERS, known, reasons_of

NAN = np.float32(np.nan)


def feature(name, reason):
    """A feature that is only looked at."""

    def function(followers):
        return followers

    function.__name__, function.__doc__ = name, f"{name.capitalize()} of the creator."
    return Feature(function, reason, "pair")


CATALOGUE = {
    each.name: each
    for each in (
        feature("fit", "audience"),
        feature("reach", "audience"),
        feature("overlap", "audience"),
        feature("orders", "sales"),
        feature("replies", "cooperation"),
        feature("posts", "diligence"),
        feature("fee", "price"),
    )
}
WEIGHTS = np.array([4, 2, 1, 3, 2, 1, 0.5])
GROUPING = Grouping.of(tuple(CATALOGUE), {name: each.reason for name, each in CATALOGUE.items()})


def additive(rows):
    return (np.nan_to_num(rows) @ WEIGHTS).astype(np.float32)


def reasons(candidate, typical=(0, 0, 0, 0, 0, 0, 0)):
    own, others = np.array([candidate], np.float32), np.array(typical, np.float32)
    return reasons_of(additive, attribute(additive, own, others, GROUPING), 0, CATALOGUE)


def test_every_group_is_a_reason_the_largest_by_size_first():
    found = reasons([1, 1, 1, -4, 1, 0, 1])

    assert [reason.group for reason in found] == ["sales", "audience", "cooperation", "price", "diligence"]
    assert [reason.part for reason in found] == pytest.approx([-12, 7, 2, 0.5, 0], abs=1e-12)


def test_only_the_strongest_reasons_have_numbers_and_no_more_than_two_each():
    found = reasons([1, 1, 1, -4, 1, 1, 1])

    assert [len(reason.numbers) for reason in found] == [1, NUMBERS, 1, 0, 0]
    assert NUMBERED == 3


def test_the_numbers_are_those_that_do_most_in_the_direction_of_the_part():
    audience = reasons([1, -3, 2, 0, 0, 0, 0])[0]
    against = reasons([1, -3, 0, 0, 0, 0, 0])[0]

    assert audience.part == 0
    assert audience.numbers == ()
    assert [(number.feature, number.effect) for number in against.numbers] == [("reach", -6)]


def test_a_number_stands_beside_the_typical_one_with_its_meaning():
    (number,) = reasons([0, 0, 0, 5, 0, 0, 0], typical=[0, 0, 0, 2, 0, 0, 0])[0].numbers

    assert number.model_dump() == {
        "feature": "orders",
        "meaning": "Orders of the creator.",
        "value": 5,
        "typical": 2,
        "effect": 9,
        "phrase": "orders of the creator: 5 (typical 2)",
    }


def test_a_number_that_is_as_typical_as_it_gets_is_not_shown():
    audience = reasons([1, 2, 3, 0, 0, 0, 0], typical=[1, 2, 0, 0, 0, 0, 0])[0]

    assert [number.feature for number in audience.numbers] == ["overlap"]


def test_what_is_not_known_is_null_in_json():
    (number,) = reasons([0, 0, 0, NAN, 0, 0, 0], typical=[0, 0, 0, 2, 0, 0, 0])[0].numbers

    assert number.value is None
    assert json.loads(number.model_dump_json())["value"] is None


def test_a_creator_who_is_the_typical_one_has_no_numbers():
    assert all(reason.part == 0 and not reason.numbers for reason in reasons([0] * 7))


@pytest.mark.parametrize(
    ("value", "shown"), [(1.5, 1.5), (0.0, 0.0), (np.nan, None), (np.inf, None), (-np.inf, None)]
)
def test_json_has_no_nan_and_no_infinity(value, shown):
    assert known(value) == shown
