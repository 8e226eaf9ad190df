from datetime import date, datetime

import numpy as np
import pytest

from recsys.errors import TableError
from recsys.tables.schema import Column, Table, ident, time
from training.simulate.clock import ABSENT
from training.simulate.columns import Coded, Ragged, arrow_table

TABLE = Table(
    "things",
    "a thing",
    ("thing_id",),
    (
        ident("thing_id", "the thing"),
        time("at", "when"),
        Column("day", "day", "the day"),
        Column("fee", "money", "the fee", optional=True),
        Column("word", "text", "a word", optional=True),
        Column("tags", "texts", "tags"),
        Column("share", "share", "a share", optional=True),
    ),
)
VALUES = {
    "thing_id": np.array([1, 2]),
    "at": np.array([60, ABSENT]),
    "day": np.array([0, 1]),
    "fee": np.array([ABSENT, 5]),
    "word": Coded(np.array([1, ABSENT]), np.array(["no", "yes"])),
    "tags": Ragged(Coded(np.array([0, 0, 1]), np.array(["a", "b"])), np.array([3, 0])),
    "share": np.array([np.nan, 0.5]),
}


def test_rows_are_what_the_arrays_say_and_absent_is_null():
    assert arrow_table(TABLE, VALUES).to_pylist() == [
        {
            "thing_id": 1,
            "at": datetime.fromisoformat("1970-01-01T00:01"),
            "day": date(1970, 1, 1),
            "fee": None,
            "word": "yes",
            "tags": ["a", "a", "b"],
            "share": None,
        },
        {
            "thing_id": 2,
            "at": None,
            "day": date(1970, 1, 2),
            "fee": 5,
            "word": None,
            "tags": [],
            "share": 0.5,
        },
    ]


@pytest.mark.parametrize("values", [VALUES | {"colour": np.array([1, 2])}, {"thing_id": np.array([1])}])
def test_columns_must_be_exactly_the_contracts(values):
    with pytest.raises(TableError, match="missing here or in the contract"):
        arrow_table(TABLE, values)
