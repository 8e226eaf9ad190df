"""The lists of a period as a folder: what is in it, what it depends on and what it does not."""

import json
from copy import deepcopy
from datetime import date, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from features.lists.build import build_lists
from recsys.errors import BundleError, RequestError, TableError
from recsys.list_rules import LIST_NAMES, MEASURES_OF
from recsys.periods import Period
from recsys.ranking_lists import RankingLists

WEEK = Period.of("week", date(2024, 4, 10))


@pytest.fixture(scope="module")
def market(random_rows):
    """A random market, one of whose creators has ten followers."""
    rows = random_rows(1)
    small = rows["creators"][0]["creator_id"]
    for row in rows["creator_daily"]:
        row["followers"] = 10 if row["creator_id"] == small else row["followers"]
    return rows


@pytest.fixture(scope="module")
def lists(market, tables_of, policies, tmp_path_factory):
    """A week of it."""
    return build_lists(tables_of(market), WEEK, policies, tmp_path_factory.mktemp("lists"))


def everything(lists):
    return {path.name: path.read_bytes() for path in sorted(lists.path.iterdir())}


def test_every_list_has_every_market_and_industry(lists):
    for name in LIST_NAMES:
        for market, industries in lists.facts.priors.items():
            for industry in industries:
                rows = lists.rows(name, market, industry)
                assert {*MEASURES_OF[name]} <= {*rows.column_names}
                assert rows["place"].to_pylist() == sorted(rows["place"].to_pylist())
    assert sorted(lists.facts.priors["US"]) == [
        "all",
        "beauty",
        "beauty/hair",
        "beauty/skin",
        "home",
        "home/kitchen",
    ]


def test_who_is_in_an_industry_is_in_all_and_nobody_excluded_is_in_any(lists):
    everyone = set(lists.rows("gmv", "US")["creator_id"].to_pylist())
    beauty = set(lists.rows("gmv", "US", "beauty")["creator_id"].to_pylist())
    excluded = set(lists.excluded["creator_id"].to_pylist())

    assert beauty < everyone
    assert len(excluded) == 1
    assert not excluded & everyone


def test_every_row_names_its_policy_and_every_file_its_origin(lists):
    for name in LIST_NAMES:
        assert set(lists.rows(name, "US")["policy_id"].to_pylist()) == {"2023-09"}
        labels = pq.read_schema(lists.path / f"{name}.parquet").metadata
        assert labels[b"as_of"] == b"2024-04-15T00:00:00+00:00"
        assert json.loads(labels[b"policies"]) == {"CA": "2023-09", "US": "2023-09"}
        assert labels[b"data"].decode() == lists.facts.data


def test_a_past_list_made_again_from_tables_that_have_grown_gives_the_same_bytes(
    lists, market, tables_of, policies, tmp_path
):
    """Everything after the week is thrown away, or multiplied."""
    rows, later = market, deepcopy(market)
    later["creator_daily"] = [row | {"gmv_low": 9 * row["gmv_low"]} if row["day"] > WEEK.last_day else row
                              for row in rows["creator_daily"]]  # fmt: skip
    later["messages"] = [row for row in rows["messages"] if row["sent_at"] < WEEK.end]
    later["samples"] = [row for row in rows["samples"] if row["requested_at"] < WEEK.end][::-1]

    again = build_lists(tables_of(later), WEEK, policies, tmp_path)

    assert again.path.name == lists.path.name
    assert everything(again) == everything(lists)


def test_a_change_inside_the_week_changes_the_lists(lists, market, tables_of, policies, tmp_path):
    rows = deepcopy(market)
    next(row for row in rows["creator_daily"] if row["day"] == WEEK.last_day)["gmv_low"] += 1

    assert build_lists(tables_of(rows), WEEK, policies, tmp_path).path.name != lists.path.name


@pytest.fixture
def made_again(market, tables_of, policies, tmp_path):
    """The lists of the week, had every other day's GMV been a hundred times as much from a day on."""

    def of(first):
        rows = deepcopy(market)
        for row in rows["creator_daily"]:
            row["gmv_low"] *= 100 if row["day"] >= first and row["day"].day % 2 else 1
        return build_lists(tables_of(rows), WEEK, policies, tmp_path)

    return of


@pytest.mark.parametrize(("first", "moved"), [(date(2024, 4, 1), False), (date(2024, 3, 1), True)])
def test_priors_are_moved_by_what_was_before_the_quarter_alone(lists, made_again, first, moved):
    again = made_again(first)

    assert again.path.name != lists.path.name
    assert (again.facts.priors != lists.facts.priors) is moved


def test_a_policy_that_changes_in_a_period_applies_by_its_last_day(
    random_rows, tables_of, policies, tmp_path
):
    """31 August 2023 is under the rules of 2022, though the week after begins under those of September."""
    shifted = shift(
        random_rows(2), datetime.fromisoformat("2023-07-01") - datetime.fromisoformat("2024-01-01")
    )
    tables = tables_of(shifted)

    august = build_lists(tables, Period.of("month", date(2023, 8, 5)), policies, tmp_path)
    split = build_lists(tables, Period.of("week", date(2023, 8, 31)), policies, tmp_path)

    assert {policy.policy_id for policy in august.facts.policies.values()} == {"2022-launch"}
    assert {policy.policy_id for policy in split.facts.policies.values()} == {"2023-09"}


def shift(rows, by):
    return {
        name: [
            {key: value + by if isinstance(value, date) else value for key, value in row.items()}
            for row in table
        ]
        for name, table in rows.items()
    }


def test_growth_is_left_out_where_the_tables_do_not_reach_back(random_rows, tables_of, policies, tmp_path):
    rows = random_rows(1)
    first = min(row["day"] for row in rows["creator_daily"])
    lists = build_lists(tables_of(rows), Period.of("day", first), policies, tmp_path)

    assert list(lists.facts.left_out) == ["fast_growing"]
    with pytest.raises(RequestError, match=r"there is no list fast_growing of 2024.*it needs days from"):
        lists.rows("fast_growing", "US")


def test_a_period_that_is_not_over_is_refused(random_rows, tables_of, policies, tmp_path):
    last = max(row["day"] for row in random_rows(1)["creator_daily"])

    with pytest.raises(TableError, match=f"need creator_daily from .* found .* to {last}"):
        build_lists(
            tables_of(random_rows(1)), Period.of("week", last + timedelta(days=7)), policies, tmp_path
        )


def test_what_there_is_no_list_of_is_named(lists):
    with pytest.raises(RequestError, match=r"no lists of market 'FR'; there are CA, US"):
        lists.rows("gmv", "FR")
    with pytest.raises(RequestError, match=r"US has no lists of industry 'toys'; there are all, beauty"):
        lists.rows("gmv", "US", "toys")


def test_a_folder_that_was_changed_is_refused(lists, tmp_path):
    copy = tmp_path / lists.path.name
    copy.mkdir()
    for name, content in everything(lists).items():
        (copy / name).write_bytes(content + b" " if name == "gmv.parquet" else content)

    with pytest.raises(BundleError, match=r"gmv.parquet: expected sha256"):
        RankingLists.open(copy)
