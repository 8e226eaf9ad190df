"""Fitting the simulated marketplace to real sets: causes are moved until what is seen of them agrees."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from recsys.arrays import Array
from recsys.vocabulary import TIERS
from training.simulate.calibration.matching import as_quantiles, moved
from training.simulate.calibration.measures import Marginal, marginals
from training.simulate.calibration.settings import with_values
from training.simulate.calibration.sources import real_sets
from training.simulate.calibration.start import first_guess
from training.simulate.config import SimulateConfig
from training.simulate.fitted import Fitted, Quantiles
from training.simulate.world import simulate_world

Advance = Callable[[int], None]
Scale = Callable[[Array], Array]
Seen = Mapping[tuple[str, str], Marginal]
"""What a world shows, by measure and group."""
FOLLOWERS = "log10_followers"
RANGES = {"nano": (3, 4), "micro": (4, 5), "mid": (5, 5.699), "macro": (5.699, 6), "mega": (6, 9)}
"""log10 of the followers in each tier; the real set has nobody below 1,000."""
SHOWN_BY = {
    "log10_followers": "followers",
    "log_views": "views per follower",
    "log_engagement": "engagement rate",
    "log_posts": "videos per day",
}
"""Each cause by tier, and the measure that shows it."""
SALES = "units sold / median"


@dataclass(frozen=True)
class Effort:
    """How much is simulated: two worlds for each gain."""

    gains: tuple[float, ...] = (1.0, 0.7, 0.4, 0.25)
    """How far causes move in each round: less and less, because each round is another draw."""
    creators: int = 2_500
    """With all tiers alike, 500 in each."""
    days: int = 120

    @property
    def worlds(self) -> int:
        """How many worlds are simulated."""
        return 2 * len(self.gains)

    def size(self) -> dict[str, int]:
        """The settings of `size`: no campaigns, which would only add a little."""
        return {"creators": self.creators, "days": self.days, "block": 500, "briefs": 1, "shown": 2}


USUAL = Effort()


def fit(
    config: SimulateConfig, real: Path, effort: Effort = USUAL, advance: Advance = lambda _: None
) -> Fitted:
    """What the real sets in a folder say the causes are; whatever else `config` says stays as it is.

    `advance` is called after each simulated world. Deterministic for a configuration. Raises TableError that
    names a missing set.
    """
    with real_sets(real) as connection:
        config = config.model_copy(update={"fitted": first_guess(connection, config)})
    config = with_values(config, "size", effort.size())
    for number, gain in enumerate(effort.gains):
        seen = _seen(_all_tiers_alike(config), number, real, SHOWN_BY.values())
        config = _moved_creators(config, seen, gain)
        advance(1)
    for number, gain in enumerate(effort.gains):
        config = _moved_appeal(config, _seen(config, number, real, [SALES]), gain)
        advance(1)
    return config.fitted


def _all_tiers_alike(config: SimulateConfig) -> SimulateConfig:
    return with_values(config, "followers", {"tier_shares": dict.fromkeys(TIERS, 1 / len(TIERS))})


def _seen(config: SimulateConfig, number: int, real: Path, measures: Collection[str]) -> Seen:
    """What a world of this configuration shows; each number is another world."""
    config = config.model_copy(update={"seed": config.seed + number})
    with TemporaryDirectory() as folder:
        simulate_world(config, Path(folder) / "tables", Path(folder) / "truth")
        found = marginals(Path(folder) / "tables", real, measures)
    return {(marginal.measure, marginal.group): marginal for marginal in found}


def _moved_creators(config: SimulateConfig, seen: Seen, gain: float) -> SimulateConfig:
    scales = _scales(config)
    changes = {
        cause: {
            tier: _moved(now, seen.get((SHOWN_BY[cause], tier)), scales[cause], gain, config)
            for tier, now in by_tier.items()
        }
        for cause, by_tier in config.fitted.by_tier.items()
    }
    return with_values(config, "fitted", changes | {FOLLOWERS: _within_ranges(changes[FOLLOWERS])})


def _scales(config: SimulateConfig) -> dict[str, Scale]:
    """From what is measured to the scale of each cause."""
    most = config.content.most_posts_per_day
    return {
        "log10_followers": np.log10,
        "log_views": np.log,
        "log_engagement": np.log,
        "log_posts": lambda posts: np.log(np.minimum(posts, most)),
    }


def _moved(
    now: Quantiles, seen: Marginal | None, scale: Scale, gain: float, config: SimulateConfig
) -> Quantiles:
    """The quantiles moved towards what is really seen; as they are where too little is."""
    if seen is None:
        return now
    levels = np.array(config.fitted.levels)
    return as_quantiles(moved(np.array(now), scale(seen.simulated), scale(seen.real), levels, gain))


def _within_ranges(followers: Mapping[str, Quantiles]) -> dict[str, Quantiles]:
    return {tier: as_quantiles(np.clip(values, *RANGES[tier])) for tier, values in followers.items()}


def _moved_appeal(config: SimulateConfig, seen: Seen, gain: float) -> SimulateConfig:
    """Creators choose by appeal and viewers buy by it: sales grow with its square, it moves half as far."""
    appeal = _moved(config.fitted.log_appeal, seen[SALES, "all"], np.log, gain / 2, config)
    return with_values(config, "fitted", {"log_appeal": appeal})
