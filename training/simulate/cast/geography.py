"""Markets, categories and audience groups of the simulated world."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints


@dataclass(frozen=True)
class Market:
    """A marketplace region: its money, its size and its states with their share of the population."""

    code: str
    currency: str
    weight: float
    price_level: float
    states: dict[str, float]


@dataclass(frozen=True)
class Category:
    """A category: usual price (major units), its audience's shares of women and of each age, and demand."""

    name: str
    price: float
    female: float
    ages: tuple[float, float, float, float, float]
    popularity: float
    conversion: float


MARKETS = (
    Market(
        "US", "USD", 0.65, 1.0,
        {"US-CA": .19, "US-TX": .15, "US-FL": .11, "US-NY": .10, "US-PA": .07, "US-IL": .07, "US-OH": .06,
         "US-GA": .06, "US-NC": .05, "US-MI": .05, "US-WA": .05, "US-AZ": .04},
    ),
    Market(
        "GB", "GBP", 0.35, 0.8,
        {"GB-ENG": .84, "GB-SCT": .08, "GB-WLS": .05, "GB-NIR": .03},
    ),
)  # fmt: skip

CATEGORIES = (
    Category("beauty/hair_care", 18, .82, (.08, .32, .33, .18, .09), 1.0, 1.2),
    Category("beauty/perfume", 42, .66, (.06, .34, .34, .17, .09), 0.8, 0.9),
    Category("beauty/hand_care", 12, .84, (.04, .22, .34, .25, .15), 0.5, 1.1),
    Category("beauty/makeup", 16, .90, (.15, .42, .27, .11, .05), 1.6, 1.2),
    Category("beauty/skin_care", 24, .80, (.09, .35, .32, .16, .08), 1.5, 1.3),
    Category("baby/baby_care", 20, .83, (.01, .19, .49, .24, .07), 0.6, 1.2),
    Category("baby/toys", 26, .74, (.02, .15, .46, .27, .10), 0.5, 0.9),
    Category("fashion/womens_wear", 32, .88, (.12, .38, .29, .14, .07), 1.6, 0.8),
    Category("fashion/mens_wear", 34, .22, (.12, .37, .30, .14, .07), 0.9, 0.7),
    Category("fashion/shoes", 55, .52, (.16, .38, .27, .13, .06), 0.7, 0.6),
    Category("home/kitchen", 28, .64, (.02, .17, .34, .28, .19), 0.9, 1.0),
    Category("home/cleaning", 15, .70, (.02, .16, .35, .28, .19), 0.7, 1.2),
    Category("home/decor", 30, .72, (.05, .26, .35, .22, .12), 0.7, 0.7),
    Category("electronics/phone_accessories", 19, .42, (.19, .36, .26, .13, .06), 0.9, 1.0),
    Category("electronics/audio", 60, .33, (.17, .37, .28, .12, .06), 0.6, 0.6),
    Category("food/snacks", 11, .54, (.17, .34, .27, .14, .08), 1.0, 1.2),
    Category("food/drinks", 14, .50, (.13, .36, .29, .14, .08), 0.7, 1.0),
    Category("sports/fitness", 35, .48, (.08, .36, .34, .15, .07), 0.9, 0.8),
)  # fmt: skip

AGES = ("13-17", "18-24", "25-34", "35-44", "45+")
ABROAD = ("CA", "IE", "AU", "OTHER")
HOME = tuple(market.code for market in MARKETS)
STATES = tuple(state for market in MARKETS for state in market.states)

GROUPS: tuple[tuple[str, str], ...] = (
    *(("country", code) for code in HOME + ABROAD),
    *(("state", state) for state in STATES),
    *(("gender", value) for value in ("female", "male")),
    *(("age", value) for value in AGES),
    *(("device", value) for value in ("ios", "android")),
    ("activity", "active"),
)
"""Every audience group as (dimension, value): the columns of audience and target matrices."""


def columns_of(dimension: str) -> slice:
    """The columns of a dimension's groups, which stand together in GROUPS."""
    places = [place for place, group in enumerate(GROUPS) if group[0] == dimension]
    return slice(places[0], places[-1] + 1)


def state_weights() -> Floats:
    """(markets, states): each market's population by state; 0 for other markets' states."""
    return np.array([[market.states.get(state, 0.0) for state in STATES] for market in MARKETS])


def kin() -> Floats:
    """(categories, categories): 1 for the same category, .35 for another of the same level 1, else 0."""
    same = np.eye(len(CATEGORIES)) > 0
    return np.where(same, 1.0, np.where(LEVEL1_OF[:, None] == LEVEL1_OF, 0.35, 0.0))


def of_categories(attribute: str) -> Array:
    """One number of every category, in order."""
    return np.array([getattr(category, attribute) for category in CATEGORIES], dtype=float)


def of_markets(attribute: str) -> Array:
    """One attribute of every market, in order."""
    return np.array([getattr(market, attribute) for market in MARKETS])


LEVEL1 = tuple(dict.fromkeys(category.name.split("/")[0] for category in CATEGORIES))
LEVEL1_OF: Ints = np.array([LEVEL1.index(category.name.split("/")[0]) for category in CATEGORIES])
"""(categories,): index into LEVEL1."""
CATEGORY_NAMES = np.array([category.name for category in CATEGORIES])
STATE_OF_MARKET: Flags = state_weights() > 0
