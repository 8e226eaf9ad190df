"""What a creator's profile holds (R14 to R17): every number with what it rests on."""

from datetime import date, datetime
from typing import Literal

from serving.answers import Part
from serving.creators.search import MoneyRange

GrowthShape = Literal["steady", "uneven", "spike"]


class Counts(Part):
    """What videos were counted, all together or each on average."""

    views: int | float
    likes: int | float
    comments: int | float
    shares: int | float


class Performance(Part):
    """How a set of videos did, to date (R14)."""

    of: str
    """Which videos."""
    videos: int
    """How many they are: the numbers rest on no more."""
    at_most: int | None
    """How many they would be if the creator had made enough; None where a span of time limits them."""
    total: Counts
    mean: Counts | None
    """Per video; None without videos."""
    engagement_rate: float | None
    """(likes + comments + shares) / views; None without views."""


class Reach(Part):
    """Whom a creator can reach (R15)."""

    followers: float | None
    active_share: float | None
    """Of the followers, as last measured."""
    potential_reach: float | None
    """followers × active_share; None where one of them is not known."""


class Growth(Part):
    """How followers grew in 28 days, and how evenly (R16)."""

    followers_growth: float | None
    """As a share of the followers before, smoothed by 1,000."""
    gained: int
    """On the days on which followers rose."""
    gained_before: int
    """The same in the 28 days before."""
    growth_days_share: float | None
    """Share of days on which followers rose."""
    best_day_share: float | None
    """Share of the gains that the best day made."""
    shape: GrowthShape | None
    """`spike` where the best day made at least half of the gains, `steady` where followers rose on at least
    three days in four and no day made a quarter, else `uneven`; None without gains."""


class Selling(Part):
    """What a creator sells, and at which prices; money in minor units of the currency."""

    has_ecommerce: bool
    gmv: MoneyRange
    """Of 28 days (R17)."""
    gpm: MoneyRange
    """1,000 × GMV / views of videos and livestreams in 28 days, between the same bounds."""
    orders: int
    """In 28 days, all sources."""
    price_low: float | None
    """10th percentile of the products promoted in 90 days."""
    price_median: float | None
    price_high: float | None
    """90th percentile."""
    commission_usual: float | None
    """Mean share of GMV of those products that went to the creator."""
    fee_median: float | None
    """Of deals in 180 days."""


class Group(Part):
    """A group of the audience and its share."""

    value: str
    share: float


class Coverage(Part):
    """How much of the audience lives where a brand has stores (R16)."""

    states: tuple[str, ...]
    """With a store; empty for a brand without stores."""
    share: float | None
    """Of the audience, in those states together; None without a store, or where states were not measured."""
    covered: tuple[Group, ...]
    """Those states with any of the audience, the largest first."""


class History(Part):
    """Days one by one, oldest first; None on days on which the account or the data did not exist (R16)."""

    first_day: date
    last_day: date
    followers: tuple[int | None, ...]
    """At the end of the day."""
    views: tuple[int | None, ...]
    """Of all videos on that day."""
    engagements: tuple[int | None, ...]
    """Likes + comments + shares of all videos on that day."""
    engagement_rate: tuple[float | None, ...]
    """engagements / views; None without views."""


class CreatorProfile(Part):
    """One creator as a brand sees them."""

    creator_id: int
    snapshot: str
    as_of: datetime
    """Nothing later than this moment was known."""
    market: str | None
    country: str | None
    """Where the creator lives."""
    language: str | None
    category: str | None
    tier: str
    account_days: float | None
    days_since_post: float | None
    latest: Performance
    """The last 30 videos."""
    recent: Performance
    """Videos posted in the last 30 days."""
    sponsored: Performance
    """Videos posted in 90 days for a campaign."""
    organic: Performance
    """The other videos posted in 90 days."""
    reach: Reach
    growth: Growth
    selling: Selling
    audience: dict[str, tuple[Group, ...]]
    """By dimension the groups with any share, the largest first; a dimension not measured is left out."""
    coverage: Coverage | None
    """Where a brand or states were asked about."""
    history: History | None
    """None where the snapshot has none."""
    degraded: tuple[str, ...] = ()
    """What this answer lacks, and why; empty in a complete one."""
