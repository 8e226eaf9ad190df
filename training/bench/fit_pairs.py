"""Made pairs of users and items for measuring what a fit costs: their number matters, not their taste."""

import numpy as np
from pydantic import Field

from recsys.config import Config
from recsys.interactions import Interactions


class MadePairs(Config):
    """Every user met as many items, spread over the catalogue; items per user must be at most half of it."""

    users: int = Field(ge=1)
    items: int = Field(ge=2)
    pairs_per_user: int = Field(ge=1)
    seed: int = 1

    @property
    def pairs(self) -> int:
        """Nonzeros of the matrix."""
        return self.users * self.pairs_per_user

    def make(self) -> Interactions:
        """The pairs, with confidences from 0.5 to 1.5; the same settings give the same."""
        rng = np.random.default_rng(self.seed)
        # Steps of at least 1 that end inside the catalogue: the items of a user rise and are all different.
        longest = self.items // self.pairs_per_user
        steps = rng.integers(1, longest + 1, (self.users, self.pairs_per_user))
        items = np.cumsum(steps, axis=1, out=steps)
        items -= 1
        return Interactions(
            user_ids=np.arange(self.users),
            item_ids=np.arange(self.items),
            starts=np.arange(self.users + 1) * self.pairs_per_user,
            items=items.ravel(),
            confidence=rng.random(self.pairs, np.float32) + np.float32(0.5),
        )
