"""How much the first stage looks at, when it is learnt and for each brief."""

from typing import Self

from pydantic import Field, model_validator

from recsys.config import Config

WORTH = 20
"""Creators scored for each one that is wanted, where more are wanted than usual."""


class FirstStageConfig(Config):
    """Settings of a first stage."""

    scored: int = Field(default=1_600, ge=1)
    """Creators whom the whole ranker scores for a brief; markets with no more need no first stage."""
    candidates: int = Field(default=160, ge=2)
    """Made briefs of a market, among which the anchors are chosen."""
    anchors: int = Field(default=48, ge=1)
    """Briefs for which every creator is scored."""
    factors: int = Field(default=40, ge=1)
    """Numbers kept of each creator."""
    sample: int = Field(default=8_000, ge=2)
    """Creators by whom anchors and factors are chosen."""
    seed: int = 7

    @model_validator(mode="after")
    def _narrows(self) -> Self:
        if not self.factors <= self.anchors <= self.candidates:
            found = f"{self.factors}, {self.anchors} and {self.candidates}"
            raise ValueError(f"expected factors ≤ anchors ≤ candidates, found {found}")
        return self

    def scored_for(self, wanted: int) -> int:
        """Creators to score where so many are wanted."""
        return max(self.scored, WORTH * wanted)
