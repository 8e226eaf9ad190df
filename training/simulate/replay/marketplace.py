"""A small marketplace drawn for one replay: slots, who could fill them, and the truth about each of them.

The one module of the replays that knows the simulator's cast and funnel.
"""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Features, Floats, Ints
from recsys.errors import ConfigError
from training.frame import Frame
from training.simulate.cast.cast import Cast
from training.simulate.cast.creators import Creators, draw_creators
from training.simulate.config import SimulateConfig
from training.simulate.draws import stream
from training.simulate.funnel.interest import affinity
from training.simulate.funnel.results import MEASURES, expected
from training.simulate.funnel.steps import chances_of

GMV = MEASURES.index("gmv")
USUAL_ENGAGEMENT = 0.065


@dataclass(frozen=True)
class Slots(Frame):
    """One row per slot of a brief, which one creator of the slot's own pool fills.

    What can be seen of each creator, and the truth about it, were it invited: (slots, pool).
    """

    brief: Ints
    """(slots,): the brief's row."""
    popularity: Floats
    """Log followers, standardised over the marketplace."""
    affinity: Floats
    """How much of the creator's content is about the brief's category: 0 to about 1."""
    engagement: Floats
    """Log of the engagement rate over the usual one."""
    views: Floats
    """Log of the views a video of the creator's usually gets."""
    sells: Floats
    """1 for creators who sell products, 0 for others."""
    fee: Floats
    """Log of the creator's usual fee in major units."""
    price: Floats
    """Log of the product's price in major units."""
    deliver: Floats
    """P(replies, accepts and delivers | invited)."""
    gmv: Floats
    """Expected GMV of a delivery, in minor units."""

    def observed(self) -> Features:
        """(slots, pool, features): what a reward model may see; neither character nor selling skill."""
        seen = (self.popularity, self.affinity, self.engagement, self.views, self.sells, self.fee, self.price)
        return np.stack(seen, axis=-1).astype(np.float32)


def draw_slots(world: SimulateConfig, slots: int, pool: int) -> Slots:
    """The slots of every brief of a marketplace drawn from the world's seed.

    Nobody is busy or has a history with the brand. Raises ConfigError where a brief's market has fewer
    creators than a pool needs.
    """
    cast, creators = Cast.of(world), draw_creators(world, Cast.of(world).clock)
    rng = stream(world.seed, "replay pools")
    rows = range(len(cast.briefs))
    return Slots.joined(
        [_slots_of(cast, row, creators, _pools(cast, row, creators, (slots, pool), rng)) for row in rows]
    )


def _pools(
    cast: Cast, row: int, creators: Creators, shape: tuple[int, int], rng: np.random.Generator
) -> Ints:
    """(slots, pool): different creators of the brief's market who are there by then and whom it can pay."""
    brief = cast.briefs.take(np.array([row]))
    there = np.flatnonzero((creators.market == brief.market) & (creators.created_at <= brief.created_at))
    if len(there) < shape[1]:
        raise ConfigError(f"pool: a brief's market has {len(there)} creators, expected at least {shape[1]}")
    fees = creators.fee[there]
    # A brief too poor for a whole pool sees the cheapest.
    limit = max(brief.budget[0] / brief.wanted[0], np.partition(fees, shape[1] - 1)[shape[1] - 1])
    payable = there[fees <= limit]
    return np.stack([rng.choice(payable, shape[1], replace=False) for _ in range(shape[0])])


def _slots_of(cast: Cast, row: int, creators: Creators, pools: Ints) -> Slots:
    brief, pooled = cast.briefs.take(np.array([row])), creators.take(pools.ravel())
    nobody = np.zeros(pools.size, dtype=bool)
    given = chances_of(cast, brief, pooled, nobody, nobody)
    brought = expected(
        cast.briefs.take(np.full(pools.size, row)), pooled, cast.products, cast.config, cast.clock
    )
    followers = np.log(creators.followers)
    columns = {
        "popularity": (np.log(pooled.followers) - followers.mean()) / followers.std(),
        "affinity": affinity(pooled, brief.category[0]),
        "engagement": np.log(pooled.engagement / USUAL_ENGAGEMENT),
        "views": np.log(pooled.views),
        "sells": pooled.sells.astype(float),
        "fee": np.log(pooled.fee / 100),
        "price": np.full(pools.size, np.log(cast.products.price[brief.products[0, 0]] / 100)),
        "deliver": given.replied * given.accepted * given.delivered,
        "gmv": brought[:, GMV],
    }
    shaped = {name: values.reshape(pools.shape) for name, values in columns.items()}
    return Slots(brief=np.full(len(pools), row), **shaped)
