"""The next best action: the first rule that fits, for every creator one."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.recommending.surfaces import SEGMENTS
from recsys.vocabulary import CREATOR_OBJECTIVES
from serving.recommending.prompts import RULES, next_action

NEW, STARTING, ESTABLISHED = SEGMENTS
ACTIVE = {
    "may_sell": 1.0,
    "videos": 40.0,
    "shoppable_videos": 2.0,
    "showcased": 3.0,
    "days_since_post": 1.0,
    "posts_28": 9.0,
    "units_28": 12.0,
    "followers_28": 100.0,
    "units_change": 0.1,
    "followers_change": 0.1,
}


@pytest.mark.parametrize(
    ("segment", "objective", "numbers", "code", "action"),
    [
        (NEW, "gmv", {"may_sell": 0}, "GET_SELLING_ACCESS", "APPLY_TO_SELL"),
        (NEW, "followers", {"may_sell": 0}, "LEARN_HOOK", "WATCH_VIDEO"),
        (NEW, "followers", {"videos": 0, "days_since_post": None}, "POST_FIRST_VIDEO", "CREATE_VIDEO"),
        (NEW, "gmv", {"showcased": 0}, "ADD_FIRST_PRODUCTS", "ADD_TO_SHOWCASE"),
        (NEW, "gmv", {}, "POST_FIRST_SHOPPABLE_VIDEO", "CREATE_VIDEO"),
        (STARTING, "gmv", {"days_since_post": 43.2}, "COME_BACK", "CREATE_VIDEO"),
        (STARTING, "gmv", {"days_since_post": 28}, "COME_BACK", "CREATE_VIDEO"),
        (STARTING, "followers", {"days_since_post": 27.9}, "POST_AGAIN", "CREATE_VIDEO"),
        (NEW, "followers", {"days_since_post": 7}, "POST_AGAIN", "CREATE_VIDEO"),
        (STARTING, "gmv", {"units_28": 0}, "LEARN_FROM_SELLERS", "WATCH_VIDEO"),
        (STARTING, "gmv", {}, "ADD_PRODUCTS", "ADD_TO_SHOWCASE"),
        (STARTING, "followers", {}, "LEARN_HOOK", "WATCH_VIDEO"),
        (ESTABLISHED, "gmv", {"units_change": -0.2}, "REFRESH_PRODUCTS", "ADD_TO_SHOWCASE"),
        (ESTABLISHED, "followers", {"followers_change": -0.5}, "REFRESH_IDEAS", "WATCH_VIDEO"),
        (ESTABLISHED, "followers", {"units_change": -0.5}, "GO_STEADY", "CREATE_VIDEO"),
        (ESTABLISHED, "gmv", {"units_change": None}, "GO_STEADY", "CREATE_VIDEO"),
        (ESTABLISHED, "gmv", {"days_since_post": 30}, "COME_BACK", "CREATE_VIDEO"),
    ],
)
def test_segment_objective_and_recency_decide(segment, objective, numbers, code, action):
    prompt, found = next_action(segment, objective, ACTIVE | numbers)

    assert (prompt.code, found) == (code, action)


def test_a_prompt_tells_the_numbers_it_rests_on():
    prompt, _ = next_action(STARTING, "gmv", ACTIVE | {"units_28": 0})

    assert prompt.numbers == {"shoppable_videos": 2, "units_28": 0}
    assert prompt.phrase == "No sale in 28 days from 2 shoppable videos: see how others sell."


def test_a_change_is_told_in_per_cent():
    prompt, _ = next_action(ESTABLISHED, "gmv", ACTIVE | {"units_change": -0.345})

    assert prompt.phrase.startswith("Units sold changed by -34% against the 28 days before")


numbers = st.fixed_dictionaries(
    {name: st.floats(-1, 1e4) for name in ACTIVE}
    | {name: st.none() | st.floats(-1, 1e4) for name in ("units_change", "followers_change")}
)


@given(st.sampled_from(SEGMENTS), st.sampled_from(CREATOR_OBJECTIVES), numbers)
def test_everybody_is_told_something(segment, objective, known):
    prompt, _ = next_action(segment, objective, known)

    assert prompt.phrase
    assert set(prompt.numbers) <= set(ACTIVE)


def test_every_rule_has_a_code_of_its_own():
    assert len({rule.code for rule in RULES}) == len(RULES)


def test_the_documented_table_is_the_table():
    page = (Path(__file__).parents[3] / "docs" / "insights.md").read_text("utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \|.*\| `([A-Z_]+)` \|$", page, re.MULTILINE)

    assert rows == [(rule.code, rule.action) for rule in RULES]
