"""Evidence about the item: how it does, what it costs and pays, who chose it."""

from typing import Literal

from serving.recommending.evidence.base import Evidence, counted, counted_units, per_cent

TrendMeasure = Literal["units", "gmv", "followers gained", "views", "times chosen"]
"""Chosen: added to a showcase, or asked for as a sample."""


class Trend(Evidence):
    """How the item does against the period of the same length just before."""

    kind: Literal["trend"] = "trend"
    measure: TrendMeasure
    days: int
    now: float
    before: float

    def words(self) -> str:
        """`units: 120 in 28 days, 80 in the 28 days before (+50 %)`."""
        change = f" ({100 * (self.now / self.before - 1):+,.0f} %)" if self.before else ""
        return (
            f"{self.measure}: {self.now:,.0f} in {self.days} days, "
            f"{self.before:,.0f} in the {self.days} days before{change}"
        )


class Price(Evidence):
    """The product's price beside those this creator's followers are used to."""

    kind: Literal["price"] = "price"
    price: int
    usual: float | None
    """Median of the products this creator promoted in 90 days; None where there are none."""

    def words(self) -> str:
        """`price 1,899 (your usual 1,099)`."""
        return f"price {self.price:,}" + ("" if self.usual is None else f" (your usual {self.usual:,.0f})")


class Commission(Evidence):
    """The share of GMV that the product pays."""

    kind: Literal["commission"] = "commission"
    rate: float
    usual: float | None
    """Mean of the products this creator promoted in 90 days; None where there are none."""

    def words(self) -> str:
        """`commission 18 % (your usual 15 %)`."""
        usual = "" if self.usual is None else f" (your usual {per_cent(self.usual)})"
        return f"commission {per_cent(self.rate)}{usual}"


class Demand(Evidence):
    """Which creators chose the product already."""

    kind: Literal["demand"] = "demand"
    creators: int
    """Who posted a video with it in 28 days."""
    videos: int
    """Those videos."""
    chosen: int
    """Times it was added to a showcase or asked for as a sample in 28 days."""

    def words(self) -> str:
        """`9 creators posted 27 videos with it in 28 days, showcased or sampled 4 times`."""
        return (
            f"{counted(self.creators, 'creator')} posted {counted(self.videos, 'video')} with it "
            f"in 28 days, showcased or sampled {counted(self.chosen, 'time')}"
        )


class Sales(Evidence):
    """What sold: of a product by everybody's videos, or by one video."""

    kind: Literal["sales"] = "sales"
    days: int | None
    """In so many days; None to date."""
    units: float
    gmv: int
    gpm: float | None
    """GMV for 1,000 views of those videos; None without views."""

    def words(self) -> str:
        """`599 units and GMV of 1,278,284 in 28 days, 920 for 1,000 views`."""
        period = "to date" if self.days is None else f"in {self.days} days"
        gpm = "" if self.gpm is None else f", {self.gpm:,.0f} for 1,000 views"
        return f"{counted_units(self.units)} and GMV of {self.gmv:,} {period}{gpm}"


class Reach(Evidence):
    """Who watched a video, and what they did."""

    kind: Literal["reach"] = "reach"
    views: int
    times_usual: float | None
    """Views over its creator's usual; None where that is not known or 0."""
    engagement_rate: float | None
    followers_gained: int

    def words(self) -> str:
        """`12,340 views (2.1 × its creator's usual), 8.2 % engaged, 30 followers gained`."""
        usual = "" if self.times_usual is None else f" ({self.times_usual:.2g} × its creator's usual)"
        engaged = "" if self.engagement_rate is None else f", {per_cent(self.engagement_rate)} engaged"
        return f"{self.views:,} views{usual}{engaged}, {counted(self.followers_gained, 'follower')} gained"
