"""What campaigns do to sales that are not theirs: creators of the market sell more of their products."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.arrays import Array, Floats, Ints
from training.simulate.cast.briefs import MOST_PRODUCTS, Briefs
from training.simulate.clock import Clock
from training.simulate.config import SimulateConfig
from training.simulate.depth import LiftOfCampaigns
from training.simulate.draws import stream

LINGERING = 5
"""How many times `decay_days` a lift is felt after the end of its campaign."""


def campaign_lift(briefs: Briefs, config: SimulateConfig) -> Floats:
    """The true log lift of each campaign: 0 for a share of them, gamma-distributed for the others."""
    given, rng = config.lift, stream(config.seed, "lift")
    lifted = rng.random(len(briefs)) >= given.zero_share
    return np.where(lifted, rng.gamma(given.shape, given.mean / given.shape, len(briefs)), 0.0)


def course(days_since_start: Array, length: Array, decay_days: float) -> Floats:
    """How much of its lift a campaign has on a day: 0 before, 1 while it runs, then e-fold less and less."""
    after = np.maximum(days_since_start - length + 1, 0)
    felt = (days_since_start >= 0) & (after <= LINGERING * decay_days)
    return np.where(felt, np.exp(-after / decay_days), 0.0)


@dataclass(frozen=True)
class Lift:
    """The lift of every product of a campaign, day by day."""

    products: Ints
    """Rows of Products with a campaign, sorted."""
    logs: Floats
    """(products, days): the log lifts of all campaigns of the product, added up."""
    first_day: int

    @classmethod
    def of(cls, briefs: Briefs, config: SimulateConfig, clock: Clock) -> Self:
        """The lift of these briefs' campaigns."""
        row, place = np.nonzero(np.arange(MOST_PRODUCTS) < briefs.product_count[:, None])
        products, entry = np.unique(briefs.products[row, place], return_inverse=True)
        days = clock.first_day + np.arange(clock.days)
        felt = campaign_lift(briefs, config)[:, None] * courses(briefs, days, config.lift)
        logs = np.zeros((len(products), clock.days))
        np.add.at(logs, entry, felt[row])
        return cls(products, logs, clock.first_day)

    def of_product(self, product: Ints, days: Ints) -> Floats:
        """The log lift of each product's organic sales on the epoch day beside it, within the world."""
        if len(self.products) == 0:
            return np.zeros(len(product))
        entry = np.minimum(np.searchsorted(self.products, product), len(self.products) - 1)
        found = self.logs[entry, days - self.first_day]
        return np.where(self.products[entry] == product, found, 0.0)


def courses(briefs: Briefs, days: Array, lift: LiftOfCampaigns) -> Floats:
    """(briefs, days): the course of every campaign over these epoch days."""
    since = np.floor(days)[None, :] - briefs.starts_on[:, None]
    return course(since, (briefs.ends_on - briefs.starts_on + 1)[:, None], lift.decay_days)
