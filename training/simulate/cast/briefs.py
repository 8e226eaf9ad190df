"""Briefs: which brand asks for what, for whom, and when."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Floats, Ints
from recsys.vocabulary import CAMPAIGN_TYPES, OBJECTIVES
from training.frame import Frame
from training.simulate.cast.catalogue import Brands, Products, on_shelf
from training.simulate.cast.geography import CATEGORIES, GROUPS, columns_of, of_categories, state_weights
from training.simulate.clock import DAY, Clock
from training.simulate.config import SimulateConfig
from training.simulate.draws import choose, choose_many, shares, spread, stream

FIRST_ID = 500_001
MOST_PRODUCTS = 3
MONEY_PER_CREATOR = 30_000
"""Median budget for one creator, in minor units."""
OBJECTIVE_SHARES = (0.5, 0.15, 0.2, 0.15)
STAGES_OF_OBJECTIVE = np.array([[0.05, 0.1, 0.85], [0.2, 0.7, 0.1], [0.3, 0.6, 0.1], [0.4, 0.5, 0.1]])
"""P(funnel stage | objective): sales are asked for at the lower end."""
TYPES_OF_OBJECTIVE = np.array(
    [
        [0.05, 0.03, 0.07, 0.35, 0.2, 0.15, 0.15],
        [0.25, 0.2, 0.15, 0.1, 0.15, 0.1, 0.05],
        [0.25, 0.2, 0.15, 0.1, 0.15, 0.1, 0.05],
        [0.3, 0.15, 0.2, 0.1, 0.1, 0.1, 0.05],
    ]
)
"""P(campaign type | objective)."""
KINDS_WITH_HASHTAG = [CAMPAIGN_TYPES.index(name) for name in ("challenge", "dance", "duet")]


@dataclass(frozen=True)
class Briefs(Frame):
    """One row per brief, in order of time."""

    ids: Ints
    brand: Ints
    created_at: Ints
    market: Ints
    category: Ints
    products: Ints
    """(briefs, MOST_PRODUCTS): rows of Products; the first `product_count` of them count."""
    product_count: Ints
    objective: Ints
    kind: Ints
    """Index into CAMPAIGN_TYPES."""
    stage: Ints
    stores: Array
    """(briefs, states): flags."""
    budget: Ints
    wanted: Ints
    starts_on: Ints
    ends_on: Ints
    targets: Floats
    """(briefs, GROUPS): wanted shares; all 0 in a dimension that is not targeted."""


def draw_briefs(config: SimulateConfig, brands: Brands, products: Products, clock: Clock) -> Briefs:
    """Every brief; its products are the brand's and on the shelf, the first sets the category."""
    rng = stream(config.seed, "briefs")
    size = config.size.briefs
    brand = choose(rng, np.tile(brands.activity, (size, 1)))
    created = _created_at(rng, size, config, clock)
    chosen, count = _products(rng, brand, created, products)
    category = products.category[chosen[:, 0]]
    objective = rng.choice(len(OBJECTIVES), size, p=OBJECTIVE_SHARES)
    kinds = TYPES_OF_OBJECTIVE[objective] * (0.3 + brands.tastes[brand])
    wanted = 3 + rng.binomial(7, 0.35, size)
    stores = brands.stores[brand] & (rng.random(size) < 0.8)[:, None]
    starts_on = created // DAY + rng.integers(2, 7, size)
    return Briefs(
        ids=np.arange(FIRST_ID, FIRST_ID + size),
        brand=brand,
        created_at=created,
        market=brands.market[brand],
        category=category,
        products=chosen,
        product_count=count,
        objective=objective,
        kind=choose(rng, kinds),
        stage=choose(rng, STAGES_OF_OBJECTIVE[objective]),
        stores=stores,
        budget=(wanted * MONEY_PER_CREATOR * spread(rng, 0.9, size)).astype(np.int64) // 100 * 100,
        wanted=wanted,
        starts_on=starts_on,
        ends_on=starts_on + rng.integers(10, 19, size),
        targets=_targets(rng, brands.market[brand], category, stores),
    )


def _created_at(rng: np.random.Generator, size: int, config: SimulateConfig, clock: Clock) -> Ints:
    """Moments between the warm-up and the closing days, in order."""
    first = clock.start + config.policy.warm_up_days * DAY
    last = clock.end - config.policy.closing_days * DAY
    return np.sort(rng.integers(first, last, size))


def _products(rng: np.random.Generator, brand: Ints, created: Ints, products: Products) -> tuple[Ints, Ints]:
    own = products.brand[None, :] == brand[:, None]
    available = own & on_shelf(products, created)
    chosen = choose_many(rng, available.astype(float), MOST_PRODUCTS)
    wanted = 1 + rng.binomial(MOST_PRODUCTS - 1, 0.25, len(brand))
    return chosen, np.minimum(wanted, available.sum(axis=1))


def _targets(rng: np.random.Generator, market: Ints, category: Ints, stores: Array) -> Floats:
    """Whom the brand wants to reach: its category's buyers, sharpened, in the home market and its states."""
    size = len(market)
    targets = np.zeros((size, len(GROUPS)))
    targets[np.arange(size), market] = np.round(rng.uniform(0.7, 0.95, size), 2)
    in_states = stores * state_weights()[market]
    total = np.maximum(in_states.sum(axis=1, keepdims=True), 1e-9)
    asked = np.where(stores.any(axis=1, keepdims=True), 0.8, 0.0)
    targets[:, columns_of("state")] = _floor(in_states / total * asked)
    female = of_categories("female")[category]
    gender = np.clip(np.where(female > 0.5, female + 0.1, female - 0.1), 0.05, 0.95)
    _ask(rng, targets, "gender", 0.7, np.column_stack([gender, 1 - gender]))
    ages = np.array([CATEGORIES[place].ages for place in range(len(CATEGORIES))])[category]
    _ask(rng, targets, "age", 0.6, shares(rng, 6 * ages**1.5 / (ages**1.5).sum(axis=1, keepdims=True)))
    ios = rng.uniform(0.5, 0.9, size)
    _ask(rng, targets, "device", 0.12, np.column_stack([ios, 1 - ios]))
    return targets


def _ask(rng: np.random.Generator, targets: Floats, dimension: str, share: float, wanted: Floats) -> None:
    """Set the targets of a dimension for a share of the briefs."""
    asked = rng.random(len(targets)) < share
    targets[:, columns_of(dimension)] = np.where(asked[:, None], _floor(wanted), 0.0)


def _floor(values: Floats) -> Floats:
    """Two decimals, never up: a dimension's shares add up to at most 1."""
    return np.floor(values * 100) / 100


def campaign_tags(campaign_ids: Ints) -> list[str]:
    """The hashtags of campaigns."""
    return [f"campaign{ident}" for ident in campaign_ids.tolist()]
