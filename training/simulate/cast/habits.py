"""What creators do by habit or by intent: favourite words, gaming, and when they leave."""

import numpy as np

from recsys.arrays import Array, Floats, Ints
from training.simulate.cast.facets import draw_favourites
from training.simulate.cast.gaming import draw_gaming, stuffed
from training.simulate.cast.survival import draw_leaving
from training.simulate.clock import Clock
from training.simulate.config import SimulateConfig

TYPICAL_PRICE = 2_500
"""Minor units, for what a creator may expect to earn."""


def with_habits(
    rng: np.random.Generator,
    traits: dict[str, Array],
    created_at: Ints,
    config: SimulateConfig,
    clock: Clock,
) -> dict[str, Array]:
    """The traits of some creators, with their habits, and changed where a creator games the lists."""
    gaming = draw_gaming(rng, len(created_at), config.gaming)
    favourites = draw_favourites(rng, _quality(traits), config.facets)
    traits = stuffed(traits, gaming["stuffs"], config.gaming)
    leaves_at = draw_leaving(rng, created_at, weekly_gmv(traits), config.survival, clock)
    return {**traits, **gaming, **favourites, "leaves_at": leaves_at}


def weekly_gmv(traits: dict[str, Array]) -> Floats:
    """GMV a creator may expect from a week's videos, in minor units, before products and trends."""
    views = traits["views"] * traits["posts_per_day"] * 7
    sold = traits["shoppable"] * traits["click_rate"] * traits["conversion"]
    return np.asarray(np.where(traits["sells"], views * sold * TYPICAL_PRICE, 0.0))


def _quality(traits: dict[str, Array]) -> Floats:
    """How good creators are, of mean 0 and spread 1 among them: views for a follower, orders for a click."""
    parts = [_standardised(np.log(traits["views"] / traits["followers"]))]
    parts += [_standardised(np.log(traits["conversion"]))]
    return np.asarray(np.sum(parts, axis=0) / np.sqrt(2))


def _standardised(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / max(values.std(), 1e-9))
