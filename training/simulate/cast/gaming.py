"""A few creators play the lists: they buy followers or views, or stuff videos with links."""

import numpy as np

from recsys.arrays import Array, Floats, Ints
from training.simulate.depth import Gaming

BURST_SIGMA = 0.5
BOT_SIGMA = 0.4
MORE_BURSTS = 0.7
"""Mean number of bursts after the first."""
STUFFED_SHOPPABLE = 0.95


def draw_gaming(rng: np.random.Generator, size: int, gaming: Gaming) -> dict[str, Array]:
    """Who games and how much: followers bought at once, views and likes bought, link stuffing."""
    kinds = rng.random((3, size))
    buys = gaming.burst_size * np.exp(rng.normal(0, BURST_SIGMA, size))
    fakes = gaming.bot_factor * np.exp(rng.normal(0, BOT_SIGMA, size))
    bots, likes = kinds[1] < gaming.bots, rng.random(size) < 0.5
    return {
        "bought_followers": np.where(kinds[0] < gaming.bursts, buys, 0.0),
        "bought_views": np.where(bots & ~likes, fakes, 0.0),
        "bought_likes": np.where(bots & likes, fakes, 0.0),
        "stuffs": kinds[2] < gaming.stuffing,
    }


def stuffed(traits: dict[str, Array], stuffs: Array, gaming: Gaming) -> dict[str, Array]:
    """The traits with those of link stuffers changed: many videos of little effort, nearly all with links."""
    return {
        **traits,
        "posts_per_day": traits["posts_per_day"] * np.where(stuffs, gaming.stuffing_posts, 1.0),
        "views": traits["views"] * np.where(stuffs, gaming.stuffing_effort, 1.0),
        "shoppable": np.where(stuffs, STUFFED_SHOPPABLE, traits["shoppable"]),
    }


def bought_followers(rng: np.random.Generator, sizes: Floats, first: Ints, days: int, loss: float) -> Ints:
    """(creators, days): bought followers who are still there at the end of each day.

    `sizes` is how many a creator buys at once (0 for none), `first` the creator's first day, from 0.
    """
    buyer = np.flatnonzero(sizes > 0)
    number = np.repeat(buyer, 1 + rng.poisson(MORE_BURSTS, len(buyer)))
    day = (first[number] + rng.random(len(number)) * (days - first[number])).astype(np.int64)
    bought = np.zeros((len(buyer), days))
    np.add.at(bought, (np.searchsorted(buyer, number), day), sizes[number] * rng.uniform(0.5, 1.5, len(day)))
    age = np.arange(days)[None, :] - np.arange(days)[:, None]
    kept = np.where(age >= 0, (1 - loss) ** np.maximum(age, 0), 0.0)
    result = np.zeros((len(sizes), days), dtype=np.int64)
    result[buyer] = np.rint(bought @ kept).astype(np.int64)
    return result
