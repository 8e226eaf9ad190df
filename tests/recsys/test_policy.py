from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from recsys.config import read_yaml
from recsys.errors import ConfigError
from recsys.policy import Policies, Policy, read_policies

SHIPPED = Path(__file__).parents[2] / "configs" / "policies"


@pytest.fixture
def policy():
    """The first shipped policy, with some values changed."""
    values = read_yaml(SHIPPED / "2022-launch.yaml") | {"valid_until": None}
    return lambda **changes: Policy.model_validate({**values, **changes})


@pytest.fixture
def written(tmp_path):
    """A folder with one policy: the shipped one with a piece of its text replaced."""

    def written(old, new):
        text = (SHIPPED / "2022-launch.yaml").read_text("utf-8")
        assert old in text
        (tmp_path / "policy.yaml").write_text(text.replace(old, new), "utf-8")
        return tmp_path

    return written


def test_the_shipped_policies_say_what_the_spec_says():
    policies = read_policies(SHIPPED)
    launch = policies.in_force("US", date(2022, 1, 1)).fulfilment
    later = policies.in_force("US", date(2023, 9, 1)).fulfilment

    assert (launch.starts, launch.days, launch.extension_days) == ("shipping", 17, 0)
    assert (later.starts, later.days, later.extension_days) == ("receipt", 14, 7)
    assert {(rule.public_days, rule.live_minutes) for rule in (launch, later)} == {(3, 10)}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (date(2022, 1, 1), "2022-launch"),
        (date(2023, 8, 31), "2022-launch"),
        (date(2023, 9, 1), "2023-09"),
        (datetime.fromisoformat("2023-08-31T23:59:59"), "2022-launch"),
        (datetime(2023, 9, 1, tzinfo=UTC), "2023-09"),
        # Already September in Tokyo, still August in UTC.
        (datetime(2023, 9, 1, 8, tzinfo=timezone(timedelta(hours=9))), "2022-launch"),
    ],
)
def test_the_latest_policy_that_has_started_applies(at, expected):
    assert read_policies(SHIPPED).in_force("US", at).policy_id == expected


def test_a_market_with_its_own_policy_follows_it_and_others_the_general_one(policy):
    general = policy(policy_id="general", valid_from=date(2023, 1, 1))
    own = policy(policy_id="own", market="GB", valid_from=date(2022, 6, 1))
    policies = Policies((general, own))

    assert policies.in_force("GB", date(2024, 1, 1)).policy_id == "own"
    assert policies.in_force("US", date(2024, 1, 1)).policy_id == "general"


def test_a_market_follows_the_general_policy_until_its_own_starts(policy):
    policies = Policies(
        (policy(policy_id="general"), policy(policy_id="own", market="GB", valid_from=date(2024, 1, 1)))
    )

    assert policies.in_force("GB", date(2023, 12, 31)).policy_id == "general"


def test_no_policy_in_force_is_an_error_that_lists_those_there_are():
    with pytest.raises(ConfigError, match=r"market US on 2021-12-31; there are \['2022-launch \(\*"):
        read_policies(SHIPPED).in_force("US", date(2021, 12, 31))


def test_policies_of_a_market_must_not_start_on_the_same_day(policy):
    with pytest.raises(ConfigError, match=r"several: \['market \* from 2022-01-01'\]"):
        Policies((policy(policy_id="one"), policy(policy_id="two")))


def test_a_market_whose_last_policy_ended_follows_the_general_one_again(policy):
    general = policy(policy_id="general")
    first = policy(policy_id="first", market="GB", valid_from=date(2023, 1, 1))
    last = policy(policy_id="last", market="GB", valid_from=date(2024, 1, 1), valid_until=date(2025, 1, 1))
    policies = Policies((general, last, first))

    days = [date(2022, 12, 31), date(2023, 12, 31), date(2024, 12, 31), date(2025, 1, 1)]
    assert [policies.in_force("GB", day).policy_id for day in days] == ["general", "first", "last", "general"]


def test_after_the_last_policy_of_all_none_is_in_force(policy):
    policies = Policies((policy(valid_until=date(2023, 1, 1)),))

    assert policies.in_force("US", date(2022, 12, 31)).policy_id == "2022-launch"
    with pytest.raises(ConfigError, match="no policy is in force in market US on 2023-01-01"):
        policies.in_force("US", date(2023, 1, 1))


@pytest.mark.parametrize(
    ("valid_until", "fault"), [(date(2023, 5, 2), "overlap"), (date(2023, 4, 30), "leave a gap")]
)
def test_policies_of_a_market_must_neither_overlap_nor_leave_a_gap(policy, valid_until, fault):
    earlier = policy(policy_id="a", market="GB", valid_until=valid_until)
    later = policy(policy_id="b", market="GB", valid_from=date(2023, 5, 1))
    message = f"market GB: policies a and b {fault}: .*on 2023-05-01; found valid_until {valid_until}"

    with pytest.raises(ConfigError, match=message):
        Policies((later, earlier))


def test_policies_of_different_markets_may_overlap(policy):
    two = (policy(), policy(policy_id="b", market="GB", valid_until=date(2023, 1, 1)))

    assert len(Policies(two).policies) == len(two)


@pytest.mark.parametrize("valid_until", [date(2021, 1, 1), date(2022, 1, 1)])
def test_a_policy_must_end_after_it_starts(policy, valid_until):
    with pytest.raises(ValueError, match=f"valid_until {valid_until} is not after valid_from 2022-01-01"):
        policy(valid_until=valid_until)


def test_the_timeline_of_a_market_shows_its_own_policies_and_the_general_ones_between(policy):
    general = policy(policy_id="general")
    own = policy(policy_id="own", market="GB", valid_from=date(2023, 1, 1), valid_until=date(2024, 1, 1))
    newer = policy(policy_id="newer", valid_from=date(2023, 6, 1))

    timeline = Policies((general, own, newer)).timeline("GB")

    assert [(one.policy.policy_id, one.first_day, one.end) for one in timeline] == [
        ("general", date(2022, 1, 1), date(2023, 1, 1)),
        ("own", date(2023, 1, 1), date(2024, 1, 1)),
        ("newer", date(2024, 1, 1), None),
    ]
    assert date(2023, 12, 31) in timeline[1]
    assert date(2024, 1, 1) not in timeline[1]


def test_a_market_without_policies_has_no_timeline(policy):
    assert Policies((policy(market="GB"),)).timeline("US") == ()


def test_policy_ids_must_differ(policy):
    with pytest.raises(ConfigError, match=r"expected one policy_id each, found several: \['2022-launch'\]"):
        Policies((policy(), policy(market="GB")))


def test_the_ladder_places_creators_by_their_shoppable_videos(policy):
    segments = policy().segments_of(np.array([0, 1, 3, 4, 99]))

    assert segments.tolist() == ["none", "first", "first", "established", "established"]


@pytest.mark.parametrize("ladder", [{}, {"first": 1}, {"none": 0, "first": 0}])
def test_a_ladder_must_start_at_0_and_rise(policy, ladder):
    with pytest.raises(ValueError, match="new_creator_ladder must start at 0 and rise"):
        policy(new_creator_ladder=ladder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("days: 17", "days: 0", "fulfilment.days: .*greater than or equal to 1, found 0"),
        ("days: 17", "dayz: 17", "fulfilment.dayz: Extra inputs are not permitted"),
        (
            "starts: shipping",
            "starts: posting",
            "fulfilment.starts: .*'shipping' or 'receipt', found 'posting'",
        ),
        ("sample_use_floor: 0.5", "sample_use_floor: 50", "eligibility.sample_use_floor: .*found 50"),
        ("valid_from: 2022-01-01", "valid_from: soon", "valid_from: .*found 'soon'"),
        ("refresh_days: 7\n", "", "refresh_days: Field required"),
        ("first: 1", "first: 0", "new_creator_ladder: new_creator_ladder must start at 0 and rise"),
        ("fulfilment:", "fulfilment: [", "is not valid YAML"),
    ],
)
def test_a_broken_policy_is_refused_by_the_key_that_is_wrong(written, old, new, message):
    with pytest.raises(ConfigError, match=rf"policy\.yaml .*{message}"):
        read_policies(written(old, new))


def test_a_folder_without_policies_is_told(tmp_path):
    with pytest.raises(ConfigError, match="there are no policies in"):
        read_policies(tmp_path)


def test_a_ladder_rises_in_whatever_order_it_is_written(policy):
    ladder = policy(new_creator_ladder={"many": 4, "none": 0, "some": 1}).new_creator_ladder

    assert list(ladder.items()) == [("none", 0), ("some", 1), ("many", 4)]
