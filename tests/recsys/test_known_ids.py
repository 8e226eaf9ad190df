"""Ids are found, or refused in one wording that says what there is."""

from datetime import UTC, datetime

import numpy as np
import pytest

from recsys.errors import UnknownIdError
from recsys.known_ids import known_row, known_rows, said, unknown
from recsys.snapshot import NOTHING, Columns, Snapshot, SnapshotFacts
from recsys.vocabulary import DIMENSIONS

FACTS = SnapshotFacts(
    as_of=datetime(2026, 4, 1, tzinfo=UTC),
    policies={},
    data={},
    vocabularies=dict.fromkeys(DIMENSIONS, ()),
    categories=(),
    markets=(),
    countries=(),
    languages=(),
    facets={},
    feature_names=(),
)
BRANDS = Columns(np.array([5, 8, 13]), {})
SNAPSHOT = Snapshot(FACTS, creators=NOTHING, brands=BRANDS, products=NOTHING, pairs=NOTHING)
HAS = "unwritten as of 2026-04-01 00:00 UTC has"


def test_rows_are_in_the_order_of_the_ids():
    assert known_rows(SNAPSHOT, "brand", (13, 5, 13)).tolist() == [2, 0, 2]
    assert known_row(SNAPSHOT, "brand", 8) == 1


@pytest.mark.parametrize(
    ("what", "ids", "told"),
    [
        ("brand", (8, 6), f"unknown brand 6: {HAS} 3 brands, with ids 5 to 13, near it 8"),
        ("brand", (99, 99), f"unknown brand 99: {HAS} 3 brands, with ids 5 to 13, near it 13"),
        ("brand", (1, 2, 3, 4), f"4 unknown brands, such as 1, 2, 3: {HAS} 3 brands, with ids 5 to 13"),
        ("brand", (5, 2**70), f"unknown brand {2**70}: {HAS} 3 brands, with ids 5 to 13, near it 13"),
        ("brand", (2**63, -1), f"2 unknown brands, such as -1, {2**63}: {HAS} 3 brands, with ids 5 to 13"),
        ("creator", (7,), f"unknown creator 7: {HAS} 0 creators"),
        ("product", (7, 9), f"2 unknown products, such as 7, 9: {HAS} 0 products"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(what, ids, told):
    with pytest.raises(UnknownIdError) as refused:
        known_rows(SNAPSHOT, what, ids)

    assert str(refused.value) == told


def test_what_is_looked_for_elsewhere_is_told_in_the_same_words():
    assert str(unknown("creator", [7], "the lists have 3")) == "unknown creator 7: the lists have 3"
    assert said(datetime(2026, 4, 1, 9, 5, tzinfo=UTC)) == "as of 2026-04-01 09:05 UTC"
