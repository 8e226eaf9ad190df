"""Sales of a British online shop for gifts, December 2010 to December 2011."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recsys.published.cleaning import Cleaning
from recsys.published.identity import ids_of_words
from recsys.published.published_set import Cleaned, Loaded, PublishedSet, read_columns

(SALES,) = FILES = ("sales.parquet",)
COLUMNS = ("Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
NO_PRODUCTS = (
    "POSTAGE", "DOTCOM POSTAGE", "CARRIAGE", "NEXT DAY CARRIAGE", "MANUAL", "AMAZON FEE", "BANK CHARGES",
    "CRUK COMMISSION", "DISCOUNT", "SAMPLES", "ADJUST BAD DEBT", "HIGH RESOLUTION IMAGE", "TEST", "AMAZON",
)  # fmt: skip
"""Lines of an invoice that are not goods."""
VOUCHER = "DOTCOMGIFTSHOP GIFT VOUCHER"
MARKET, CURRENCY = "GB", "GBP"
PENCE = 100


def load(folder: Path) -> Loaded:
    """Products with the median price that was paid. Their orders by day have no table: see `orders`.

    The set knows no listing date: a product is known only once it is sold.
    """
    lines, cleaned = _lines(folder)
    prices = lines.group_by("product_id", use_threads=False).aggregate([("pence", "approximate_median")])
    rounded = pc.round(prices["pence_approximate_median"]).cast(pa.int64())
    products = pa.table({"product_id": prices["product_id"], "price": rounded})
    products = products.append_column("market", pa.array([MARKET] * len(products)))
    products = products.append_column("currency", pa.array([CURRENCY] * len(products)))
    return Loaded({"products": products.sort_by("product_id")}, cleaned)


def orders(folder: Path) -> tuple[pa.Table, tuple[Cleaned, ...]]:
    """`entity` (product id), `name`, `day` and `count`: order lines by product and day.

    Lines and not units: one wholesale order of 80,995 pieces, cancelled within minutes, is no trend.
    """
    lines, cleaned = _lines(folder)
    daily = lines.group_by(["product_id", "name", "day"], use_threads=False).aggregate([([], "count_all")])
    daily = daily.rename_columns({"product_id": "entity", "count_all": "count"})
    return daily.sort_by([("entity", "ascending"), ("day", "ascending")]), cleaned


def _lines(folder: Path) -> tuple[pa.Table, tuple[Cleaned, ...]]:
    found = Cleaning(SALES, read_columns(folder / SALES, COLUMNS))
    found.keep(pc.field("Quantity") > 0, "a cancellation, a return or a write-off: not an order")
    found.keep(pc.field("UnitPrice") > 0, "a line without a price: stock moved, or a gift")
    found.keep(pc.field("Description").is_valid(), "a line without a description: nobody knows of what")
    found.rows = _named(found.rows)
    goods = ~pc.field("name").isin(NO_PRODUCTS) & ~pc.starts_with(pc.field("name"), VOUCHER)
    found.keep(goods, "postage, fees, vouchers, corrections: no product")
    found.one_of_each(
        ["name", "InvoiceDate", "CustomerID", "Quantity", "UnitPrice"], [], "the same line twice in a minute"
    )
    rows = found.rows
    pence = np.round(rows["UnitPrice"].to_numpy() * PENCE).astype(np.int64)
    lines = pa.table(
        {
            "product_id": ids_of_words(rows["name"]),
            "name": rows["name"],
            "day": rows["InvoiceDate"].cast(pa.timestamp("us")).cast(pa.date32()),
            "pence": pence,
        }
    )
    return lines, tuple(found.cleaned)


def _named(rows: pa.Table) -> pa.Table:
    """With `name`: the description in capitals with single spaces, which is what tells products apart."""
    name = pc.utf8_upper(pc.utf8_trim_whitespace(rows["Description"]))
    return rows.append_column("name", pc.replace_substring_regex(name, r"\s+", " "))


UCI_ONLINE_RETAIL = PublishedSet(
    name="uci_online_retail",
    meaning="541,909 sales lines of a British online shop for gifts, December 2010 to December 2011",
    published="https://archive.ics.uci.edu/dataset/352/online+retail",
    licence="CC BY 4.0",
    files=FILES,
    load=load,
)
