"""Pages of ranking lists and places on them, from several periods."""

import shutil
import subprocess
import sys

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from features.lists.explain import explain
from recsys.errors import BundleError, RequestError, UnknownIdError
from recsys.list_rules import LIST_NAMES
from serving.lists.engine import ListsEngine
from serving.requests import ListRequest, PlaceRequest

WEEK, DAY = "2026-W13", "2026-03-25"


@pytest.fixture(scope="module")
def engine(lists):
    return ListsEngine.open([each.path for each in lists])


@pytest.fixture(scope="module")
def week(engine):
    return engine.of(WEEK)


@pytest.fixture(scope="module")
def market(week):
    """The market with the longest lists."""
    return max(week.places, key=lambda group: len(week.places[group]))[0]


def asked(market, **more):
    return ListRequest(list="diligence", market=market, **more)


def test_pages_laid_end_to_end_are_the_list(engine, week, market):
    start, found = 1, []
    while start is not None:
        page = engine.page(asked(market, start=start, count=7))
        found += page.items
        start = page.next
    expected = week.rows("diligence", market).to_pylist()

    assert page.peers == len(expected) > 20
    for item, row in zip(found, expected, strict=True):
        shown = item.model_dump(exclude={"parts"})
        assert shown == {name: row[name] for name in shown}
        assert {part.measure: part.percentile for part in item.parts} == {
            part.measure: row[f"{part.measure}_percentile"] for part in item.parts
        }
        weights = {measure.measure: measure.weight for measure in page.measures}
        points = sum(100 * weights[part.measure] * part.percentile for part in item.parts)
        assert points == pytest.approx(item.index, abs=1e-4)


def test_a_page_says_what_it_is_from(engine, week, market):
    page = engine.page(asked(market))

    assert (page.lists, page.period, page.as_of) == (week.path.name, WEEK, week.facts.as_of)
    assert (page.policy_id, page.currency) == (
        week.facts.policies[market].policy_id,
        week.facts.currencies[market],
    )


def test_beyond_the_last_row_is_nothing(engine, market):
    page = engine.page(asked(market, start=10**9))

    assert (page.items, page.next) == ((), None)


@pytest.mark.parametrize("name", LIST_NAMES)
def test_every_industry_of_every_list_is_its_file_filtered(week, name):
    whole = pq.read_table(week.path / f"{name}.parquet")
    assert len(whole) == sum(len(rows) for rows in week.places.values())
    for market, industry in week.places:
        own = whole.filter((pc.field("market") == market) & (pc.field("industry") == industry))
        assert week.rows(name, market, industry).equals(own)


def test_without_a_period_it_is_the_one_that_ends_last(engine, market):
    assert engine.page(asked(market)).period == WEEK
    assert engine.page(asked(market, period=DAY)).period == DAY


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"market": "ZZ"}, "there are no lists of market 'ZZ'; there are"),
        ({"industry": "toys"}, "has no lists of industry 'toys'; there are"),
        ({"period": "2020-W01"}, f"there are no lists of '2020-W01'; there are {DAY}, {WEEK}"),
    ],
)
def test_what_there_is_no_list_of_is_told_with_what_there_is(engine, market, changes, told):
    with pytest.raises(RequestError, match=told):
        engine.page(asked(market).model_copy(update=changes))


def test_a_place_is_what_the_lists_themselves_explain(engine, week):
    for creator in week.inputs["creator_id"].to_pylist()[::10]:
        for _ in range(2):  # The second answer comes from the remembered peer group.
            answer = engine.place(PlaceRequest(creator_id=creator, list="diligence"))
            assert answer == explain(week, creator, "diligence")
    assert len(engine.groups)


def test_a_place_names_its_lists(engine, week):
    creator = week.rows("diligence", next(iter(week.places))[0])["creator_id"][0].as_py()
    answer = engine.place(PlaceRequest(creator_id=creator, list="diligence"))

    assert (answer.lists, answer.period, answer.place) == (week.path.name, WEEK, 1)


def test_a_creator_who_was_not_there_is_unknown(engine):
    with pytest.raises(UnknownIdError, match=rf"unknown creator 999: lists-\w+ of {WEEK} has \d+ creators$"):
        engine.place(PlaceRequest(creator_id=999, list="diligence"))


def test_two_folders_of_one_period_are_refused(lists, tmp_path):
    copy = tmp_path / lists[0].path.name
    shutil.copytree(lists[0].path, copy)

    with pytest.raises(BundleError, match="one folder of lists for each period, found 2026-W13"):
        ListsEngine.open([lists[0].path, copy])


def test_a_corrupt_list_is_refused(lists, tmp_path):
    copy = tmp_path / lists[0].path.name
    shutil.copytree(lists[0].path, copy)
    file = copy / "diligence.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"!")

    with pytest.raises(BundleError, match=r"diligence\.parquet: expected sha256"):
        ListsEngine.open([copy])


def test_lists_that_are_open_are_taken_over(lists, engine):
    again = ListsEngine.open([each.path for each in lists], engine.periods.values())

    assert all(again.periods[name] is each for name, each in engine.periods.items())


def test_lists_are_served_without_ibis():
    code = "import sys, serving.engine; sys.exit('ibis' in sys.modules or 'scipy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
