"""A whole world: causes first, then briefs and their funnel, then what each block of creators does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from recsys.errors import ConfigError
from recsys.tables import TABLES
from training.simulate.activity.activity import Activity
from training.simulate.activity.block import CAMPAIGNS, Block
from training.simulate.activity.profiles import audience_rows, creator_rows, daily_rows
from training.simulate.activity.showcase import showcase_rows, stock
from training.simulate.cast.briefs import Briefs, draw_briefs
from training.simulate.cast.catalogue import Brands, Products, draw_brands, draw_products
from training.simulate.cast.creators import Creators, draw_creators
from training.simulate.clock import Clock
from training.simulate.config import SimulateConfig
from training.simulate.funnel.offers import (
    brand_rows,
    campaign_rows,
    invitation_rows,
    product_rows,
    target_rows,
)
from training.simulate.funnel.results import Results, by_objective, expected, realised
from training.simulate.funnel.steps import Funnel, Marketplace
from training.simulate.truth import CREATORS, INVITATIONS, Truth, truth_table
from training.simulate.writer import WorldWriter, new_folder, write_parquet

Advance = Callable[[int], None]


@dataclass(frozen=True)
class World:
    """What was written: the folders, and the rows of each table."""

    tables: Path
    truth: Path
    rows: dict[str, int]


@dataclass(frozen=True)
class Cast:
    """Everyone and everything that exists, before anything happens."""

    creators: Creators
    brands: Brands
    products: Products
    briefs: Briefs


def simulate_world(
    config: SimulateConfig,
    tables: Path,
    truth: Path,
    overwrite: bool = False,
    advance: Advance = lambda _: None,
) -> World:
    """Write a world's tables and its truth; both folders are complete or absent.

    `advance` is called after each block with its number of creators. Raises ConfigError if a folder is there
    already and may not be replaced, or if one would hold the other.
    """
    _refuse_one_in_the_other(tables, truth)
    with (
        new_folder(truth, (INVITATIONS, CREATORS), overwrite) as truth_folder,
        new_folder(tables, TABLES, overwrite) as folder,
    ):
        writer = WorldWriter(folder)
        clock = Clock((config.start_on - date(1970, 1, 1)).days, config.size.days)
        cast = _cast(config, clock)
        funnel = Marketplace(cast.creators, cast.brands, cast.products, config, clock).play(cast.briefs)
        _write_catalogue(writer, cast)
        results = [_write_block(writer, block, advance) for block in _blocks(cast, funnel, config, clock)]
        writer.write(
            "invitations", invitation_rows(funnel, cast.creators, cast.briefs, results, (config, clock))
        )
        _write_truth(truth_folder, cast, funnel, config, clock)
    return World(tables, truth, dict(writer.rows))


def _cast(config: SimulateConfig, clock: Clock) -> Cast:
    brands = draw_brands(config, clock)
    products = draw_products(config, brands, clock)
    return Cast(
        creators=draw_creators(config, clock),
        brands=brands,
        products=products,
        briefs=draw_briefs(config, brands, products, clock),
    )


def _blocks(cast: Cast, funnel: Funnel, config: SimulateConfig, clock: Clock) -> list[Block]:
    starts = range(0, len(cast.creators), config.size.block)
    return [
        Block(
            number,
            cast.creators.take(slice(start, start + config.size.block)),
            _part(funnel, start, config.size.block),
            cast.briefs,
            cast.brands,
            cast.products,
            config,
            clock,
        )
        for number, start in enumerate(starts)
    ]


def _part(funnel: Funnel, start: int, size: int) -> Funnel:
    """The rows of one block's creators, who are counted from the block's start."""
    rows = funnel.take((funnel.creator >= start) & (funnel.creator < start + size))
    return replace(rows, creator=rows.creator - start)


def _write_catalogue(writer: WorldWriter, cast: Cast) -> None:
    writer.write("brands", brand_rows(cast.brands))
    writer.write("products", product_rows(cast.products, cast.brands))
    writer.write("campaigns", campaign_rows(cast.briefs, cast.brands, cast.products))
    writer.write("campaign_targets", target_rows(cast.briefs))


def _write_block(writer: WorldWriter, block: Block, advance: Advance) -> Results:
    shelves = stock(block)
    own, campaigns = Activity.own(block, shelves), Activity.of_campaigns(block.of(CAMPAIGNS))
    writer.write("creators", creator_rows(block), block=block.number)
    writer.write("creator_daily", daily_rows(block, shelves, [own, campaigns]), block=block.number)
    writer.write("audience", audience_rows(block), block=block.number)
    writer.write("showcase", showcase_rows(block, shelves), block=block.number)
    of_campaigns = campaigns.rows()
    for name, rows in own.rows().items():
        writer.write(name, rows, of_campaigns[name], block=block.number)
    advance(len(block.creators))
    return realised(campaigns)


def _refuse_one_in_the_other(tables: Path, truth: Path) -> None:
    one, other = tables.resolve(), truth.resolve()
    if one.is_relative_to(other) or other.is_relative_to(one):
        raise ConfigError(
            f"the tables in {tables} and the truth in {truth} need folders apart from each other"
        )


def _write_truth(folder: Path, cast: Cast, funnel: Funnel, config: SimulateConfig, clock: Clock) -> None:
    briefs, creators = cast.briefs.take(funnel.brief), cast.creators.take(funnel.creator)
    values = expected(briefs, creators, cast.products, config, clock)
    truth = Truth(
        campaign_id=briefs.ids,
        creator_id=creators.ids,
        examined=funnel.examined,
        chances=funnel.chances,
        expected_result=by_objective(values, briefs.objective),
    )
    write_parquet(truth_table(truth), folder / INVITATIONS)
    latents = ("ids", *LATENTS)
    write_parquet(pa.table({name: getattr(cast.creators, name) for name in latents}), folder / CREATORS)


LATENTS = (
    "followers", "views", "momentum", "engagement", "follow_rate", "click_rate", "conversion", "price_level",
    "posts_per_day", "shoppable", "lives_per_day", "fee", "reliability", "responsiveness", "ambition",
)  # fmt: skip
