import base64

import pytest
from matplotlib.figure import Figure

from training.report import ReportTable, html_report, shown

TABLE = ReportTable(
    "scores", "Scores", "Higher is better.", ["who", "score"], [["a <b>", 0.123456], ["c", None]]
)


def test_tables_and_facts_are_in_the_page_and_escaped():
    page = html_report("A & B", {"bundle": "<x>"}, [TABLE], {})

    assert "<title>A &amp; B</title>" in page
    assert "<dd>&lt;x&gt;</dd>" in page
    assert "<td>a &lt;b&gt;</td><td>0.1235</td>" in page


def test_plots_are_inside_the_page():
    page = html_report("A", {}, [], {"curve": Figure()})

    image = page.split("data:image/png;base64,")[1].split('"')[0]
    assert base64.b64decode(image).startswith(b"\x89PNG")
    assert "http" not in page


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (1234567, "1,234,567"),
        (0.00012346, "0.0001235"),
        (True, "True"),
        ("x", "x"),
    ],
)
def test_cells_are_short(value, text):
    assert shown(value) == text


def test_a_table_can_be_turned_round():
    assert TABLE.by_column() == {"who": ["a <b>", "c"], "score": [0.123456, None]}


def test_columns_can_be_chosen():
    assert TABLE.only("score").rows == [[0.123456], [None]]
