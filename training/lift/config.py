"""Which videos are compared, and when a difference is evidence."""

from typing import Literal, Self

from pydantic import Field, model_validator

from recsys.config import Config

Matching = Literal["creator", "tier", "age"]


class LiftConfig(Config):
    """How the lift of traits is estimated."""

    matched_by: tuple[Matching, ...] = ("creator", "tier", "age")
    """What compared videos have in common, beside the category of level 1."""
    counted_days: int = Field(28, ge=1)
    """A video's counts are those of so many days from the day of posting, or of fewer if it is younger."""
    youngest_days: int = Field(7, ge=1)
    """Videos posted fewer days before `as_of` are left out."""
    age_step_days: int = Field(7, ge=1)
    """Width of the age groups of videos that are still counted; older ones are `counted_days` wide."""
    fewest_views: float = Field(20, gt=0)
    """Mean views from which on matched videos are compared by views: fewer have no stable logarithm."""
    fewest_videos: int = Field(30, ge=2)
    """With the word and without it; a word with fewer has no lift."""
    fewest_events: int = Field(30, ge=1)
    """Views, engagements or orders with the word and without it; a word with fewer has no lift."""
    fewest_creators: int = Field(10, ge=2)
    """Creators whose videos use the word; a word with fewer has no lift."""
    groups: int = Field(500, ge=10)
    """Most groups of creators of which the jackknife leaves out one at a time."""
    draws: int = Field(4_000, ge=100)
    """Draws of the coefficients, for the standard error of a difference to a median."""
    level: float = Field(0.95, gt=0, lt=1)
    """Confidence level of each interval."""
    false_discovery_rate: float = Field(0.05, gt=0, lt=1)
    """Of the verdicts, over all facets, words, categories and measures (Benjamini and Hochberg, 1995)."""
    seed: int = 1

    @model_validator(mode="after")
    def _counting_outlasts_the_youngest(self) -> Self:
        if self.counted_days < self.youngest_days:
            raise ValueError(f"counted_days must be youngest_days or more, found {self.counted_days}")
        return self
