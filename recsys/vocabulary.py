"""The closed word lists of the domain (SPEC sections 3, 4 and 6) and the follower tiers (R21)."""

from typing import Literal

import numpy as np

from recsys.arrays import Array

Objective = Literal["gmv", "followers", "views", "engagement"]
OBJECTIVES: tuple[Objective, ...] = ("gmv", "followers", "views", "engagement")
CreatorObjective = Literal["gmv", "followers"]
"""What a creator wants of recommended products and videos (R29)."""
CREATOR_OBJECTIVES: tuple[CreatorObjective, ...] = ("gmv", "followers")
CampaignType = Literal["challenge", "dance", "duet", "review", "tutorial", "unboxing", "live"]
CAMPAIGN_TYPES: tuple[CampaignType, ...] = (
    "challenge",
    "dance",
    "duet",
    "review",
    "tutorial",
    "unboxing",
    "live",
)
FunnelStage = Literal["ideation", "upper", "lower"]
FUNNEL_STAGES: tuple[FunnelStage, ...] = ("ideation", "upper", "lower")
TYPES_OF_STAGE: dict[FunnelStage, tuple[CampaignType, ...]] = {
    "ideation": ("challenge", "duet"),
    "upper": ("challenge", "dance", "duet"),
    "lower": ("review", "tutorial", "unboxing", "live"),
}
"""What a funnel stage suggests (R18): open calls bring ideas, play brings reach, showing a product sells."""
PriceTier = Literal["budget", "mid", "premium"]
PRICE_TIERS: tuple[PriceTier, ...] = ("budget", "mid", "premium")
Dimension = Literal["country", "state", "gender", "age", "device", "activity"]
DIMENSIONS: tuple[Dimension, ...] = ("country", "state", "gender", "age", "device", "activity")
ITEM_KINDS = ("product", "video")
EVENTS = ("shown", "clicked", "watched", "liked", "saved", "showcased", "sampled", "created", "sold")
ITEM_EVENTS = (*EVENTS, "posted")
"""What a snapshot counts between a creator and an item: logged events, and videos posted that link it."""
HOOKS = ("question", "bold_claim", "problem", "before_after", "story", "price_reveal", "reaction")
STRUCTURES = ("demo", "list", "comparison", "tutorial", "vlog", "skit")
CALLS_TO_ACTION = ("link", "comment", "follow", "discount", "hurry")
TALKING_POINTS = (
    "price", "ingredients", "results", "ease", "quality", "reviews", "scarcity", "gift",
)  # fmt: skip
FACETS: dict[str, tuple[str, ...]] = {
    "hook": HOOKS,
    "structure": STRUCTURES,
    "call_to_action": CALLS_TO_ACTION,
    "talking_points": TALKING_POINTS,
}
"""Script facets (R32): the words of the simulated marketplace; real ones are whatever a classifier says."""

ReasonGroup = Literal[
    "audience", "category", "sales", "growth", "popularity", "diligence", "cooperation", "price", "similar",
    "commission",
]  # fmt: skip
"""What an answer's reasons are about."""
REASON_GROUPS: tuple[ReasonGroup, ...] = (
    "audience", "category", "sales", "growth", "popularity", "diligence", "cooperation", "price",
)  # fmt: skip
"""Those of creators for a brief; at most eight, because every coalition of them is scored."""
ITEM_REASON_GROUPS: tuple[ReasonGroup, ...] = (
    "similar", "audience", "category", "sales", "growth", "popularity", "price", "commission",
)  # fmt: skip
"""Those of products and videos for a creator (R31, R32): `similar` is to what the creator chose before."""

VIDEO_COUNTS = ("views", "likes", "comments", "shares")
"""What a creator's profile counts of their videos (R14), in the order of the `…_counts` vectors."""

TIERS = ("nano", "micro", "mid", "macro", "mega")
TIER_FLOORS = (0, 10_000, 100_000, 500_000, 1_000_000)


def follower_tier(followers: Array) -> Array:
    """The tier of each follower count (R21): nano < 10k, micro < 100k, mid < 500k, macro < 1M, mega."""
    return np.array(TIERS)[tier_of(followers)]


def tier_of(followers: Array) -> Array:
    """The place in TIERS of each follower count's tier, as int8; an unknown count (NaN) is in the lowest."""
    known = np.where(np.isnan(followers), 0, followers)
    return np.searchsorted(np.array(TIER_FLOORS[1:]), known, side="right").astype(np.int8)
