"""`recsys creators`: find creators, show one, and list those like one."""

from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from features.creator_numbers import NUMBERS
from recsys.config import parse
from recsys.console import print_json, print_table
from recsys.extras import imported
from recsys.filter_options import audience_of, filter_of, range_of
from recsys.options import AsJson, Out, SnapshotFolder
from recsys.output import write_rows
from serving.creators.engine import SIMILAR, CreatorEngine
from serving.creators.search import CreatorPage, CreatorSearch
from serving.creators.terminal import print_look_alikes, print_page, print_profile

creators_app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich")
FilterFile = Annotated[Path | None, typer.Option("--filter", help="A filter as YAML (docs/creators.md).")]
Market = Annotated[str | None, typer.Option(help="Creators of this market only.")]

WRITTEN = pa.schema(
    [
        ("place", pa.int64()),
        ("creator_id", pa.int64()),
        ("market", pa.string()),
        ("category", pa.string()),
        ("main_country", pa.string()),
        ("tier", pa.string()),
        ("followers", pa.float64()),
        ("mean_views", pa.float64()),
        ("engagement_rate", pa.float64()),
        ("gmv_low", pa.float64()),
        ("gmv_high", pa.float64()),
        ("gmv_withheld", pa.bool_()),
        ("gmv_currency", pa.string()),
        ("sorted_by", pa.string()),
        ("value", pa.float64()),
    ]
)
"""Columns of `--out`."""


@creators_app.callback()
def creators() -> None:
    """Find creators by filters and numbers, show one, and list those like one."""


@creators_app.command()
def find(  # noqa: PLR0913, PLR0917  # one parameter for each option
    snapshot: SnapshotFolder,
    file: FilterFile = None,
    market: Market = None,
    country: Annotated[list[str] | None, typer.Option(help="Most of the audience is here.")] = None,
    region: Annotated[list[str] | None, typer.Option(help="The audience's main state, as US-CA.")] = None,
    category: Annotated[list[str] | None, typer.Option(help="Topic: beauty, or beauty/hair_care.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="The creator's language.")] = None,
    ecommerce: Annotated[bool | None, typer.Option(help="May link products, or may not.")] = None,
    followers: Annotated[str | None, typer.Option(metavar="LOW:HIGH", help="10000: or :50000.")] = None,
    views: Annotated[str | None, typer.Option(metavar="LOW:HIGH", help="Mean of 30 videos.")] = None,
    gmv: Annotated[str | None, typer.Option(metavar="LOW:HIGH", help="28 days, minor units.")] = None,
    price: Annotated[str | None, typer.Option(metavar="LOW:HIGH", help="Median promoted.")] = None,
    audience: Annotated[
        list[str] | None, typer.Option(metavar="GROUP=LOW:HIGH", help="gender.female=0.6: and the like.")
    ] = None,
    posted_within: Annotated[int | None, typer.Option(min=1, help="Days since the last video.")] = None,
    sort: Annotated[str, typer.Option(help="A number that `recsys creators numbers` lists.")] = "followers",
    ascending: Annotated[bool, typer.Option("--ascending", help="Lowest first.")] = False,
    count: Annotated[int, typer.Option(min=1, help="Creators on a page.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="What the page before names as the next.")] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Find creators by filters, in the order of a number, page by page.

    Options overrule the same keys of a filter file; several of one kind mean any of them, and several
    audience groups mean all of them.

    Example: recsys creators find --snapshot S --country US --category beauty --followers 10000:
    --audience gender.female=0.6: --sort engagement_rate
    """
    options = {
        "countries": country,
        "regions": region,
        "categories": category,
        "languages": language,
        "has_ecommerce": ecommerce,
        "followers": range_of("--followers", followers),
        "average_views": range_of("--views", views),
        "gmv": range_of("--gmv", gmv),
        "price": range_of("--price", price),
        "audience": audience_of("--audience", audience or []),
        "posted_within_days": posted_within,
    }
    asked = {
        "filters": filter_of(file, options, "recsys creators find"),
        "market": market,
        "sort": sort,
        "descending": not ascending,
        "count": count,
        "cursor": cursor,
    }
    engine = CreatorEngine.open(snapshot)
    page = engine.find(parse(CreatorSearch, asked, "recsys creators find"))
    if out:
        write_rows(out, _rows(page), engine.origin)
    if as_json:
        print_json(page.model_dump(mode="json"))
    else:
        print_page(page)


@creators_app.command()
def show(
    creator: Annotated[int, typer.Argument(help="Id of the creator.")],
    snapshot: SnapshotFolder,
    brand: Annotated[int | None, typer.Option(help="Cover the states with a store of this brand.")] = None,
    states: Annotated[str | None, typer.Option(help="Cover these states, as US-CA,US-TX.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw the daily history: .png or .svg.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a creator: videos, reach, growth, sales, audience, and 90 days one by one.

    Example: recsys creators show 1000042 --snapshot S --states US-CA,US-TX --plot history.svg
    """
    engine = CreatorEngine.open(snapshot)
    profile = engine.show(creator, brand, tuple(states.split(",")) if states else ())
    if plot:
        imported("serving.creators.plot", "recsys creators show --plot", "plot").draw(profile, plot)
    if as_json:
        print_json(profile.model_dump(mode="json"))
    else:
        print_profile(profile)


@creators_app.command()
def similar(
    creator: Annotated[int, typer.Argument(help="Id of the creator.")],
    snapshot: SnapshotFolder,
    count: Annotated[int, typer.Option(min=1, help="How many.")] = SIMILAR,
    file: FilterFile = None,
    market: Market = None,
    as_json: AsJson = False,
) -> None:
    """List the creators most like one in content, audience, sales and size, with the parts.

    Example: recsys creators similar 1000042 --snapshot S --count 10
    """
    engine = CreatorEngine.open(snapshot)
    answer = engine.similar(creator, count, filter_of(file, {}, "recsys creators similar"), market)
    if as_json:
        print_json(answer.model_dump(mode="json"))
    else:
        print_look_alikes(answer, len(engine.snapshot.creators))


@creators_app.command()
def numbers(as_json: AsJson = False) -> None:
    """List the numbers that a search sorts by, with what they mean.

    Example: recsys creators numbers
    """
    listed = [{"number": each.name, "unit": each.unit, "meaning": each.meaning} for each in NUMBERS.values()]
    if as_json:
        print_json(listed)
    else:
        print_table(
            "Numbers of creators", ("number", "unit", "meaning"), [list(row.values()) for row in listed]
        )


def _rows(page: CreatorPage) -> pa.Table:
    """The page as a table: one row per creator, the GMV in columns of its own."""
    rows = []
    for item in page.items:
        gmv = {f"gmv_{name}": value for name, value in item.gmv}
        rows.append(dict(item) | gmv | {"sorted_by": page.sort})
    return pa.Table.from_pylist(rows, WRITTEN)
