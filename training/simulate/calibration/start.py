"""What real sets say before any world is simulated: luck, ageing, prices; first guesses of the rest."""

from collections.abc import Callable

import duckdb
import numpy as np

from recsys.arrays import Array, Floats
from recsys.errors import TableError
from recsys.vocabulary import TIERS, follower_tier
from training.simulate.calibration import queries
from training.simulate.calibration.catalogue import fit_price_spread
from training.simulate.calibration.lifetimes import Crawls, fit_ordinary, fit_viral
from training.simulate.calibration.luck import fit_luck
from training.simulate.calibration.matching import as_quantiles, quantiles
from training.simulate.calibration.measures import MEASURES, age_group, real_values
from training.simulate.config import SimulateConfig
from training.simulate.draws import stream
from training.simulate.fitted import ByTier, Fitted

FULL_GROWN, OLDEST = 7, 30
"""Days between which an ordinary video has nearly all its views, and its creator is as known as now."""
CURVE_DAYS = 6
"""Days over which the growth of ordinary videos is followed."""
LEVELS = np.array([0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1])
APPEAL_SIGMA = 0.5
"""Where the search for products' appeal starts."""


def first_guess(connection: duckdb.DuckDBPyConnection, config: SimulateConfig) -> Fitted:
    """Luck, ageing and prices as fitted; causes by tier as if nothing lay between them and what is seen.

    Raises TableError for a tier that a real set does not have.
    """
    curve, later, full_grown = _views_by_age(connection)
    luck = fit_luck(full_grown, stream(config.seed, "fit"))
    prices = real_values(connection, MEASURES["price / median price"])["all"]
    return Fitted(
        levels=tuple(LEVELS.tolist()),
        log10_followers=_causes(real_values(connection, MEASURES["followers"]), np.log10),
        log_views=_causes(_usual_views(connection), np.log),
        log_engagement=_causes(real_values(connection, MEASURES["engagement rate"]), np.log),
        log_posts=_causes(real_values(connection, MEASURES["videos per day"]), np.log),
        video_sigma=luck.video_sigma,
        viral_share=luck.viral_share,
        viral_factor=luck.viral_factor,
        ageing=as_quantiles(fit_ordinary(curve, later, config.content)),
        ageing_of_viral=as_quantiles(fit_viral(_crawls(connection), config.content, luck.viral_factor)),
        price_spread=fit_price_spread(prices, config),
        log_appeal=as_quantiles(quantiles(APPEAL_SIGMA * _normal(), LEVELS)),
    )


def _causes(values: dict[str, Floats], scale: Callable[[Array], Array]) -> ByTier:
    empty = [tier for tier in TIERS if not len(values[tier])]
    if empty:
        raise TableError(f"the real sets have nobody in the tiers {empty}, who cannot be fitted then")
    return {tier: as_quantiles(quantiles(scale(values[tier]), LEVELS)) for tier in TIERS}


def _usual_views(connection: duckdb.DuckDBPyConnection) -> dict[str, Floats]:
    """Each creator's median views of a video per follower, by tier."""
    found = connection.execute(queries.USUAL_VIEWS).fetchnumpy()
    tiers, values = follower_tier(np.asarray(found["by"])), np.asarray(found["value"], dtype=float)
    return {tier: values[tiers == tier] for tier in TIERS}


def _views_by_age(connection: duckdb.DuckDBPyConnection) -> tuple[Floats, int, Floats]:
    """Typical views on the days after relative to full-grown videos', whose age follows, and theirs."""
    found = connection.execute(queries.EARLY.format("famous_latest")).fetchnumpy()
    age, views = np.asarray(found["by"]), np.asarray(found["value"], dtype=float)
    grown = (age >= FULL_GROWN) & (age < OLDEST)
    full_grown = np.sort(views[grown])
    days = [np.median(views[age == day]) for day in range(1, CURVE_DAYS + 1)]
    return np.array(days) / np.median(full_grown), int(np.median(age[grown])), full_grown


def _crawls(connection: duckdb.DuckDBPyConnection) -> Crawls:
    found = connection.execute("select now, later, age, gap from crawled_twice order by place").fetchnumpy()
    now, later, age, gap = (np.asarray(found[name]) for name in ("now", "later", "age", "gap"))
    return Crawls(now, later, age, gap, age_group(age))


def _normal() -> Floats:
    """A large standard normal sample, the same each time."""
    return stream(0, "appeal").normal(size=100_000)
