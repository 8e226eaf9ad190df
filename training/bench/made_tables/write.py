"""Writing the made tables block by block: memory does not grow with their number."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from recsys.console import Advance
from recsys.tables import TABLES
from training.bench.made_tables.accounts import account_tables
from training.bench.made_tables.content import Videos, content_tables
from training.bench.made_tables.dealings import dealing_tables
from training.bench.made_tables.frame import Columns, MadeTables, People
from training.bench.made_tables.offers import Offers, offer_tables
from training.simulate.writer import WorldWriter

OFFERS, BLOCKS = 0, 1
"""Random streams."""


def write_made_tables(config: MadeTables, folder: Path, advance: Advance) -> Mapping[str, int]:
    """All tables of the contract below an empty `folder`; the number of rows of each.

    The same config gives the same bytes. `advance` hears of each of `config.blocks`.
    """
    writer = WorldWriter(folder)
    rng = np.random.default_rng([config.seed, OFFERS])
    offers = Offers.of(config, rng)
    _write(writer, offer_tables(config, offers, rng), block=0)
    for number in range(config.blocks):
        _write(writer, _block(config, offers, number), block=number)
        advance(1)
    return {name: writer.rows[name] for name in TABLES}


def _block(config: MadeTables, offers: Offers, number: int) -> dict[str, Columns]:
    rng, clock = np.random.default_rng([config.seed, BLOCKS, number]), config.clock
    people = People.of_block(config, number, rng)
    videos = Videos.of(people, clock, number, rng)
    return {
        **account_tables(people, clock, rng),
        **content_tables(people, videos, offers, clock, rng),
        **dealing_tables(people, videos, offers, config, rng),
    }


def _write(writer: WorldWriter, tables: Mapping[str, Columns], block: int) -> None:
    for name, columns in tables.items():
        writer.write(name, columns, block=block)
