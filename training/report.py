"""A report for people who would rather look than read: one HTML file with its tables and plots inside."""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure

DOTS_PER_INCH = 100
SMALL, LARGE = 0.001, 1_000
"""Below, four decimals would hide a figure; from here on, it is shown without decimals."""


@dataclass(frozen=True)
class ReportTable:
    """A table with a title and a sentence on how to read it."""

    slug: str
    """A name for files."""
    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    def only(self, *columns: str) -> "ReportTable":
        """The same with these columns only."""
        places = [list(self.columns).index(column) for column in columns]
        return replace(self, columns=columns, rows=[[row[place] for place in places] for row in self.rows])

    def by_column(self) -> dict[str, list[object]]:
        """The rows turned round: column → its values."""
        return {name: [row[place] for row in self.rows] for place, name in enumerate(self.columns)}


def html_report(
    title: str, facts: Mapping[str, object], tables: Sequence[ReportTable], figures: Mapping[str, Figure]
) -> str:
    """A self-contained HTML page; everything in it is escaped."""
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    pages.filters["shown"] = shown
    images = {name: encoded(figure) for name, figure in figures.items()}
    page = pages.get_template("report.html.j2")
    return page.render(title=title, facts=facts, tables=tables, images=images)


def shown(value: object) -> str:
    """A cell: four decimals, or thousands apart, so that a column lines up; a dash for what is not there."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if 0 < abs(value) < SMALL:
        return f"{value:.4g}"
    return f"{value:,.{0 if abs(value) >= LARGE else 4}f}"


def encoded(figure: Figure) -> str:
    """The figure as a PNG in base64."""
    image = BytesIO()
    figure.savefig(image, format="png", dpi=DOTS_PER_INCH)
    return base64.b64encode(image.getvalue()).decode()
