"""What traits of videos are worth (R32): lifts against matched videos, as a bundle stores them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal, Self, get_args

from pydantic import Field, ValidationError, model_validator

from recsys.config import Config, explain
from recsys.errors import BundleError
from recsys.files import write_atomic

LIFTS = "lifts.json"
"""The file of a bundle that holds its TraitLifts."""
Measure = Literal["views", "engagement", "conversion"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
"""Views; engagements per view (R14); orders per product click (CVR, section 8)."""
Verdict = Literal["raises", "lowers", "no evidence"]


class TraitLift(Config):
    """What a word of a facet does to a measure of a category's videos, against matched videos without it."""

    facet: str
    """What the word is about, e.g. hook."""
    word: str
    category: str
    """Level 1."""
    measure: Measure
    lift: float | None = Field(gt=0)
    """Factor on the measure: 1.2 is a fifth more; None where there are too few videos to compare."""
    low: float | None = Field(gt=0)
    """Start of the confidence interval of this factor alone, at the level of TraitLifts."""
    high: float | None = Field(gt=0)
    videos_with: int = Field(ge=0)
    """Compared videos with the word."""
    videos_without: int = Field(ge=0)
    """Compared videos of which it is known that they do without it."""
    verdict: Verdict
    """`no evidence` unless the lift holds among all those that were looked at."""

    @model_validator(mode="after")
    def _interval_holds_the_lift(self) -> Self:
        if self.lift is None or self.low is None or self.high is None:
            if {self.lift, self.low, self.high} != {None} or self.verdict != "no evidence":
                raise ValueError("expected lift, low and high, or none of them and no evidence")
        elif not self.low <= self.lift <= self.high:
            raise ValueError(f"expected low <= lift <= high, found {self.low}, {self.lift}, {self.high}")
        return self


class TraitLifts(Config):
    """Every lift that could be looked at, evidence or not."""

    as_of: datetime
    """Nothing later was looked at; naive UTC."""
    level: float = Field(gt=0, lt=1)
    """Confidence level of the intervals."""
    false_discovery_rate: float = Field(gt=0, lt=1)
    """Expected share of wrong ones among the lifts that are called `raises` or `lowers`, at most."""
    rows: tuple[TraitLift, ...]

    @model_validator(mode="after")
    def _lifts_are_told_once(self) -> Self:
        keys = {(row.category, row.facet, row.word, row.measure) for row in self.rows}
        if len(keys) < len(self.rows):
            raise ValueError("expected each facet, word, category and measure once")
        return self

    @classmethod
    def read(cls, path: Path) -> Self:
        """The lifts in a file; raises BundleError if it is missing or holds anything else."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise BundleError(f"cannot read the lifts of {path}: {error.strerror}") from error
        except ValidationError as error:
            raise BundleError(f"{path} holds no lifts: {explain(error, cls)}") from error

    def write(self, path: Path) -> None:
        """Into a file as JSON."""
        write_atomic(path, self.model_dump_json(indent=1) + "\n")

    def of(self, category: str, facet: str, word: str) -> tuple[TraitLift, ...]:
        """The lifts of a word in a category of level 1, one for each measure; empty if it was never seen."""
        return self._by_trait.get((category, facet, word), ())

    def of_video(self, category: str, facets: Mapping[str, Sequence[str]]) -> tuple[TraitLift, ...]:
        """The lifts of a video's words: facet → words; words never seen in the category have none."""
        return tuple(
            lift
            for facet, words in facets.items()
            for word in words
            for lift in self.of(category, facet, word)
        )

    @cached_property
    def _by_trait(self) -> dict[tuple[str, str, str], tuple[TraitLift, ...]]:
        found: dict[tuple[str, str, str], list[TraitLift]] = {}
        for row in self.rows:
            found.setdefault((row.category, row.facet, row.word), []).append(row)
        return {trait: tuple(lifts) for trait, lifts in found.items()}
