"""What an answer to a creator holds: products or inspiration videos, their sources, and why (R31 to R34)."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, computed_field

from features.recommending.surfaces import Surface
from recsys.lift import TraitLift
from recsys.vocabulary import CreatorObjective
from serving.answers import Part, Reason
from serving.recommending.evidence import AnyEvidence

OF_ITEM = ("sales", "growth", "popularity")
"""Groups whose evidence is of the item alone: only the typical number beside it says why it counts."""


class ItemReason(Reason):
    """A reason with what is known of this creator and this item in its matter."""

    evidence: tuple[AnyEvidence, ...] = ()

    def words(self) -> str:
        """The evidence; where that is of the item alone, or missing, the number that did most as well."""
        number = super().words() if self.group in OF_ITEM or not self.evidence else ""
        return "; ".join(filter(None, [number, *(one.phrase for one in self.evidence)]))


class ProductFacts(Part):
    """What a product is."""

    kind: Literal["product"] = "product"
    brand_id: int
    category: str | None
    """None where it is not known."""
    price: int
    """Minor units."""
    commission: float
    """Share of GMV that the creator gets."""


class Trait(Part):
    """A word of the video's script, and what it does to videos of the category, against matched ones."""

    facet: str
    """`hook`, `structure`, `call_to_action` or `talking_points`."""
    word: str
    lifts: tuple[TraitLift, ...]
    """For the measures of the objective; empty where the word was never compared."""

    @computed_field  # type: ignore[prop-decorator]  # mypy cannot see through computed_field on a property
    @property
    def phrase(self) -> str:
        """In words: `hook before_after: views × 1.31 (1.20 to 1.43), conversion no evidence`."""
        told = ", ".join(f"{lift.measure} {_told(lift)}" for lift in self.lifts)
        return f"{self.name}: {told if self.has_evidence else 'no evidence'}"

    @property
    def name(self) -> str:
        """`hook before_after`."""
        return f"{self.facet.replace('_', ' ')} {self.word}"

    @property
    def has_evidence(self) -> bool:
        """Whether any of the lifts is evidence."""
        return any(lift.verdict != "no evidence" for lift in self.lifts)


def _told(lift: TraitLift) -> str:
    if lift.verdict == "no evidence":
        return "no evidence"
    return f"× {lift.lift:.2f} ({lift.low:.2f} to {lift.high:.2f})"


class VideoResults(Part):
    """What came of a video to date (section 8's definitions); rates are None without views."""

    views: int
    views_7: int
    """Of the last 7 days."""
    views_before_7: int
    """Of the 7 days before."""
    engagement_rate: float | None
    """(likes + comments + shares) / views (R14)."""
    completion: float | None
    """Completed views / views."""
    units: int
    gmv: int
    """Minor units."""
    gpm: float | None
    """GMV for 1,000 views."""
    followers_gained: int
    followers_per_1000_views: float | None


class VideoFacts(Part):
    """What a video is, what came of it, and what its script does."""

    kind: Literal["video"] = "video"
    creator_id: int
    category: str | None
    """None where it is not known, as is the type."""
    campaign_type: str | None
    age_days: float
    duration: float
    """Seconds."""
    results: VideoResults
    traits: tuple[Trait, ...]


class RankedItem(Part):
    """An item of the answer."""

    rank: int
    item_id: int
    source: str
    """The retrieval signal that speaks most for it (R34), such as `als`, `popular` or `content.audience`."""
    retrieval_score: float
    score: float
    """Orders the items of one answer; without a unit."""
    place_by_score: int
    """Its place before re-ranking; where it differs from `rank`, variety, limits or chance moved it."""
    propensity: float | None
    """P(this item takes this place | those above it); None where nothing is left to chance."""
    p_taken: float | None
    """P(the creator takes it up | shown); None where the bundle has no model of it."""
    expected_result: float | None
    """What showing it is expected to bring, in the objective's unit; None likewise."""
    facts: Annotated[ProductFacts | VideoFacts, Field(discriminator="kind")]
    reasons: tuple[ItemReason, ...] | None = None
    """Strongest first; None where they were not asked for."""


class ItemsLeft(Part):
    """One filter, in the order in which they are applied."""

    filter: str
    left: int
    """Items left after it and all filters before it."""


class ItemAnswer(Part):
    """Recommended items for a creator, and everything needed to see how they came about."""

    surface: Surface
    bundle: str
    snapshot: str
    as_of: datetime
    """Nothing later than this moment was known."""
    creator_id: int
    objective: CreatorObjective
    currency: str | None
    """ISO 4217 code: every amount here is in its minor units. None where the snapshot does not know it."""
    known_items: int
    """Items the creator has a history with; without any, content and popularity speak alone."""
    asked: int
    catalogue: int
    filters: tuple[ItemsLeft, ...]
    ranked: int
    """Items that were retrieved and scored."""
    typical_score: float | None
    """Score of the typical one of them, which the reasons compare with; None without reasons."""
    fit_given_up: float
    """Share of the fit that the re-rankers gave up for variety, freshness, limits and chance; 0 to 1."""
    items: tuple[RankedItem, ...]
    fewer_because: str | None
    """Why there are fewer items than asked for (R34); None where there are as many."""
    degraded: tuple[str, ...] = ()
    """What this answer lacks or replaced, and why; empty in a complete one."""


def fewer_because(asked: int, shown: int, ranked: int, filters: tuple[ItemsLeft, ...]) -> str | None:
    """Why fewer items are shown than were asked for (R34); None where there are as many."""
    left = filters[-1].left
    if shown >= asked:
        return None
    if not left:
        emptied = next(one.filter for one in filters if not one.left)
        return f"the filter {emptied} removed the last item"
    if shown < ranked:
        return f"the re-rankers dropped {ranked - shown} of {ranked} items"
    if ranked < left:
        return f"nothing speaks for the other {left - ranked} of the {left} items that pass every filter"
    return f"only {left} items pass every filter"
