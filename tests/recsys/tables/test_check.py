import json
from collections import Counter
from datetime import date
from math import isnan

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.tables import TABLES, empty, read_tables
from recsys.tables.check import check, passes
from recsys.tables.rules import RULES


def broken_ids(report):
    return [breach.rule.rule_id for breach in report.breaches]


def test_a_broken_rule_tells_how_many_rows_and_the_first_three(rows, tables_of):
    rows["creator_daily"] = [{**row, "followers": -1} for row in rows["creator_daily"]]

    (breach,) = check(tables_of(rows)).breaches

    assert breach.rule.rule_id == "creator_daily.followers.range"
    assert breach.rows == 4
    assert breach.examples == (
        {"creator_id": 1, "day": "2024-01-01", "followers": -1},
        {"creator_id": 1, "day": "2024-01-02", "followers": -1},
        {"creator_id": 1, "day": "2024-01-03", "followers": -1},
    )


def test_faults_in_several_tables_are_all_found_and_nothing_else(rows, tables_of):
    rows["samples"][0]["fulfilled_at"] = rows["samples"][0]["requested_at"]
    rows["campaigns"][0]["hashtag"] = None
    rows["livestreams"][0]["viewers"] = 1_000
    rows["audience"][2]["share"] = float("nan")
    rows["messages"].append(rows["messages"][0])
    rows["videos"][0]["product_ids"] = [100, 999]

    assert set(broken_ids(check(tables_of(rows)))) == {
        "samples.fulfilled_after_shipped",
        "campaigns.challenge_has_a_hashtag",
        "livestreams.viewers_within_views",
        "audience.share.range",
        "audience.audience_shares_add_up",
        "messages.key",
        "videos.product_ids.exists",
    }


def test_each_row_of_a_repeated_key_counts(rows, tables_of):
    rows["messages"] += [rows["messages"][0], rows["messages"][0]]

    (breach,) = check(tables_of(rows)).breaches

    assert (breach.rule.rule_id, breach.rows) == ("messages.key", 3)


@pytest.mark.parametrize(
    ("days", "repeated"),
    [
        (["2024-01-10", "2024-02-10"], 0),
        (["2024-01-31", "2024-02-01", "2024-03-31", "2025-01-31"], 0),
        (["2024-01-10", "2024-01-11", "2024-01-10", "2024-01-11"], 4),
        (["2024-02-29", "2024-02-28", "2024-02-29", "2024-02-29"], 3),
        # Two first days add up to a second day, four to a third.
        (["2024-01-01", "2024-01-01"], 2),
        (["2024-01-01", "2024-01-01", "2024-01-02", "2024-01-03"], 2),
        (["1969-12-31", "1969-12-31"], 2),
        (["0001-01-01", "9999-12-31"], 0),
    ],
)
def test_a_day_is_repeated_only_by_itself(rows, tables_of, days, repeated):
    row = rows["video_daily"][0]
    rows["video_daily"] = [{**row, "day": date.fromisoformat(day)} for day in days]

    breaches = check(tables_of(rows), [rule for rule in RULES if rule.rule_id == "video_daily.key"]).breaches

    assert [breach.rows for breach in breaches] == ([repeated] if repeated else [])


def test_an_orphan_is_shown_with_its_key(rows, tables_of):
    rows["showcase"][1]["product_id"] = 999

    (breach,) = check(tables_of(rows)).breaches

    assert breach.rule.rule_id == "showcase.product_id.exists"
    assert breach.examples == ({"creator_id": 1, "product_id": 999, "its_product_id": None},)


def test_an_orphan_breaks_no_other_rule_about_its_parent(rows, tables_of):
    rows["samples"][0]["campaign_id"] = 999

    assert broken_ids(check(tables_of(rows))) == ["samples.campaign_id.exists"]


def test_a_gap_is_found_at_any_place(rows, tables_of):
    del rows["creator_daily"][1]

    (breach,) = check(tables_of(rows)).breaches

    assert breach.examples == (
        {"creator_id": 1, "first_day": "2024-01-01", "last_day": "2024-01-03", "days": 2},
    )


@pytest.mark.parametrize(("excess", "broken"), [(5e-7, []), (2e-6, ["audience.audience_shares_add_up"])])
def test_shares_may_exceed_1_by_rounding_alone(rows, tables_of, excess, broken):
    rows["audience"][0]["share"] += excess

    assert broken_ids(check(tables_of(rows))) == broken


def test_empty_tables_break_nothing(rows, tables_of):
    creators_alone = {name: [] for name in TABLES} | {"creators": rows["creators"]}

    report = check(tables_of(creators_alone))

    assert report.breaches == ()
    assert report.rows == {name: 2 if name == "creators" else 0 for name in TABLES}


def test_a_report_is_json_even_where_numbers_are_not(rows, tables_of):
    rows["audience"][0]["share"] = float("nan")
    rows["videos"][0]["duration"] = float("inf")

    report = json.loads(json.dumps(check(tables_of(rows)).as_json(), allow_nan=False))

    assert report["ok"] is False
    assert [breach["examples"][0] for breach in report["broken"]][:2] == [
        {"creator_id": 1, "day": "2024-01-02", "dimension": "country", "value": "US", "share": "nan"},
        {"video_id": 500, "duration": "inf"},
    ]


@pytest.mark.parametrize("shares", [[float("nan"), 0.3, 0.3], [0.2, float("nan"), 0.3], [float("nan")] * 3])
def test_nan_is_found_in_a_parquet_file_whose_statistics_leave_it_out(folder, arrow, shares):
    audience = arrow["audience"].set_column(4, "share", pa.array(shares))
    pq.write_table(audience, folder / "audience.parquet")

    breaches = {breach.rule.rule_id: breach for breach in check(read_tables(folder)).breaches}

    assert breaches["audience.share.range"].rows == sum(map(isnan, shares))
    assert breaches["audience.share.range"].examples[0]["share"] == "nan"


def test_a_report_counts_rules_and_rows(rows, tables_of):
    report = check(tables_of(rows)).as_json()

    assert report["ok"] is True
    assert report["rules"] == len(RULES)
    assert report["tables"]["video_visibility"] == 3


def test_each_rule_is_in_one_pass_and_rules_about_the_same_rows_share_it():
    counted = Counter(rule.rule_id for group in passes() for rule in group)

    assert counted == {rule.rule_id: 1 for rule in RULES}
    assert len(passes()) < len(RULES) / 4


def test_progress_is_told_after_each_pass(rows, tables_of):
    steps = []

    check(tables_of(rows), advance=steps.append)

    assert steps == [1] * len(passes())


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_table_has_the_contracts_columns(name):
    assert empty(name).column_names == list(TABLES[name].by_name)
