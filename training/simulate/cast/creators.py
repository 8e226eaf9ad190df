"""Creators: the causes nobody sees, and the audience they have."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from recsys.vocabulary import CAMPAIGN_TYPES, TIERS
from training.frame import Frame
from training.simulate.cast.geography import (
    ABROAD,
    CATEGORIES,
    HOME,
    STATE_OF_MARKET,
    kin,
    of_categories,
    of_markets,
    state_weights,
)
from training.simulate.cast.habits import with_habits
from training.simulate.clock import DAY, Clock
from training.simulate.config import SimulateConfig
from training.simulate.draws import choose, from_quantiles, shares, spread, stream
from training.simulate.fitted import ByTier

FIRST_ID = 1_000_001
USUAL_AGE_DAYS = 700
MOST_ENGAGEMENT = 0.9
FEE_PER_VIEW = 1.5
"""Minor units, before what the creator asks more or less than others."""
LANGUAGES = np.array(["en", "es"])


@dataclass(frozen=True)
class Creators(Frame):
    """One row per creator; every array is latent except where the tables say otherwise."""

    ids: Ints
    created_at: Ints
    market: Ints
    """Index into MARKETS."""
    lives_at_home: Flags
    spanish: Flags
    category: Ints
    """Declared category, index into CATEGORIES; mostly the largest of `mix`."""
    mix: Floats
    """(creators, categories): what the creator makes content about."""
    styles: Floats
    """(creators, campaign types): what kind of videos the creator makes."""
    sells: Flags
    withholds: Flags
    followers: Floats
    """Followers the account has once it is established."""
    views: Floats
    """Expected views of a video of an established account, before momentum and virality."""
    momentum: Floats
    """Log growth of views over 90 days."""
    engagement: Floats
    follow_rate: Floats
    click_rate: Floats
    conversion: Floats
    price_level: Floats
    """Log price, relative to the category's usual price, at which the audience buys most."""
    posts_per_day: Floats
    shoppable: Floats
    """Share of videos that link products."""
    lives_per_day: Floats
    fee: Floats
    """Minor units the creator usually takes for a video."""
    reliability: Floats
    responsiveness: Floats
    ambition: Floats
    """Logits around 0: delivers, answers, accepts."""
    audience: Floats
    """(creators, GROUPS): true shares of the followers."""
    favourites: Ints
    """(creators, 3): the usual hook, structure and call to action, as indices into their words."""
    favoured_points: Flags
    """(creators, talking points)."""
    bought_followers: Floats
    """Followers bought at once, relative to the creator's own; 0 for who buys none."""
    bought_views: Floats
    bought_likes: Floats
    """For each real view (engagement)."""
    stuffs: Flags
    """Posts many low-effort videos full of links."""
    leaves_at: Ints
    """When the creator stops posting for good."""


def draw_creators(config: SimulateConfig, clock: Clock) -> Creators:
    """Every creator of the world at once: for worlds that fit into memory."""
    return Creators.joined([draw_block(config, clock, number) for number in range(config.size.blocks)])


def draw_block(config: SimulateConfig, clock: Clock, number: int) -> Creators:
    """The creators of one block, who are the same whatever other blocks there are."""
    rng, start = stream(config.seed, "creators", number), number * config.size.block
    size, first_id = min(config.size.block, config.size.creators - start), FIRST_ID + start
    market = choose(rng, np.tile(of_markets("weight"), (size, 1)))
    main = choose(rng, np.tile(of_categories("popularity"), (size, 1)))
    mix = shares(rng, 5.0 * kin()[main] + 0.08)
    created = _created_at(rng, size, config, clock)
    traits = {**_reach(rng, size, config), **_selling(rng, size, config), **_character(rng, size, config)}
    habits = stream(config.seed, "habits", number)
    return Creators(
        ids=np.arange(first_id, first_id + size),
        created_at=created,
        market=market,
        lives_at_home=rng.random(size) < 0.96,
        spanish=(rng.random(size) < 0.12) & (market == HOME.index("US")),
        category=np.where(rng.random(size) < 0.9, mix.argmax(axis=1), main),
        mix=mix,
        styles=shares(rng, np.full((size, len(CAMPAIGN_TYPES)), 0.7)),
        withholds=rng.random(size) < config.cooperation.withheld_share,
        audience=_audience(rng, market, mix),
        **with_habits(habits, traits, created, config, clock),
    )


def _created_at(rng: np.random.Generator, size: int, config: SimulateConfig, clock: Clock) -> Ints:
    late = rng.random(size) < config.followers.late_share
    before = clock.start - rng.exponential(USUAL_AGE_DAYS * DAY, size)
    during = rng.uniform(clock.start, clock.end - 7 * DAY, size)
    return np.where(late, during, before).astype(np.int64)


def _reach(rng: np.random.Generator, size: int, config: SimulateConfig) -> dict[str, Array]:
    """Followers, and by their tier: views for each of them, engagement and posts; and the usual fee."""
    given, content, fitted = config.followers, config.content, config.fitted
    tier = choose(rng, np.tile([given.tier_shares[name] for name in TIERS], (size, 1)))

    def drawn(by_tier: ByTier) -> Floats:
        values = np.array([by_tier[name] for name in TIERS])[tier]
        return from_quantiles(rng, np.array(fitted.levels), values)

    followers = 10 ** drawn(fitted.log10_followers)
    views = followers * np.exp(drawn(fitted.log_views) + 0.5 * fitted.video_sigma**2)
    return {
        "followers": followers,
        "views": views,
        "momentum": rng.normal(0, given.momentum_sigma, size),
        "engagement": np.minimum(np.exp(drawn(fitted.log_engagement)), MOST_ENGAGEMENT),
        "posts_per_day": np.minimum(np.exp(drawn(fitted.log_posts)), content.most_posts_per_day),
        "follow_rate": 0.003 * np.exp(rng.normal(0, 0.5, size)),
        "fee": 2_000 + FEE_PER_VIEW * views**0.97 * np.exp(rng.normal(0, 0.4, size)),
    }


def _selling(rng: np.random.Generator, size: int, config: SimulateConfig) -> dict[str, Array]:
    content = config.content
    goes_live = rng.random(size) < 0.35
    return {
        "sells": rng.random(size) < 0.75,
        "click_rate": np.minimum(content.click_rate * np.exp(rng.normal(0, content.skill_sigma, size)), 0.3),
        "conversion": np.minimum(content.conversion * np.exp(rng.normal(0, content.skill_sigma, size)), 0.3),
        "price_level": rng.normal(0, 0.45, size),
        "shoppable": rng.beta(1.6, 2.4, size),
        "lives_per_day": np.where(goes_live, content.lives_per_day * spread(rng, 0.8, size), 0.0),
    }


def _character(rng: np.random.Generator, size: int, config: SimulateConfig) -> dict[str, Array]:
    given = config.cooperation
    return {
        "reliability": rng.normal(0, given.reliability_sigma, size),
        "responsiveness": rng.normal(0, given.responsiveness_sigma, size),
        "ambition": rng.normal(0, given.ambition_sigma, size),
    }


def _audience(rng: np.random.Generator, market: Ints, mix: Floats) -> Floats:
    """(creators, GROUPS): the columns follow GROUPS, dimension by dimension."""
    size = len(market)
    country = _countries(rng, market)
    home = country[np.arange(size), market]
    states = shares(rng, np.where(STATE_OF_MARKET[market], 14 * state_weights()[market], 0.0))
    female = np.clip(mix @ of_categories("female"), 0.05, 0.95)
    ages = mix @ np.array([category.ages for category in CATEGORIES])
    ios = rng.beta(8.5, 6.5, size)
    gender = shares(rng, 14 * np.column_stack([female, 1 - female]))
    active = rng.beta(11, 9, size)
    return np.column_stack(
        [country, states * home[:, None] * 0.97, gender, shares(rng, 16 * ages), ios, 1 - ios, active]
    )


def _countries(rng: np.random.Generator, market: Ints) -> Floats:
    """The home market's share (one creator in eight has most followers abroad) and the others'."""
    size = len(market)
    home = np.where(rng.random(size) < 0.125, rng.beta(2, 6, size), rng.beta(9, 2, size))
    weights = np.tile([0.3] * len(HOME) + [0.2, 0.1, 0.1, 0.3][: len(ABROAD)], (size, 1))
    weights[np.arange(size), market] = 0.0
    country = shares(rng, 3 * weights) * (1 - home)[:, None]
    country[np.arange(size), market] = home
    return np.asarray(country)
