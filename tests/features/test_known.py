"""What was known at noon on 10 March."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from features.known import MOMENTS, known
from recsys.tables import TABLES

NOON = datetime.fromisoformat("2024-03-10T12:00")
BEFORE, AFTER = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)
CREATOR = {"creators": [{"creator_id": 1, "created_at": datetime.fromisoformat("2024-01-01")}]}


@pytest.fixture
def at_noon(tables_of, policies):
    def of(table, *rows):
        return known(
            tables_of({table: list(rows)} | ({} if table == "creators" else CREATOR)), NOON, policies
        )[table].to_pyarrow()

    return of


@pytest.mark.parametrize("table", [name for name, moments in MOMENTS.items() if moments.row != "day"])
def test_a_row_is_known_after_its_moment_and_not_at_it(at_noon, table):
    key, moment = TABLES[table].key[0], MOMENTS[table].row
    first = {} if table != "creators" else {"market": "US"}
    rows = [{key: number, moment: when, **first} for number, when in enumerate((BEFORE, NOON, AFTER))]

    assert at_noon(table, *rows)[key].to_pylist() == [0]


@pytest.mark.parametrize("table", ["creator_daily", "audience", "video_daily"])
def test_the_counts_of_a_day_are_known_when_it_is_over(at_noon, table):
    days = [date(2024, 3, 9), date(2024, 3, 10), date(2024, 3, 11)]

    assert at_noon(table, *({"day": day} for day in days))["day"].to_pylist() == days[:1]


@pytest.mark.parametrize("table", [name for name, moments in MOMENTS.items() if moments.later])
def test_what_is_filled_in_later_is_hidden_until_then(at_noon, table):
    key, row = TABLES[table].key[0], {MOMENTS[table].row: BEFORE}
    for column, dependent in MOMENTS[table].later.items():
        values = dict.fromkeys(dependent, 7)
        found = at_noon(
            table, {key: 1, **row, column: BEFORE, **values}, {key: 2, **row, column: NOON, **values}
        )
        for name in (column, *dependent):
            assert found[name].is_null().to_pylist() == [False, True], name


def test_every_optional_moment_of_a_table_is_hidden_until_it_comes():
    for table, moments in MOMENTS.items():
        optional = {
            column.name for column in TABLES[table].columns if column.kind == "time" and column.optional
        }
        assert optional == set(moments.later), table


def test_targets_are_known_with_their_campaign(tables_of, policies):
    rows = {
        "campaigns": [{"campaign_id": 1, "created_at": BEFORE}, {"campaign_id": 2, "created_at": AFTER}],
        "campaign_targets": [{"campaign_id": 1}, {"campaign_id": 2}],
    }

    targets = known(tables_of(CREATOR | rows), NOON, policies)["campaign_targets"].to_pyarrow()

    assert targets["campaign_id"].to_pylist() == [1]


def test_a_moment_with_a_zone_is_converted_and_cut_to_seconds(tables_of, policies):
    moment = datetime(2024, 3, 10, 14, 0, 0, 999, tzinfo=timezone(timedelta(hours=2)))

    before = known(tables_of(CREATOR), moment, policies)

    assert before.as_of == NOON
    assert before.now == NOON.replace(tzinfo=UTC).timestamp()
    assert before.today == date(2024, 3, 10)
