"""Answers: valid JSON whatever is unknown, and words that name the numbers."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from serving.answers import FilterCount, MatchAnswer, Number, RankedCreator, Reason

NUMBER = Number(
    feature="store_coverage",
    meaning="Share of the audience that lives in states with a store (R16); missing without stores.",
    value=0.71,
    typical=None,
    effect=0.3,
)


def counts(*left):
    return tuple(
        FilterCount(filter=f"filter {place}", asked="", left=rest) for place, rest in enumerate(left)
    )


def answer(**changes):
    values = {
        "bundle": "bundle-1",
        "snapshot": "snapshot-1",
        "as_of": datetime(2024, 3, 1, tzinfo=UTC),
        "objective": "gmv",
        "currency": "USD",
        "suggested_types": ("review",),
        "creators_known": 9,
        "filters": counts(5, 3),
        "eligible": 3,
        "ranked": 3,
        "typical_score": None,
        "typical_of": 0,
        "items": (),
    }
    return MatchAnswer(**values | changes)


@pytest.mark.parametrize(
    ("left", "emptied_by"),
    [((5, 3), None), ((), None), ((5, 0, 0), "filter 1"), ((0,), "filter 0")],
)
def test_the_filter_that_removed_the_last_creator_is_the_first_that_left_nobody(left, emptied_by):
    assert answer(filters=counts(*left)).emptied_by == emptied_by


def test_a_reason_names_its_strongest_number_in_words():
    reason = Reason(group="audience", part=0.4249, numbers=(NUMBER,))

    assert reason.phrase == (
        "audience +0.42: share of the audience that lives in states with a store: 71 % (typical unknown)"
    )


def test_a_reason_without_numbers_is_its_part():
    assert Reason(group="price", part=-1.0).phrase == "price -1.00"


def test_an_answer_is_json_with_null_for_what_is_unknown():
    item = RankedCreator(
        rank=1,
        creator_id=7,
        source="everyone",
        followers=None,
        score=0.5,
        p_invite=None,
        p_accept=0.5,
        p_deliver=None,
        expected_result=None,
        expected_value=None,
        typical_fee=None,
        value_per_cost=None,
        reasons=(Reason(group="audience", part=0.5, numbers=(NUMBER,)),),
    )

    written = json.loads(json.dumps(answer(items=(item,)).model_dump(mode="json"), allow_nan=False))

    assert written["as_of"] == "2024-03-01T00:00:00Z"
    assert written["emptied_by"] is None
    assert written["items"][0]["p_deliver"] is None
    assert written["items"][0]["reasons"][0]["phrase"].startswith("audience +0.50: share of")
    assert written["items"][0]["reasons"][0]["numbers"][0]["typical"] is None


def test_an_answer_cannot_be_changed_or_given_keys_it_does_not_know():
    with pytest.raises(ValidationError, match="frozen"):
        answer().eligible = 4
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        answer(shoes=1)
