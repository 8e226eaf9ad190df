"""A brief (R18): what a brand asks creators for, and which creators may answer at all (R13)."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from recsys.config import Config, Several
from recsys.creator_filter import MOST_WORDS, Country, CreatorFilter, Id, Share, State, Word
from recsys.vocabulary import CampaignType, Dimension, FunnelStage, Objective

Shares = Annotated[dict[Word, Share], Field(fail_fast=True)]
"""Of an audience, by group."""


class Brief(Config):
    """What a brand asks for. Money is in minor units of the market's currency."""

    brand_id: Id
    market: Country
    category: Word
    product_ids: Annotated[Several[Id], Field(min_length=1, max_length=MOST_WORDS)]
    objective: Objective
    campaign_type: CampaignType
    hashtag: str | None = None
    funnel_stage: FunnelStage = "upper"
    target: dict[Dimension, Shares] = Field(default_factory=dict, fail_fast=True)
    """Wanted audience: per dimension the share of each group; a dimension left out is not targeted."""
    store_states: Annotated[Several[State], Field(max_length=MOST_WORDS)] = ()
    budget: Annotated[int, Field(ge=0, lt=2**63)]
    creators_wanted: Annotated[int, Field(ge=1, le=1_000)] = 6
    starts_on: date
    ends_on: date
    filters: CreatorFilter = CreatorFilter()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.campaign_type == "challenge" and not self.hashtag:
            raise ValueError("a challenge needs its hashtag")
        if self.ends_on < self.starts_on:
            raise ValueError(f"ends_on {self.ends_on} is before starts_on {self.starts_on}")
        for dimension, shares in self.target.items():
            if sum(shares.values()) > 1 + 1e-6:
                raise ValueError(f"target {dimension}: shares add up to {sum(shares.values()):.3f}, above 1")
        return self
