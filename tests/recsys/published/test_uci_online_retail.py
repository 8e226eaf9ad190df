"""Sales lines made into orders of products by day."""

from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.published.uci_online_retail import orders
from recsys.tables import read_tables

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "uci_online_retail"
published = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published sales are not here")
MORNING, NOON = (datetime.fromisoformat(f"2011-03-01T{hour}:00") for hour in ("09", "12"))


def line(description, quantity=2, price=1.25, at=MORNING, customer=17850.0):
    return {
        "Description": description,
        "Quantity": quantity,
        "UnitPrice": price,
        "InvoiceDate": at,
        "CustomerID": customer,
    }


@pytest.fixture
def folder(tmp_path):
    rows = [
        line("WHITE  Lantern "),
        line("WHITE LANTERN", price=1.5),
        line("White Lantern", at=NOON, price=2.0),
        line("WHITE LANTERN", customer=None, at=NOON),
        line("WHITE LANTERN"),
        line("WHITE LANTERN", quantity=-2),
        line("DAMAGED", price=0.0),
        line(None),
        line("POSTAGE"),
        line("Dotcomgiftshop Gift Voucher £20.00"),
        line("RED BELL", at=NOON),
    ]
    types = {"Quantity": pa.int32(), "InvoiceDate": pa.timestamp("ns")}
    names = list(rows[0])
    columns = {name: pa.array([row[name] for row in rows], types.get(name)) for name in names}
    pq.write_table(pa.table(columns), tmp_path / "sales.parquet")
    return tmp_path


def test_lines_of_a_product_are_counted_by_day(folder):
    rows, cleaned = orders(folder)
    found = {row["name"]: (row["day"], row["count"]) for row in rows.to_pylist()}

    # One of the six lantern lines is a return, one the same as another of that minute.
    assert found == {"WHITE LANTERN": (date(2011, 3, 1), 4), "RED BELL": (date(2011, 3, 1), 1)}
    assert [each.rows for each in cleaned] == [1, 1, 1, 2, 1]


def test_products_have_the_price_that_is_usually_paid(folder):
    rows = read_tables(f"uci_online_retail://{folder}")["products"].to_pyarrow().to_pylist()

    assert sorted(row["price"] for row in rows) == [125, 138]
    assert {(row["market"], row["currency"]) for row in rows} == {("GB", "GBP")}


@published
def test_the_published_sales_have_the_shops_products_and_no_postage():
    rows, cleaned = orders(PUBLISHED)
    names = set(rows["name"].to_pylist())

    assert len(names) == 3_991
    assert {"POSTAGE", "MANUAL"}.isdisjoint(names)
    assert sum(each.rows for each in cleaned) + sum(rows["count"].to_pylist()) == 541_909
