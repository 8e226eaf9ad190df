"""What a policy says about ranking lists (R2–R6, R11): weights, bases and caps."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from recsys.config import Config

LONGEST_WAIT_DAYS = 7
"""A slower answer, or none, counts as so long: never answering is never better than answering late (R8)."""
Weight = Annotated[float, Field(ge=0)]
ListName = Literal[
    "top_sales", "fast_growing", "popularity_total", "popularity_live", "popularity_video", "diligence",
    "cooperation", "gmv",
]  # fmt: skip
LIST_NAMES: tuple[ListName, ...] = get_args(ListName)
MEASURES_OF: dict[ListName, tuple[str, ...]] = {
    "top_sales": ("live_gpm", "video_gpm", "orders_per_viewer", "gmv"),
    "fast_growing": ("followers_growth", "views_growth", "gmv_growth"),
    "popularity_total": ("views_per_content", "watch_seconds", "engagement_rate"),
    "popularity_live": ("live_views_per_content", "live_watch_seconds", "live_engagement_rate"),
    "popularity_video": ("video_views_per_content", "video_watch_seconds", "video_engagement_rate"),
    "diligence": ("shoppable_posts", "livestreams", "linked_products", "active_days"),
    "cooperation": ("response_rate", "response_time", "fulfilment_rate"),
    "gmv": ("gmv",),
}
"""The measures each list's index is made of (R2–R6); `features.lists.measures` says what each one is."""


class GrowthBases(Config):
    """What is added to both sides of a growth, so that tiny creators do not lead by accident (R3)."""

    followers: int = Field(gt=0)
    """Added to followers."""
    views: int = Field(gt=0)
    """Added to views of shoppable videos and livestreams."""
    gmv: int = Field(gt=0)
    """Added to GMV, in minor units."""


class UnfittedStrengths(Config):
    """What the peers' mean weighs in a creator's rate while there is no history to fit it from (R11)."""

    views: float = Field(gt=0)
    """Views that weigh as much as the mean, for rates by view."""
    viewers: float = Field(gt=0)
    """The same in viewers, for rates by livestream viewer."""
    contents: float = Field(gt=0)
    """The same in videos and livestreams, for views per content."""
    messages: float = Field(gt=0)
    """The same in messages, for answers and their times."""
    samples: float = Field(gt=0)
    """The same in samples, for fulfilment."""


class ListRules(Config):
    """How ranking lists are made."""

    weights: dict[ListName, dict[str, Weight]]
    """Per list the weight of each measure's percentile in the index (R11)."""
    growth_bases: GrowthBases
    content_days: int = Field(ge=1)
    """Views per content counts what was published within so many days before the period's end (R4)."""
    activity_days: int = Field(ge=1)
    """Regularity is the number of days with a post among so many before the period's end (R5)."""
    links_counted: int = Field(ge=1)
    """Linked products count up to here in each post, so that link stuffing does not pay (R5)."""
    posts_counted_a_day: int = Field(ge=1)
    """Shoppable posts count up to here on each day, so that flooding does not pay (R5)."""
    live_minutes_counted: int = Field(ge=0)
    """A livestream that is shorter does not count as one (R5)."""
    unfitted_strengths: UnfittedStrengths
    band_level: float = Field(gt=0, lt=1)
    """Probability that a rank band is meant to hold the true place with (R11)."""

    @model_validator(mode="after")
    def _weighs_its_measures(self) -> Self:
        for name, measures in MEASURES_OF.items():
            weights = self.weights.get(name)
            if weights is None or set(weights) != set(measures):
                found = None if weights is None else sorted(weights)
                raise ValueError(f"weights of {name}: expected {sorted(measures)}, found {found}")
            if not sum(weights.values()) > 0:
                raise ValueError(f"weights of {name}: expected one above 0, found {weights}")
        return self
