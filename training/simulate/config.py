"""The simulated world's parameters: its size, its distributions and the true effects in it."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from recsys.config import Config
from recsys.vocabulary import TIERS
from training.simulate.depth import (
    Facets,
    Gaming,
    Inspiration,
    LiftOfCampaigns,
    Links,
    Seasons,
    Survival,
    Trends,
)
from training.simulate.fitted import Fitted


class Size(Config):
    """How much there is of everything."""

    creators: int = Field(ge=20)
    """Creators who exist by the end of the world."""
    brands: int = Field(ge=4)
    products: int = Field(ge=8)
    briefs: int = Field(ge=1)
    shown: int = Field(ge=2, le=1000)
    """Creators shown for each brief, where its market has that many."""
    days: int = Field(ge=40, le=3650)
    """Length of the world in days."""
    block: int = Field(ge=1)
    """Creators simulated at a time, which bounds memory; another number gives another world."""

    @property
    def blocks(self) -> int:
        """How many blocks of creators there are."""
        return -(-self.creators // self.block)


class Followers(Config):
    """Reach: who has how many followers, and how many views come of it."""

    tier_shares: dict[str, float]
    """Share of creators in each follower tier: assumed, because no real set is sampled evenly."""
    momentum_sigma: float = Field(ge=0)
    """Spread of the log growth of views over 90 days."""
    ramp_days: float = Field(gt=0)
    """Days after which a new account reaches 63 % of its followers."""
    late_share: float = Field(ge=0, le=1)
    """Share of creators whose account is created while the world runs."""

    @model_validator(mode="after")
    def _every_tier_is_described(self) -> Self:
        if set(self.tier_shares) != set(TIERS):
            raise ValueError(f"tier_shares must name the tiers {TIERS}, found {sorted(self.tier_shares)}")
        return self


class Content(Config):
    """Videos and livestreams: how often, how seen, how sold through."""

    most_posts_per_day: float = Field(gt=0)
    """Creators who would post more, post so many: a world is to be affordable."""
    weekend: float = Field(gt=0)
    """Views on a weekend day relative to a workday."""
    life_days: int = Field(ge=1)
    """Days over which a video is watched at most."""
    least_share: float = Field(gt=0, lt=1)
    """A video is over once a day would bring less than this share of a usual video's views."""
    click_rate: float = Field(gt=0, lt=1)
    """Median product clicks per view of a shoppable video."""
    conversion: float = Field(gt=0, lt=1)
    """Median orders per product click."""
    skill_sigma: float = Field(ge=0)
    """Spread of creators' log click rate and of their log conversion."""
    price_sensitivity: float = Field(ge=0)
    """How fast conversion falls with the squared log distance of a price from the creator's level."""
    lives_per_day: float = Field(ge=0)
    """Mean livestreams a day of creators who go live."""
    private_share: float = Field(ge=0, le=1)
    """Share of videos taken private at some time."""


class Cooperation(Config):
    """Messages, samples and their fulfilment."""

    messages_per_day: float = Field(ge=0)
    """Mean messages a creator gets from brands outside briefs."""
    samples_per_day: float = Field(ge=0)
    """Mean samples a creator asks for outside briefs."""
    reply_logit: float
    reliability_sigma: float = Field(ge=0)
    responsiveness_sigma: float = Field(ge=0)
    ambition_sigma: float = Field(ge=0)
    deliver_logit: float
    fulfilment_days: int = Field(ge=1)
    """Days from receipt in which a sample has to be used."""
    extension_days: int = Field(ge=0)
    public_days: int = Field(ge=1)
    """Days in a row for which the video has to stay public."""
    withheld_share: float = Field(ge=0, le=1)
    """Share of creators who show their GMV as a range."""


class LoggingPolicy(Config):
    """The logging policy: who is shown for a brief, and what the place in the list does."""

    pool: int = Field(ge=2)
    """Creators of its market that a brief chooses from, about; all where the market has no more."""
    popularity: float
    """Weight of log followers."""
    category: float
    """Weight of the creator's affinity to the brief's category, 0 to 1."""
    exploration: float = Field(gt=0, le=1)
    """Share of the probability that is spread evenly over the market."""
    examination_decay: float = Field(ge=0)
    """P(a place is looked at) = place to the power of -examination_decay."""
    warm_up_days: int = Field(ge=0)
    """Days before the first brief, so that profiles have a past."""
    closing_days: int = Field(ge=0)
    """Days after the last brief, so that its funnel can end."""
    result_days: int = Field(ge=1)
    """Days over which a delivery's result is counted."""


class Effects(Config):
    """The true weights in a brand's interest in a creator; each component is roughly within -1 to 1."""

    category: float
    audience: float
    stores: float
    price: float
    style: float
    performance: float
    engagement: float
    reach: float
    """Followers by themselves: kept small, because brands here look at engagement rather than size."""
    budget: float
    history: float
    open_logit: float
    shortlist_logit: float
    invite_logit: float
    accept_logit: float
    accept_fee: float
    """Weight of the log of the offered fee over what the creator usually takes."""
    accept_category: float
    accept_busy: float
    """Added while another campaign is not delivered yet."""


class SimulateConfig(Config):
    """A world: the same configuration and seed give the same bytes."""

    seed: int = Field(ge=0)
    start_on: date
    """First day of the world."""
    size: Size
    followers: Followers
    content: Content
    cooperation: Cooperation
    policy: LoggingPolicy
    effects: Effects
    facets: Facets
    trends: Trends
    seasons: Seasons
    links: Links
    gaming: Gaming
    inspiration: Inspiration
    lift: LiftOfCampaigns
    survival: Survival
    fitted: Fitted

    @model_validator(mode="after")
    def _there_is_room_for_briefs(self) -> Self:
        needed = self.policy.warm_up_days + self.policy.closing_days
        if needed >= self.size.days:
            raise ValueError(f"size.days must exceed warm_up_days + closing_days = {needed}")
        return self
