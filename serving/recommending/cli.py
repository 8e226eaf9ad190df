"""`recsys insights`: where a creator stands, what to do next, and with which products and videos."""

from pathlib import Path
from typing import Annotated

import typer

from recsys.console import print_json, print_table
from recsys.options import AsJson, SnapshotFolder
from recsys.vocabulary import CreatorObjective
from serving.money import minor_units
from serving.recommending.answers import ItemAnswer, ProductFacts, RankedItem, VideoFacts
from serving.recommending.insights import SHOWN, CreatorInsights, InsightsEngine
from serving.recommending.own_results import OwnTotal, OwnVideo, Sort

PRODUCT_COLUMNS = ("#", "product", "category", "price", "commission %", "source", "score")
VIDEO_COLUMNS = (
    "#",
    "video",
    "by",
    "category",
    "days",
    "views",
    "engaged %",
    "units",
    "gmv",
    "gained",
    "source",
)
OWN_COLUMNS = ("video", "days", "shoppable", "views", "views 7 d", "engaged %", "units", "gmv", "gained")
SHOWN_REASONS = 3
LEAST_PART = 0.005
"""A smaller part would be shown as 0."""
SHOWN_VIDEOS = 10
"""Of the own ones, in the table; the JSON has them all."""


def insights(  # noqa: PLR0913, PLR0917  # one parameter for each option
    creator: Annotated[int, typer.Argument(help="Id of the creator.")],
    products: Annotated[Path, typer.Option(help="Folder of the bundle of products, or a link to it.")],
    inspiration: Annotated[Path, typer.Option(help="Folder of the bundle of videos, or a link to it.")],
    snapshot: SnapshotFolder,
    objective: Annotated[CreatorObjective, typer.Option(help="What the creator wants (R29).")] = "gmv",
    count: Annotated[int, typer.Option(min=1, help="How many products, and videos.")] = SHOWN,
    sort: Annotated[Sort, typer.Option(help="Order of the creator's own videos.")] = "recency",
    as_json: AsJson = False,
) -> None:
    """Tell a creator what to do next: prompt, products, videos to learn from, and their own results.

    Example: recsys insights 1000042 --objective gmv --products P --inspiration I --snapshot S
    """
    engine = InsightsEngine.open(products, inspiration, snapshot)
    answer = engine.insights(creator, objective, count, sort)
    if as_json:
        print_json(answer.model_dump(mode="json"))
    else:
        _print(answer)


def _print(answer: CreatorInsights) -> None:
    typer.echo(f"Creator {answer.creator_id}, {answer.segment}, for {answer.objective}")
    item = "" if answer.action.item_id is None else f" {answer.action.item_id}"
    typer.echo(f"{answer.prompt.code}: {answer.prompt.phrase} → {answer.action.code}{item}\n")
    print_table(
        "Last 28 days", ("total", "now", "before", "change %"), [_total(one) for one in answer.totals]
    )
    money = f"money in {minor_units(answer.currency)}"
    _print_items(f"Products, {money}", PRODUCT_COLUMNS, answer.products)
    _print_items(f"Videos to learn from, {money}", VIDEO_COLUMNS, answer.inspiration)
    if answer.own_videos:
        title = f"Own videos by {answer.sort}, {money}"
        print_table(title, OWN_COLUMNS, [_own_video(one) for one in answer.own_videos[:SHOWN_VIDEOS]])
    bundles = f"{answer.products.bundle} and {answer.inspiration.bundle}"
    typer.echo(f"{bundles} on {answer.snapshot} as of {answer.as_of:%Y-%m-%d %H:%M} UTC")


def _print_items(title: str, columns: tuple[str, ...], answer: ItemAnswer) -> None:
    if answer.items:
        print_table(title, columns, [_row(item) for item in answer.items])
        typer.echo("".join(_why(item) for item in answer.items))
    if answer.fewer_because:
        typer.echo(f"{len(answer.items)} {answer.surface} of {answer.asked}: {answer.fewer_because}")
    typer.echo(_filters(answer))
    for lack in answer.degraded:
        typer.echo(f"degraded: {lack}")
    typer.echo()


def _row(item: RankedItem) -> tuple[object, ...]:
    facts = item.facts
    return _product(item, facts) if isinstance(facts, ProductFacts) else _video(item, facts)


def _product(item: RankedItem, facts: ProductFacts) -> tuple[object, ...]:
    shown = item.rank, str(item.item_id), facts.category, facts.price, _per_cent(facts.commission)
    return (*shown, item.source, f"{item.score:.2f}")


def _video(item: RankedItem, facts: VideoFacts) -> tuple[object, ...]:
    results = facts.results
    shown = item.rank, str(item.item_id), str(facts.creator_id), facts.category, round(facts.age_days)
    numbers = results.views, _per_cent(results.engagement_rate), results.units, results.gmv
    return (*shown, *numbers, results.followers_gained, item.source)


def _why(item: RankedItem) -> str:
    """What speaks for an item, strongest first, one a line; then its audience, and the traits of a video."""
    reasons = item.reasons or ()
    shown = [one for one in reasons if one.part >= LEAST_PART and one.words()][:SHOWN_REASONS]
    shown += [one for one in reasons if one.group == "audience" and one.evidence and one not in shown]
    lines = [reason.phrase for reason in shown]
    if isinstance(item.facts, VideoFacts):
        lines += _traits(item.facts)
    return "\n   ".join([f"{item.rank}. {item.item_id}", *lines]) + "\n"


def _traits(facts: VideoFacts) -> list[str]:
    """The traits that do something, one a line, and the others on one line."""
    told = [trait.phrase for trait in facts.traits if trait.has_evidence]
    others = [trait.name for trait in facts.traits if not trait.has_evidence]
    return [*told, f"no evidence of {', '.join(others)}"] if others else told


def _total(total: OwnTotal) -> tuple[object, ...]:
    return total.measure, str(total.now), str(total.before), _per_cent(total.change)


def _own_video(video: OwnVideo) -> tuple[object, ...]:
    results = video.results
    what = str(video.video_id), round(video.age_days), "yes" if video.shoppable else "no"
    watched = results.views, results.views_7, _per_cent(results.engagement_rate)
    return (*what, *watched, results.units, results.gmv, results.followers_gained)


def _per_cent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)


def _filters(answer: ItemAnswer) -> str:
    """`500 products → market 320 → available 290 …`: what was left after each filter."""
    steps = [f"{one.filter} {one.left:,}" for one in answer.filters]
    return " → ".join([f"{answer.catalogue:,} in all", *steps, f"{answer.ranked:,} ranked"])
