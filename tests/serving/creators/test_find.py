"""Search (R13): each number orders, each filter filters, and pages add up to the whole answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from features.creator_numbers import NUMBERS
from recsys.creator_filter import CreatorFilter
from recsys.errors import RequestError
from serving.creators.engine import CreatorEngine
from serving.creators.search import CreatorSearch

FILTERS = {
    "market": ({}, lambda creator: creator["market"] == 1),
    "countries": ({"countries": ["BR", "US"]}, lambda creator: creator["main_country"] in {0, 2}),
    "regions": ({"regions": ["US-NY"]}, lambda creator: creator["main_state"] == 1),
    "categories": ({"categories": ["beauty"]}, lambda creator: creator["category"] in {1, 2}),
    "languages": ({"languages": ["es"]}, lambda creator: creator["language"] == 1),
    "has_ecommerce": ({"has_ecommerce": False}, lambda creator: not creator["has_ecommerce"]),
    "followers": ({"followers": {"low": 3, "high": 7}}, lambda creator: 3 <= creator["followers"] <= 7),
    "average_views": ({"average_views": {"low": 5}}, lambda creator: creator["mean_views"] >= 5),
    "gmv": (
        {"gmv": {"low": 4, "high": 6}},
        lambda creator: creator["gmv_high_28"] >= 4 and creator["gmv_low_28"] <= 6,
    ),
    "price": ({"price": {"high": 4}}, lambda creator: creator["price_median"] <= 4),
    "posted_within_days": ({"posted_within_days": 5}, lambda creator: creator["days_since_post"] <= 5),
    "audience": (
        {"audience": [{"dimension": "age", "value": "25-34", "share": {"low": 0.2, "high": 0.6}}]},
        lambda creator: 0.2 <= creator["audience_age"][1] <= 0.6,
    ),
    "blocked_creators": (
        {"blocked_creators": [100, 690, 5]},
        lambda creator: creator["id"] not in {100, 690},
    ),
}


@pytest.fixture(scope="module")
def engine(make_snapshot):
    return CreatorEngine(make_snapshot())


def everyone(snapshot):
    """Each creator as a dict: what a plain reading of a filter needs."""
    creators = snapshot.creators
    for row, creator_id in enumerate(creators.ids):
        yield {"id": creator_id} | {name: values[row] for name, values in creators.values.items()}


def found(engine, **asked):
    return [item.creator_id for item in engine.find(CreatorSearch(count=1000, **asked)).items]


@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_lets_through_whom_a_plain_reading_lets_through(engine, name):
    asked, passes = FILTERS[name]
    market = "US" if name == "market" else None

    ids = found(engine, filters=asked, market=market)

    assert sorted(ids) == [creator["id"] for creator in everyone(engine.snapshot) if passes(creator)]
    assert 0 < len(ids) < 60


def test_the_filters_tried_here_are_all_there_are():
    assert set(FILTERS) == {"market", *CreatorFilter.model_fields}


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", NUMBERS)
def test_each_number_orders_everyone_equal_ones_by_id_and_the_unknown_last(engine, sort, descending):
    page = engine.find(CreatorSearch(count=1000, sort=sort, descending=descending))

    values = NUMBERS[sort].of(engine.snapshot.creators)
    signed = np.nan_to_num(-values if descending else values)
    plain = sorted(range(60), key=lambda row: (np.isnan(values[row]), signed[row], row))
    assert [item.creator_id for item in page.items] == engine.snapshot.creators.ids[plain].tolist()
    assert page.meaning == NUMBERS[sort].meaning
    assert [item.place for item in page.items] == list(range(1, 61))


@settings(deadline=None, max_examples=40)
@given(
    size_and_seed=st.tuples(st.integers(1, 50), st.integers(0, 1000)),
    sort=st.sampled_from(sorted(NUMBERS)),
    descending=st.booleans(),
    count=st.integers(1, 9),
    names=st.sets(st.sampled_from(sorted(set(FILTERS) - {"market"})), max_size=3),
)
def test_pages_laid_end_to_end_are_the_unpaged_answer(
    make_snapshot, size_and_seed, sort, descending, count, names
):
    engine = CreatorEngine(make_snapshot(*size_and_seed))
    asked = {"sort": sort, "descending": descending}
    asked["filters"] = {key: value for name in names for key, value in FILTERS[name][0].items()}
    whole = engine.find(CreatorSearch(count=1000, **asked))

    pages, cursor = [], None
    while not pages or (cursor and len(pages) <= len(whole.items)):
        pages.append(engine.find(CreatorSearch(count=count, cursor=cursor, **asked)))
        cursor = pages[-1].next

    assert [item for page in pages for item in page.items] == list(whole.items)
    assert {page.total for page in pages} == {len(whole.items)}
    assert all(len(page.items) == count for page in pages[:-1])
    assert len(pages) == max(1, -(-len(whole.items) // count))
    assert whole.next is None


def test_a_page_says_what_it_is_of(engine):
    page = engine.find(CreatorSearch(filters={"languages": ["es"]}, market="US", count=1))

    assert (page.snapshot, page.creators_known) == ("unwritten", 60)
    assert [(count.filter, count.asked) for count in page.filters] == [("market", "US"), ("languages", "es")]
    assert page.filters[0].left > page.filters[1].left == page.total
    assert page.next


def test_an_answer_without_anybody_is_an_answer(engine):
    page = engine.find(CreatorSearch(filters={"followers": {"low": 10**9}}))

    assert (page.items, page.total, page.next) == ((), 0, None)


def test_a_snapshot_without_creators_answers_with_nobody(make_snapshot):
    assert CreatorEngine(make_snapshot(0)).find(CreatorSearch()).total == 0


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"sort": "gmv_low"}, True),
        ({"filters": {"gmv": {"low": 1}}}, True),
        ({"filters": {"price": {"high": 9}}}, True),
        ({"sort": "gmv_low", "market": "US"}, False),
        ({"sort": "mean_views"}, False),
    ],
)
def test_amounts_of_several_currencies_are_not_compared_in_silence(engine, asked, told):
    page = engine.find(CreatorSearch(**asked))

    assert bool(page.degraded) == told
    assert not told or "amounts in GBP, USD are compared as numbers" in page.degraded[0]


def test_a_withheld_gmv_is_shown_as_its_range(make_snapshot):
    snapshot = make_snapshot(
        2, gmv_low_28=[5, 7], gmv_high_28=[50, 7], withheld_days_28=[3, 0], currency=[1, -1]
    )

    shown = [item.gmv for item in CreatorEngine(snapshot).find(CreatorSearch(sort="gmv_low")).items]

    assert [(gmv.low, gmv.high, gmv.withheld, gmv.currency) for gmv in shown] == [
        (7, 7, False, None),
        (5, 50, True, "USD"),
    ]


def test_a_creator_of_whom_nothing_is_known_is_shown_with_nulls(make_snapshot):
    nobody = {name: [-1] for name in ("market", "category", "main_country", "currency")}
    unknown = {name: [np.nan] for name in ("followers", "mean_views")}
    snapshot = make_snapshot(1, **nobody, **unknown, latest_counts=[[0, 0, 0, 0]], days_28=[0])

    (item,) = CreatorEngine(snapshot).find(CreatorSearch()).items

    shown = item.model_dump(exclude={"creator_id", "place", "tier"})
    gmv = shown.pop("gmv")
    assert set(shown.values()) == {None}
    assert (gmv["low"], gmv["high"], gmv["currency"]) == (None, None, None)


def test_a_number_that_is_not_there_is_refused_with_near_ones():
    with pytest.raises(ValidationError, match="expected a number of creators, such as followers"):
        CreatorSearch(sort="folowers")


def test_a_word_the_snapshot_does_not_know_is_refused(engine):
    with pytest.raises(RequestError, match=r"unknown market filter 'FR'.*GB"):
        engine.find(CreatorSearch(market="FR"))


def test_columns_stay_on_disk_when_a_snapshot_is_opened(creators_snapshot):
    """A memory-mapped column belongs to somebody else's buffer; a copied one owns its memory."""
    engine = CreatorEngine.open(creators_snapshot.path)

    engine.find(CreatorSearch(filters={"followers": {"low": 2}, "languages": ["en"]}))

    columns = [*engine.snapshot.creators.values.values(), *engine.snapshot.creator_days.values.values()]
    assert not any(
        column.flags.owndata or column.flags.writeable for column in columns if column.dtype != bool
    )
