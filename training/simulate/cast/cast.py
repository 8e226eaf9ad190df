"""The cast of a world: everything that exists before anything happens, small enough to be sent to workers."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from training.simulate.cast.briefs import Briefs, draw_briefs
from training.simulate.cast.catalogue import Brands, Products, draw_brands, draw_products
from training.simulate.cast.climate import Climate
from training.simulate.cast.creators import Creators, draw_block
from training.simulate.clock import Clock
from training.simulate.config import SimulateConfig


@dataclass(frozen=True)
class Cast:
    """Brands, products and briefs; the creators, who may be millions, are drawn a block at a time."""

    config: SimulateConfig
    clock: Clock
    brands: Brands
    products: Products
    briefs: Briefs
    climate: Climate

    @classmethod
    def of(cls, config: SimulateConfig) -> Self:
        """The cast of the world that a configuration describes."""
        clock = Clock((config.start_on - date(1970, 1, 1)).days, config.size.days)
        brands = draw_brands(config, clock)
        products = draw_products(config, brands, clock)
        briefs = draw_briefs(config, brands, products, clock)
        return cls(config, clock, brands, products, briefs, Climate.of(config, clock, briefs))

    def creators(self, number: int) -> Creators:
        """The creators of one block."""
        return draw_block(self.config, self.clock, number)
