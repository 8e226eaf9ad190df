"""Briefs: what a brand may ask, and what is refused with the key, what was expected and what was found."""

import pytest
import yaml

from recsys.brief import Brief
from recsys.config import parse
from recsys.creator_filter import CreatorFilter
from recsys.errors import ConfigError

BRIEF = {
    "brand_id": 3,
    "market": "US",
    "category": "beauty/hair_care",
    "product_ids": [17],
    "objective": "gmv",
    "campaign_type": "review",
    "budget": 500_000,
    "starts_on": "2024-03-04",
    "ends_on": "2024-03-18",
}


def brief(**changes):
    return parse(Brief, BRIEF | changes, "this brief")


def test_what_may_be_left_out_has_a_default():
    asked = brief()

    assert asked.creators_wanted == 6
    assert asked.funnel_stage == "upper"
    assert asked.target == {}
    assert asked.filters == CreatorFilter()


@pytest.mark.parametrize("key", BRIEF)
def test_what_must_not_be_left_out_is_named(key):
    with pytest.raises(ConfigError, match=f"this brief is not a valid Brief: {key}: Field required"):
        parse(Brief, {name: value for name, value in BRIEF.items() if name != key}, "this brief")


@pytest.mark.parametrize(
    "changes",
    [
        {"brand_id": 2**63},
        {"product_ids": [2**63]},
        {"product_ids": [-(2**63) - 1]},
        {"filters": {"blocked_creators": [2**63]}},
    ],
)
def test_an_id_that_no_table_can_hold_is_refused(changes):
    with pytest.raises(ConfigError, match=r"Input should be (less|greater) than"):
        brief(**changes)


def test_a_misspelt_key_is_named():
    with pytest.raises(ConfigError, match="objectiv: Extra inputs are not permitted, found 'gmv'"):
        brief(objectiv="gmv")


def test_a_misspelt_filter_is_named_with_its_place():
    with pytest.raises(ConfigError, match=r"filters\.follower: Extra inputs are not permitted"):
        brief(filters={"follower": {"low": 5}})


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"objective": "fame"}, "objective: Input should be 'gmv', 'followers', 'views' or 'engagement'"),
        ({"campaign_type": "poem"}, "campaign_type: Input should be 'challenge'"),
        ({"market": "usa"}, "market: String should match pattern"),
        ({"market": "United States"}, "market: String should match pattern"),
        ({"store_states": ["California"]}, r"store_states\.0: String should match pattern"),
        ({"product_ids": []}, "product_ids: Tuple should have at least 1 item"),
        ({"budget": -1}, "budget: Input should be greater than or equal to 0, found -1"),
        ({"budget": 10.5}, "budget: Input should be a valid integer"),
        ({"creators_wanted": 0}, "creators_wanted: Input should be greater than or equal to 1, found 0"),
        ({"starts_on": "soon"}, "starts_on: Input should be a valid date"),
        ({"ends_on": "2024-03-03"}, "ends_on 2024-03-03 is before starts_on 2024-03-04"),
        ({"campaign_type": "challenge"}, "a challenge needs its hashtag"),
        ({"campaign_type": "challenge", "hashtag": ""}, "a challenge needs its hashtag"),
        ({"target": {"shoe": {"42": 1.0}}}, r"target\.shoe.*: Input should be 'country', 'state'"),
        ({"target": {"gender": {"female": 1.2}}}, r"target\.gender\.female: .* less than or equal to 1"),
        ({"target": {"gender": {"female": -0.1}}}, r"female: .* greater than or equal to 0"),
        ({"target": {"gender": {"female": float("nan")}}}, r"female: .*(finite|less|greater)"),
        ({"target": {"age": {"18-24": 0.7, "25-34": 0.6}}}, "target age: shares add up to 1.300, above 1"),
        ({"filters": {"posted_within_days": 0}}, r"posted_within_days: .* greater than or equal to 1"),
        ({"filters": {"countries": ["usa"]}}, r"filters\.countries\.0: String should match pattern"),
    ],
)
def test_what_cannot_be_asked_is_refused(changes, match):
    with pytest.raises(ConfigError, match=match):
        brief(**changes)


def test_a_challenge_with_its_hashtag_is_fine():
    assert brief(campaign_type="challenge", hashtag="curlcheck").hashtag == "curlcheck"


def test_a_campaign_may_last_one_day():
    assert brief(ends_on=BRIEF["starts_on"]).starts_on == brief(ends_on=BRIEF["starts_on"]).ends_on


def test_wanted_shares_may_add_up_to_one_or_less():
    target = {"age": {"18-24": 0.7, "25-34": 0.3}, "gender": {"female": 0.6}}

    assert brief(target=target).target == target


def test_a_brief_is_read_from_yaml_and_cannot_be_changed(tmp_path):
    path = tmp_path / "brief.yaml"
    path.write_text(yaml.safe_dump(BRIEF))

    read = Brief.load(path, ["budget=7", "filters.countries=[US, CA]"])

    assert read == brief(budget=7, filters={"countries": ("US", "CA")})
    with pytest.raises(ValueError, match="frozen"):
        read.budget = 8
