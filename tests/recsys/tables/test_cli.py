import json

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.tables import TABLES


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def broken(folder, arrow):
    """A marketplace in which both price tags are negative."""
    products = arrow["products"]
    place = products.column_names.index("price")
    wrong = products.set_column(place, "price", pc.negate(products["price"]))
    pq.write_table(wrong, folder / "products.parquet")
    return folder


def test_a_valid_marketplace_passes(run, folder, arrow):
    rows = sum(table.num_rows for table in arrow.values())

    done = run("check", folder)

    assert done.exit_code == 0
    assert f"rules checked on {rows} rows of 17 tables: all hold" in done.stdout


def test_a_broken_rule_is_shown_and_ends_in_1(run, broken):
    done = run("check", broken)

    assert done.exit_code == 1
    assert "products.price.range" in done.stdout
    assert "1 broken" in done.stdout


def test_json_is_one_document_and_nothing_else(run, broken):
    done = run("check", broken, "--json")
    report = json.loads(done.stdout)

    assert done.exit_code == 1
    assert report["broken"] == [
        {
            "rule": "products.price.range",
            "table": "products",
            "must_hold": "price is 0 or more",
            "rows": 2,
            "examples": [{"product_id": 100, "price": -2000}, {"product_id": 101, "price": -500}],
        }
    ]


def test_tables_that_cannot_be_read_end_in_1_and_one_line(run, folder):
    pq.write_table(pa.table({"creator_id": [1]}), folder / "creators.parquet")

    done = run("check", folder, "--json")

    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: table creators: missing columns")
    assert done.stderr.count("\n") == 1


def test_check_without_a_folder_is_a_usage_error(run):
    assert run("check").exit_code == 2


def test_a_memory_limit_that_is_no_size_is_a_usage_error(run, folder):
    done = run("check", folder, "--memory", "plenty")

    assert done.exit_code == 2
    assert done.stderr.startswith("error: 'plenty' is no size of memory")


def test_tables_lists_each_table(run):
    shown = run("tables").stdout

    assert [name for name in TABLES if name not in shown] == []


@pytest.mark.parametrize(("option", "start"), [("--json", "{"), ("--markdown", "# The data contract")])
def test_tables_prints_the_whole_contract(run, option, start):
    assert run("tables", option).stdout.startswith(start)
