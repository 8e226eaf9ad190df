"""Whom a brief chooses from, and who of them is shown: the logging policy."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Floats, Ints
from training.frame import Frame
from training.simulate.cast.briefs import Briefs
from training.simulate.cast.cast import Cast
from training.simulate.cast.creators import Creators
from training.simulate.cast.geography import kin, of_markets
from training.simulate.config import LoggingPolicy, SimulateConfig
from training.simulate.draws import stream


@dataclass(frozen=True)
class Pools(Frame):
    """One row per brief and creator the brief may choose."""

    brief: Ints
    """Row of Briefs."""
    creator: Ints
    """Row among all creators of the world."""
    liking: Floats
    """What the logging policy thinks of the creator: a logit."""


@dataclass(frozen=True)
class Shown(Frame):
    """One row per shown creator; a brief's rows stand together, in shown order."""

    brief: Ints
    creator: Ints
    """Row among all creators of the world."""
    position: Ints
    propensity: Floats
    """P(the creator takes this place | those above it), given the brief's pool."""


def draw_pools(cast: Cast, number: int) -> Pools:
    """The rows of a block: creators of a brief's market who were there, each with the same chance."""
    creators, briefs, config = cast.creators(number), cast.briefs, cast.config
    rng = stream(config.seed, "pools", number)
    brief, creator = _drawn(rng, creators, briefs, config)
    affinity = creators.mix @ kin()
    popularity = config.policy.popularity * np.log(creators.followers)
    liking = popularity[creator] + config.policy.category * affinity[creator, briefs.category[brief]]
    return Pools(brief, creator + number * config.size.block, liking)


def _drawn(
    rng: np.random.Generator, creators: Creators, briefs: Briefs, config: SimulateConfig
) -> tuple[Ints, Ints]:
    """Briefs and creators (rows of the block), in order of briefs."""
    chance = np.minimum(config.policy.pool / (config.size.creators * _market_shares()), 1.0)
    pairs = len(briefs) * len(creators)
    # Draw with the highest chance of any market, then thin out: far fewer draws than pairs in a large world.
    drawn = rng.choice(pairs, rng.binomial(pairs, chance.max()), replace=False, shuffle=False)
    brief, creator = np.divmod(np.sort(drawn), len(creators))
    market = briefs.market[brief]
    fits = (creators.market[creator] == market) & (creators.created_at[creator] <= briefs.created_at[brief])
    fits &= rng.random(len(brief)) * chance.max() < chance[market]
    return brief[fits], creator[fits]


def _market_shares() -> Floats:
    weights = of_markets("weight").astype(np.float64)
    return np.asarray(weights / weights.sum())


def show(pools: Pools, config: SimulateConfig) -> Shown:
    """The shown list of every brief that has a pool."""
    pools = pools.take(np.lexsort((pools.creator, pools.brief)))
    starts = np.flatnonzero(np.diff(pools.brief, prepend=-1))
    ends = np.append(starts[1:], len(pools))
    return Shown.joined(
        [_list(pools.take(slice(*edges)), config) for edges in zip(starts, ends, strict=True)]
    )


def _list(pool: Pools, config: SimulateConfig) -> Shown:
    """One brief's list: a Plackett–Luce draw without replacement."""
    rng = stream(config.seed, "shown", int(pool.brief[0]))
    weights = policy_weights(pool.liking, config.policy)
    order = np.argsort(-(np.log(weights) + rng.gumbel(size=len(pool))), kind="stable")[: config.size.shown]
    above = np.cumsum(weights[order]) - weights[order]
    return Shown(
        brief=pool.brief[order],
        creator=pool.creator[order],
        position=np.arange(1, len(order) + 1),
        propensity=np.minimum(weights[order] / (1 - above), 1.0),
    )


def policy_weights(liking: Floats, policy: LoggingPolicy) -> Floats:
    """P(first place) of each creator of a pool: a softmax of the likings, mixed with an even share."""
    softmax = np.exp(liking - liking.max())
    return np.asarray((1 - policy.exploration) * softmax / softmax.sum() + policy.exploration / len(liking))
