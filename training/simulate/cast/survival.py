"""Who stops posting: creators who earn nothing for long, newcomers sooner."""

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from training.simulate.clock import DAY, Clock
from training.simulate.depth import Survival

NEVER = np.int64(2**53)
"""Later than any moment of any world."""


def weekly_hazard(weekly_gmv: Array, is_new: Array, survival: Survival) -> Floats:
    """P(a creator stops in a week), for GMV a week in minor units and accounts that are new or not."""
    earning = 1 / (1 + weekly_gmv / survival.half_earnings)
    haste = np.where(is_new, survival.newcomer_factor, 1.0)
    return np.asarray(np.minimum(survival.weekly_hazard * earning * haste, 0.99))


def leaves(rng: np.random.Generator, weekly_gmv: Array, is_new: Array, survival: Survival) -> Flags:
    """Who stops in a week after having earned this much a week lately: for worlds played week by week."""
    return np.asarray(rng.random(len(weekly_gmv)) < weekly_hazard(weekly_gmv, is_new, survival))


def draw_leaving(
    rng: np.random.Generator, created_at: Ints, weekly_gmv: Floats, survival: Survival, clock: Clock
) -> Ints:
    """The moment at which each creator stops for good, drawn up front from the GMV expected of them.

    NEVER or a moment after the world for most. Who is there when the world starts has not left before.
    """
    new, settled = (
        _daily_rate(weekly_gmv, np.full(len(created_at), flag), survival) for flag in (True, False)
    )
    start = np.maximum(created_at, clock.start)
    young = np.maximum(created_at + survival.newcomer_days * DAY - start, 0) / DAY
    patience = rng.exponential(size=len(created_at))
    with np.errstate(divide="ignore"):
        early, late = patience / new, young + np.maximum(patience - new * young, 0) / settled
    days = np.minimum(np.where(patience < new * young, early, late), 1e6)
    return np.where(days < 1e6, start + (days * DAY).astype(np.int64), NEVER)


def _daily_rate(weekly_gmv: Floats, is_new: Flags, survival: Survival) -> Floats:
    return np.asarray(-np.log1p(-weekly_hazard(weekly_gmv, is_new, survival)) / 7)
