"""`recsys policy show`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recsys.cli import app

SHIPPED = Path(__file__).parents[2] / "configs" / "policies"


def show(*words, policies=SHIPPED):
    return CliRunner(env={"COLUMNS": "200"}).invoke(
        app, ["policy", "show", "--policies", str(policies), *words]
    )


def thresholds(at):
    answer = json.loads(show("--market", "US", "--at", at, "--json").stdout)
    return answer["policy_id"], {one["name"]: one["value"] for one in answer["thresholds"]}


def test_the_shipped_policies_meet_on_the_first_of_september_2023():
    before, after = thresholds("2023-08-31"), thresholds("2023-09-01")

    assert [policy_id for policy_id, _ in (before, after)] == ["2022-launch", "2023-09"]
    assert [before[1][f"fulfilment.{name}"] for name in ("starts", "days", "extension_days")] == [
        "shipping",
        17,
        0,
    ]
    assert [after[1][f"fulfilment.{name}"] for name in ("starts", "days", "extension_days")] == [
        "receipt",
        14,
        7,
    ]


def test_the_last_second_of_a_day_is_still_the_day():
    assert thresholds("2023-08-31T23:59:59")[0] == "2022-launch"


def test_every_threshold_is_shown_with_its_rule_and_meaning():
    shown = show("--market", "US", "--at", "2024-01-01").stdout

    assert "2023-09: market *, from 2023-09-01 until the market's next policy" in shown
    assert "fulfilment.public_days" in shown
    assert "Days in a row a video must stay public." in shown
    assert "none 0, first 1, established 4" in shown


def test_without_a_day_the_timeline_marks_what_applies_now():
    shown = json.loads(show("--market", "US", "--json").stdout)

    assert shown["policies"] == [
        {
            "policy_id": "2022-launch",
            "of_market": "*",
            "from": "2022-01-01",
            "until": "2023-09-01",
            "current": False,
        },
        {"policy_id": "2023-09", "of_market": "*", "from": "2023-09-01", "until": None, "current": True},
    ]
    assert "now" in show("--market", "US").stdout


def test_a_day_before_the_first_policy_is_an_error():
    result = show("--market", "US", "--at", "2021-12-31")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: no policy is in force in market US on 2021-12-31")


@pytest.mark.parametrize("market", ["us", "USA", "U1"])
def test_a_market_that_is_no_code_is_an_error(market):
    result = show("--market", market)

    assert result.exit_code == 2
    assert f"expected a code of two upper-case letters or *, found '{market}'" in result.stderr


def test_a_market_without_any_policy_is_an_error(tmp_path):
    launch = (SHIPPED / "2022-launch.yaml").read_text("utf-8").replace('market: "*"', "market: GB")
    (tmp_path / "gb.yaml").write_text(launch, "utf-8")

    assert "no policy ever applies to market US" in show("--market", "US", policies=tmp_path).stderr


def test_policies_that_leave_a_gap_are_told(tmp_path):
    for file in SHIPPED.glob("*.yaml"):
        text = file.read_text("utf-8").replace("valid_until: 2023-09-01", "valid_until: 2023-08-01")
        (tmp_path / file.name).write_text(text, "utf-8")

    result = show("--market", "US", policies=tmp_path)

    assert result.exit_code == 2
    assert "policies 2022-launch and 2023-09 leave a gap" in result.stderr
