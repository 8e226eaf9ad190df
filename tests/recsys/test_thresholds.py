"""Thresholds with their rules and meanings, of the shipped policy."""

from datetime import date
from pathlib import Path

import pytest

from recsys.policy import read_policies
from recsys.thresholds import thresholds


@pytest.fixture(scope="module")
def shipped():
    policies = read_policies(Path(__file__).parents[2] / "configs" / "policies")
    return {one.name: one for one in thresholds(policies.in_force("US", date(2023, 9, 1)))}


def test_a_threshold_of_a_section_stands_by_its_sections_rule(shipped):
    days = shipped["fulfilment.days"]

    assert (days.value, days.rule, days.meaning) == (14, "R7", "Length of the window.")


def test_a_threshold_that_names_a_rule_stands_by_that(shipped):
    assert shipped["refresh_days"].rule == "R24"
    assert shipped["refresh_days"].meaning == "Days after which a slate is refreshed at the latest."


def test_a_table_of_tables_is_one_threshold_a_row(shipped):
    weights = {name: one for name, one in shipped.items() if name.startswith("lists.weights.")}

    assert weights["lists.weights.gmv"].value == {"gmv": 1}
    assert {one.rule for one in weights.values()} == {"R11"}
    assert shipped["new_creator_ladder"].value == {"none": 0, "first": 1, "established": 4}


def test_every_threshold_has_a_rule_and_a_meaning(shipped):
    lacking = [name for name, one in shipped.items() if not one.rule or not one.meaning]

    assert lacking == []


def test_what_names_a_policy_is_no_threshold(shipped):
    assert not {"policy_id", "market", "valid_from", "valid_until"} & set(shipped)
