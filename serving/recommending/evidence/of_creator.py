"""Evidence about this creator: what they sold, made and watched, and who follows them."""

from typing import Literal

from recsys.vocabulary import Dimension
from serving.recommending.evidence.base import Evidence, counted, counted_units, per_cent


class SimilarSold(Evidence):
    """What this creator's videos and livestreams sold of the item's category: what followers bought."""

    kind: Literal["similar_sold"] = "similar_sold"
    category: str
    """The item's, or its level 1 where nothing was sold closer to it."""
    products: int
    units: float
    """Fractions where orders of a video are split over what it links."""
    gmv: int
    """0 where only the log tells of the sales."""
    best_product_id: int
    """The one of them with the most units."""
    best_units: float

    def words(self) -> str:
        """`you sold 3 products of beauty/hair_care: 57 units, GMV 12,340; most of product 123, 41 units`."""
        sold = f"you sold {counted(self.products, 'product')} of {self.category}"
        best = f"product {self.best_product_id}"
        most = f"most of {best}, {counted_units(self.best_units)}" if self.products > 1 else best
        gmv = f", GMV {self.gmv:,}" if self.gmv else ""
        return f"{sold}: {counted_units(self.units)}{gmv}; {most}"


class SimilarViewed(Evidence):
    """How often this creator's latest videos in the item's category were viewed: what followers watch."""

    kind: Literal["similar_viewed"] = "similar_viewed"
    category: str
    videos: int
    views: int

    def words(self) -> str:
        """`your latest 5 videos in beauty/hair_care were viewed 12,000 times`."""
        return f"your latest {counted(self.videos, 'video')} in {self.category}: {self.views:,} views"


class SimilarMet(Evidence):
    """What this creator did with earlier inspiration videos of the category."""

    kind: Literal["similar_met"] = "similar_met"
    category: str
    watched: int
    liked: int
    saved: int
    created: int
    """Videos of the creator's own that followed one."""

    def words(self) -> str:
        """`of earlier videos in beauty/hair_care you watched 3, liked 1 and made one of your own after 1`."""
        done = (("watched", self.watched), ("liked", self.liked), ("saved", self.saved))
        told = [f"{word} {number}" for word, number in done if number]
        told += [f"made {self.created} of your own after them"] if self.created else []
        return f"of inspiration videos in {self.category} you {', '.join(told)}"


class SimilarCreator(Evidence):
    """Who made the video: a creator this one can learn from."""

    kind: Literal["similar_creator"] = "similar_creator"
    creator_id: int
    followers: float
    own_followers: float
    standing: float
    """Percentile rank in the market for the objective; 0 to 1."""

    def words(self) -> str:
        """`by creator 7 with 12,340 followers (you 9,000), ahead of 83 % of the market`."""
        sizes = f"{self.followers:,.0f} followers (you {self.own_followers:,.0f})"
        return f"by creator {self.creator_id} with {sizes}, ahead of {per_cent(self.standing)} of the market"


class AudienceGroup(Evidence):
    """How large a demographic group is among this creator's followers, the item's people, and the market."""

    kind: Literal["audience_group"] = "audience_group"
    dimension: Dimension
    group: str
    followers: float
    """Share of this creator's followers; 0 to 1."""
    others: float
    """Share of those who bought the product, or of the followers of the video's creator."""
    others_are: Literal["its buyers", "its creator's followers"]
    market: float
    """Mean share over the creators of this creator's market; above 0."""

    def words(self) -> str:
        """`age 25-34: 41 % of your followers (1.6 × the market), 38 % of its buyers (1.4 ×)`."""
        return (
            f"{self.dimension} {self.group}: {per_cent(self.followers)} of your followers "
            f"({self.followers / self.market:.2g} × the market), "
            f"{per_cent(self.others)} of {self.others_are} ({self.others / self.market:.2g} ×)"
        )


class CategoryShare(Evidence):
    """How much of what this creator makes, and earns, is of the item's category."""

    kind: Literal["category_share"] = "category_share"
    category: str
    """The item's, or its level 1 where the creator made nothing closer to it."""
    videos: float
    """Share of the videos of 90 days; 0 to 1."""
    gmv: float | None
    """Share of the GMV of those videos; 0 to 1, None where there is no GMV."""

    def words(self) -> str:
        """`beauty/hair_care is 62 % of your videos of 90 days and 70 % of their GMV`."""
        gmv = "" if self.gmv is None else f" and {per_cent(self.gmv)} of their GMV"
        return f"{self.category} is {per_cent(self.videos)} of your videos of 90 days{gmv}"
