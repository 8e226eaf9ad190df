"""A validation set carved from training pairs, where no file is given."""

import numpy as np
from pydantic import Field

from recsys.arrays import Flags
from recsys.config import Config
from recsys.errors import TableError
from recsys.interactions import Interactions


class HoldoutConfig(Config):
    """One pair each of some users is held out."""

    share: float = Field(gt=0, le=1)
    """Of the users with two items or more."""
    debias: float = Field(ge=0)
    """A user's pair is drawn with a chance ∝ (users of its item)^−debias; 0 draws evenly.

    Later pairs go to less popular items than random earlier ones: a random hold-out would choose settings
    that favour what is popular (Steck 2011, Item popularity and recommendation accuracy).
    """
    seed: int


def held_out(known: Interactions, config: HoldoutConfig) -> Flags:
    """(pairs,): which are held out; at most one of a user, and never a user's only one.

    Raises TableError if no user has two items.
    """
    rng = np.random.default_rng(config.seed)
    able = np.flatnonzero(known.lengths >= 2)
    if not len(able):
        raise TableError("no user has two items, so no validation set can be carved from train; give --valid")
    chosen = np.zeros(len(known.user_ids), np.bool_)
    chosen[rng.permutation(able)[: max(1, round(config.share * len(able)))]] = True
    # The least of exponential times with these rates is each pair's with a chance proportional to its rate.
    rate = known.item_counts[known.items] ** -config.debias
    times = rng.exponential(size=len(rate)) / rate
    order = np.lexsort((times, known.rows))
    flags = np.zeros(len(rate), np.bool_)
    flags[order[known.starts[:-1][chosen]]] = True
    return flags
