"""Where a play takes place: a simulated world up to the first played week, and what may come of each week.

The same for every policy of a seed. What creators do on their own is drawn once for the whole play; features
never see what lies ahead of a week (tested by poisoning it), and the funnel's rows do not exist before.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from recsys.arrays import Ints
from training.simulate.activity.activity import Activity
from training.simulate.activity.block import CAMPAIGNS, IDS_PER_BLOCK, Block, Part
from training.simulate.activity.profiles import audience_rows, creator_rows, daily_rows
from training.simulate.activity.showcase import Shelves, showcase_rows, stock
from training.simulate.cast.cast import Cast
from training.simulate.cast.creators import FIRST_ID, Creators
from training.simulate.clock import DAY
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
from training.simulate.play.config import WEEK, PlayConfig
from training.simulate.play.potential import Potential, draw_potential
from training.simulate.writer import WorldWriter

FIRST_WEEK_ID = IDS_PER_BLOCK * 6 // 10
IDS_PER_WEEK = 1_000_000


@dataclass(frozen=True)
class BlockLife:
    """A block of creators with what is the same under every policy."""

    block: Block
    shelves: Shelves
    own: Activity
    warm_up: Activity


@dataclass(frozen=True)
class Scene:
    """A seed's world: everybody, the warm-up's funnel, and the potential of the played briefs."""

    cast: Cast
    creators: Creators
    blocks: tuple[BlockLife, ...]
    warm_up: Funnel
    busy_until: Ints
    """(creators,): until when the warm-up's campaigns keep each creator busy."""
    potential: Potential
    weeks: range
    """Numbers of the played weeks, counted from the world's first."""

    @classmethod
    def of(cls, config: PlayConfig, seed: int) -> "Scene":
        """Draw a seed's world."""
        world = config.world_of(seed)
        cast = Cast.of(world)
        creators = Creators.joined([cast.creators(number) for number in range(world.size.blocks)])
        shown = _shown(cast)
        starts = cast.clock.start + WEEK * DAY * config.warm_up_weeks
        is_played = cast.briefs.created_at[shown.brief] >= starts
        market = Marketplace(cast, creators)
        warm_up = market.play(shown.take(~is_played))
        return cls(
            cast=cast,
            creators=creators,
            blocks=tuple(_block_life(cast, warm_up, number) for number in range(world.size.blocks)),
            warm_up=warm_up,
            busy_until=market.busy_until,
            potential=draw_potential(cast, creators, shown.take(is_played)),
            weeks=range(config.warm_up_weeks, config.warm_up_weeks + config.weeks),
        )

    def starts_at(self, week: int) -> int:
        """First second of a week."""
        return self.cast.clock.start + week * WEEK * DAY

    def briefs_of(self, week: int) -> Ints:
        """Rows of the briefs made in a week, in order of time."""
        made = self.cast.briefs.created_at
        return np.flatnonzero((made >= self.starts_at(week)) & (made < self.starts_at(week + 1)))

    def pool_of(self, row: int) -> Potential:
        """The rows of a played brief."""
        first, last = np.searchsorted(self.potential.brief, [row, row + 1])
        return self.potential.take(slice(first, last))

    def potential_of(self, week: int) -> Potential:
        """The rows of a week's briefs."""
        rows = self.briefs_of(week)
        first, last = np.searchsorted(self.potential.brief, [rows[0], rows[-1] + 1]) if len(rows) else (0, 0)
        return self.potential.take(slice(first, last))

    @cached_property
    def _deliveries(self) -> dict[int, list[Activity]]:
        return {week: [self._potential_activity(week, life) for life in self.blocks] for week in self.weeks}

    def deliveries_of(self, week: int) -> list[Activity]:
        """Block by block, what would be done if everybody in the week's pools delivered."""
        return self._deliveries[week]

    def _potential_activity(self, week: int, life: BlockLife) -> Activity:
        funnel = of_block(self.potential_of(week).as_delivered(), life.block)
        part = Part(f"week {week}", FIRST_WEEK_ID + week * IDS_PER_WEEK)
        return Activity.of_campaigns(replace(life.block, funnel=funnel).of(part))

    def write(self, folder: Path) -> None:
        """Write the tables up to the first played week, and beyond it what creators do on their own."""
        folder.mkdir(parents=True, exist_ok=True)
        writer, cast = WorldWriter(folder), self.cast
        early = cast.briefs.take(cast.briefs.created_at < self.starts_at(self.weeks[0]))
        writer.write("brands", brand_rows(cast.brands))
        writer.write("products", product_rows(cast.products, cast.brands))
        writer.write("campaigns", campaign_rows(early, cast.brands, cast.products))
        writer.write("campaign_targets", target_rows(early))
        for life in self.blocks:
            _write_block(writer, life)
        results = Results.joined([realised(life.warm_up) for life in self.blocks])
        writer.write("invitations", invitation_rows(self.warm_up, cast, results))


def _shown(cast: Cast) -> Shown:
    """The pool of every brief: whom the logging policy would show for it, the same under every policy."""
    return show(
        Pools.joined([draw_pools(cast, number) for number in range(cast.config.size.blocks)]), cast.config
    )


def _block_life(cast: Cast, funnel: Funnel, number: int) -> BlockLife:
    empty = funnel.take(slice(0, 0))
    block = Block.of_cast(cast, number, empty)
    shelves = stock(block)
    campaigns = replace(block, funnel=of_block(funnel, block)).of(CAMPAIGNS)
    return BlockLife(block, shelves, Activity.own(block, shelves), Activity.of_campaigns(campaigns))


def of_block(funnel: Funnel, block: Block) -> Funnel:
    """The rows of a block's creators, who are counted from the block's start."""
    first = int(block.creators.ids[0]) - FIRST_ID
    rows = funnel.take((funnel.creator >= first) & (funnel.creator < first + len(block.creators)))
    return replace(rows, creator=rows.creator - first)


def _write_block(writer: WorldWriter, life: BlockLife) -> None:
    number = life.block.number
    writer.write("creators", creator_rows(life.block), block=number)
    writer.write(
        "creator_daily", daily_rows(life.block, life.shelves, [life.own, life.warm_up]), block=number
    )
    writer.write("audience", audience_rows(life.block), block=number)
    writer.write("showcase", showcase_rows(life.block, life.shelves), block=number)
    warm_up = life.warm_up.rows()
    for name, rows in life.own.rows().items():
        writer.write(name, rows, warm_up[name], block=number)
