"""What has been promised so far: open deals of creators, samples of products, invitations of brands."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Ints
from training.simulate.clock import DAY
from training.simulate.play.config import LimitConfig
from training.simulate.play.potential import Potential
from training.simulate.play.slots import Limits

ANSWER_DAYS = 7
"""An invitation without an answer is closed when it has waited this long."""


@dataclass(frozen=True)
class Asked:
    """What the ledger needs to know of a brief."""

    at: int
    """When it is answered, in seconds."""
    brand: int
    product: int
    """The product whose sample is sent."""
    wanted: int
    budget: int
    pool: Ints
    """Rows of creators."""


class Ledger:
    """Keeps the limits of a play; `creators` is how many creators there are."""

    def __init__(self, config: LimitConfig, creators: int) -> None:
        self.config, self.creators = config, creators
        self.open_until = np.empty((0, 2), np.int64)
        self.new_week()

    def new_week(self) -> None:
        """Stock and quotas start again."""
        self.samples: dict[int, int] = {}
        self.invitations: dict[int, int] = {}

    def limits(self, asked: Asked, fees: Ints) -> Limits:
        """What a brief may use now."""
        stock = self.config.samples_a_week - self.samples.get(asked.product, 0)
        quota = self.config.invitations_a_week - self.invitations.get(asked.brand, 0)
        return Limits(max(min(asked.wanted, stock, quota), 0), asked.budget, fees, self._has_room(asked))

    def _has_room(self, asked: Asked) -> Flags:
        creators, until = self.open_until[:, 0], self.open_until[:, 1]
        deals = np.bincount(creators[until > asked.at], minlength=self.creators)
        return np.asarray(deals[asked.pool] < self.config.open_deals)

    def book(self, asked: Asked, creators: Ints, until: Ints) -> None:
        """These creators of the pool were invited; each has a deal open until then."""
        self.samples[asked.product] = self.samples.get(asked.product, 0) + len(creators)
        self.invitations[asked.brand] = self.invitations.get(asked.brand, 0) + len(creators)
        self.open_until = np.concatenate([self.open_until, np.column_stack([creators, until])])


def closed_at(invited: Potential, happened: Flags, ends_at: Ints) -> Ints:
    """When an invitation stops keeping its creator: delivery, the campaign's end, a refusal, silence."""
    replied, accepted, delivered = happened.T
    agreed = np.where(delivered, invited.delivered_at, ends_at)
    answered = np.where(accepted, agreed, invited.replied_at)
    return np.where(replied, answered, invited.invited_at + ANSWER_DAYS * DAY)
