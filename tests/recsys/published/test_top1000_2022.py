from collections import Counter
from datetime import date

import pytest

from recsys.published import PUBLISHED

A, B, LOST = ("000000000000000a", "000000000000000c", "000000000000000e")
FILE = {
    "edition": ["2022-06"] * 3 + ["2022-09"] * 4 + ["2022-11"] * 3,
    "creator_id": [LOST, LOST, LOST, A, A, B, B, A, B, LOST],
    "followers": [1e6, 2e6, 3e6, 2.3e7, 2.3e7, 1.1e6, 1.2e6, 2.4e7, None, 5e6],
}


@pytest.fixture
def loaded(write):
    return PUBLISHED["top1000_2022"].read(write("creators.parquet", FILE))


def test_followers_are_known_at_the_end_of_an_editions_month(loaded):
    assert loaded.tables["creator_daily"].to_pylist() == [
        {"creator_id": 5, "day": date(2022, 9, 30), "followers": 23_000_000},
        {"creator_id": 5, "day": date(2022, 11, 30), "followers": 24_000_000},
        {"creator_id": 6, "day": date(2022, 9, 30), "followers": 1_200_000},
        {"creator_id": 7, "day": date(2022, 11, 30), "followers": 5_000_000},
    ]


def test_an_edition_whose_rows_have_one_handle_is_left_out_and_counted(loaded):
    assert {each.reason: each.rows for each in loaded.cleaned if each.rows} == {
        "edition 2022-06 gives all these rows one handle: nobody knows whose they are": 3,
        "a row that is there twice in an edition": 1,
        "a handle with two counts in an edition: the higher": 1,
        "followers were not read: no day of the creator": 1,
    }


def test_creators_are_those_with_a_count(loaded):
    assert loaded.tables["creators"]["creator_id"].to_pylist() == [5, 6, 7]


def test_the_published_set_has_three_editions_that_can_be_compared(real):
    daily = PUBLISHED["top1000_2022"].read(real("top1000_2022")).tables["creator_daily"]

    assert Counter(daily["day"].to_pylist()) == {
        date(2022, 9, 30): 996, date(2022, 11, 30): 983, date(2022, 12, 31): 999,
    }  # fmt: skip
