"""A whole world: causes first, then briefs and their funnel, then what each block of creators does."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from recsys import __version__
from recsys.arrays import Ints
from recsys.errors import ConfigError
from recsys.files import sha256_of_json
from recsys.tables import TABLES
from training.simulate.activity.activity import Activity
from training.simulate.activity.block import CAMPAIGNS, Block
from training.simulate.activity.profiles import audience_rows, creator_rows, daily_rows
from training.simulate.activity.showcase import showcase_rows, stock
from training.simulate.cast.cast import Cast
from training.simulate.cast.creators import Creators
from training.simulate.config import SimulateConfig
from training.simulate.finished import FOLDER, Finished
from training.simulate.funnel.offers import (
    brand_rows,
    campaign_rows,
    invitation_rows,
    product_rows,
    target_rows,
)
from training.simulate.funnel.pools import Pools, Shown, draw_pools, show
from training.simulate.funnel.results import Results, realised
from training.simulate.funnel.steps import Funnel, Marketplace
from training.simulate.truth import TRUTH_FILES, write_latents, write_truth
from training.simulate.workers import Workers
from training.simulate.writer import WorldWriter, new_folder
from training.threads import on_one_blas_thread

Advance = Callable[[int], None]


@dataclass(frozen=True)
class World:
    """What was written: the folders, and the rows of each table."""

    tables: Path
    truth: Path
    rows: dict[str, int]


@dataclass(frozen=True)
class Job:
    """A world being written: its parameters, and where it goes."""

    config: str
    """As JSON: workers draw the cast from it once, which is less than sending it with every block."""
    tables: Path
    truth: Path

    @property
    def cast(self) -> Cast:
        """Who plays."""
        return _cast_of(self.config)


@on_one_blas_thread
def simulate_world(  # one parameter for each option of the command
    config: SimulateConfig,
    tables: Path,
    truth: Path,
    overwrite: bool = False,
    workers: int = 1,
    advance: Advance = lambda _: None,
) -> World:
    """Write a world's tables and its truth; both folders are complete or absent.

    The files are the same for any number of workers. After an interruption the same call goes on where the
    last one stopped. `advance` is called after each block with its number of creators. Raises ConfigError
    if a folder is there already and may not be replaced, or if one would hold the other.
    """
    _refuse_one_in_the_other(tables, truth)
    work = sha256_of_json([__version__, config.model_dump(mode="json")])
    with (
        Workers(workers) as pool,
        new_folder(truth, TRUTH_FILES, overwrite, work) as truth_folder,
        new_folder(tables, TABLES, overwrite, work) as folder,
    ):
        rows = _write(Job(config.model_dump_json(), folder, truth_folder), pool, advance)
        shutil.rmtree(folder / FOLDER)
    return World(tables, truth, rows)


def _write(job: Job, workers: Workers, advance: Advance) -> dict[str, int]:
    shown = _shown_lists(job, workers)
    market = Marketplace(job.cast, _guests(job, shown.creator, workers))
    funnel = market.play(shown)
    writer = WorldWriter(job.tables)
    _write_catalogue(writer, job.cast)
    rows, results = Counter(writer.rows), []
    for finished in _written_blocks(job, funnel, workers, advance):
        rows.update(finished.rows)
        results.append(finished.results)
    writer.write("invitations", invitation_rows(funnel, job.cast, Results.joined(results)))
    rows["invitations"] = len(funnel)
    write_truth(job.truth, job.cast, market, funnel)
    return {name: rows[name] for name in TABLES}


@lru_cache(maxsize=1)
def _cast_of(config: str) -> Cast:
    return Cast.of(SimulateConfig.model_validate_json(config))


def _shown_lists(job: Job, workers: Workers) -> Shown:
    """Who is shown for the briefs, in order of briefs and places."""
    config = job.cast.config
    calls = ((job, number) for number in range(config.size.blocks))
    return show(Pools.joined(list(workers.each(_pools_of_block, calls))), config)


def _pools_of_block(job: Job, number: int) -> Pools:
    return draw_pools(job.cast, number)


def _guests(job: Job, creators: Ints, workers: Workers) -> Creators:
    """The creators at these rows of the world, each once, in order."""
    rows, size = np.unique(creators), job.cast.config.size
    edges = np.searchsorted(rows, np.arange(size.blocks + 1) * size.block)
    calls = (
        (job, number, rows[edges[number] : edges[number + 1]] - number * size.block)
        for number in range(size.blocks)
    )
    return Creators.joined(list(workers.each(_some_of_block, calls)))


def _some_of_block(job: Job, number: int, rows: Ints) -> Creators:
    return job.cast.creators(number).take(rows)


def _write_catalogue(writer: WorldWriter, cast: Cast) -> None:
    writer.write("brands", brand_rows(cast.brands))
    writer.write("products", product_rows(cast.products, cast.brands))
    writer.write("campaigns", campaign_rows(cast.briefs, cast.brands, cast.products))
    writer.write("campaign_targets", target_rows(cast.briefs))


def _written_blocks(job: Job, funnel: Funnel, workers: Workers, advance: Advance) -> Iterator[Finished]:
    """Every block in order, written now or before an interruption."""
    size = job.cast.config.size
    found = {number: Finished.load(job.tables, number) for number in range(size.blocks)}
    missing = [number for number, finished in found.items() if finished is None]
    calls = ((job, number, _part(funnel, number, size.block)) for number in missing)
    written = workers.each(_write_block, calls)
    for number, finished in found.items():
        yield finished or next(written)
        advance(min(size.block, size.creators - number * size.block))


def _part(funnel: Funnel, number: int, size: int) -> Funnel:
    """The rows of one block's creators, who are counted from the block's start."""
    rows = funnel.take(funnel.creator // size == number)
    return replace(rows, creator=rows.creator - number * size)


@on_one_blas_thread
def _write_block(job: Job, number: int, funnel: Funnel) -> Finished:
    writer, block = WorldWriter(job.tables), Block.of_cast(job.cast, number, funnel)
    shelves = stock(block)
    own, campaigns = Activity.own(block, shelves), Activity.of_campaigns(block.of(CAMPAIGNS))
    writer.write("creators", creator_rows(block), block=number)
    writer.write("creator_daily", daily_rows(block, shelves, [own, campaigns]), block=number)
    writer.write("audience", audience_rows(block), block=number)
    writer.write("showcase", showcase_rows(block, shelves), block=number)
    of_campaigns = campaigns.rows()
    for name, rows in own.rows().items():
        writer.write(name, rows, of_campaigns[name], block=number)
    write_latents(job.truth, block.creators, number)
    finished = Finished(dict(writer.rows), realised(campaigns))
    finished.save(job.tables, number)
    return finished


def _refuse_one_in_the_other(tables: Path, truth: Path) -> None:
    one, other = tables.resolve(), truth.resolve()
    if one.is_relative_to(other) or other.is_relative_to(one):
        raise ConfigError(
            f"the tables in {tables} and the truth in {truth} need folders apart from each other"
        )
