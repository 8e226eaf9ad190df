"""What the simulation of one block of creators needs, and what comes back from it."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recsys.arrays import Floats, Ints
from training.simulate.cast.briefs import Briefs
from training.simulate.cast.cast import Cast
from training.simulate.cast.catalogue import Brands, Products
from training.simulate.cast.climate import Climate
from training.simulate.cast.creators import Creators
from training.simulate.cast.geography import MARKETS
from training.simulate.clock import Clock
from training.simulate.config import SimulateConfig
from training.simulate.draws import stream
from training.simulate.funnel.steps import Funnel

IDS_PER_BLOCK = 100_000_000


@dataclass(frozen=True)
class Part:
    """A part of what creators do, with random streams and ids of its own: no part changes another."""

    name: str
    first_id: int


OWN = Part("own", 1)
CAMPAIGNS = Part("campaigns", IDS_PER_BLOCK // 2)


@dataclass(frozen=True)
class Block:
    """One block: its creators, its rows of the funnel (creators counted in the block), the catalogue."""

    number: int
    creators: Creators
    funnel: Funnel
    briefs: Briefs
    brands: Brands
    products: Products
    config: SimulateConfig
    clock: Clock
    climate: Climate
    part: Part = OWN

    @classmethod
    def of_cast(cls, cast: Cast, number: int, funnel: Funnel) -> Self:
        """The block of this number, with its rows of the funnel."""
        return cls(
            number,
            cast.creators(number),
            funnel,
            cast.briefs,
            cast.brands,
            cast.products,
            cast.config,
            cast.clock,
            cast.climate,
        )

    def of(self, part: Part) -> Self:
        """The same block, drawing for another part of what its creators do."""
        return replace(self, part=part)

    def rng(self, purpose: str) -> np.random.Generator:
        """The stream of the block's part for a purpose."""
        return stream(self.config.seed, f"{self.part.name} {purpose}", self.number)

    def ids(self, count: int) -> Ints:
        """`count` ids no other block or part gives to the same kind of thing."""
        return np.arange(count) + self.number * IDS_PER_BLOCK + self.part.first_id

    @property
    def alive_from(self) -> Ints:
        """First observed second of each creator."""
        return np.maximum(self.creators.created_at, self.clock.start)

    @property
    def active_until(self) -> Ints:
        """Last observed second in which each creator posts: most are there to the end of the world."""
        return np.minimum(self.creators.leaves_at, self.clock.end)

    def counts(self, rng: np.random.Generator, per_day: Floats) -> Ints:
        """Poisson counts of something that happens to each creator while observed and active."""
        days = (self.active_until - self.alive_from) / 86_400
        return rng.poisson(per_day * days)

    def moments(self, rng: np.random.Generator, creator: Ints) -> Ints:
        """A uniformly drawn observed second of each creator's active life."""
        start = self.alive_from[creator]
        return (start + rng.random(len(creator)) * (self.active_until[creator] - start)).astype(np.int64)

    def currency(self, creator: Ints) -> Ints:
        """Index into MARKETS, whose currencies are the codes."""
        return self.creators.market[creator]


CURRENCIES = np.array([market.currency for market in MARKETS])
