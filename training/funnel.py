"""The funnel as arrays: who was shown for a brief, at which place, and how far it went (R19)."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import numpy as np
import pyarrow as pa
from pydantic import Field, model_validator

from recsys.arrays import Array, Flags, Floats, Grades, Ints
from recsys.config import Config
from recsys.tables import Tables
from recsys.vocabulary import OBJECTIVES
from training.frame import Frame

STAGES = ("opened", "shortlisted", "invited", "replied", "accepted", "delivered", "result")
"""After being shown; the result is known for what was delivered."""
RESULT_COLUMNS = {"gmv": "gmv", "followers": "followers", "views": "views", "engagement": "engagements"}
"""Objective → `result_<column>` that measures it."""
HIGHEST_GRADE = 30
"""LightGBM's default gains know no higher label."""


class GradeConfig(Config):
    """The grade of a shown creator by the furthest stage it reached; it must not fall along the funnel.

    By default a grade above 0 means that the brand wanted the creator. Opening a profile is worth nothing: it
    says more about the place in the list than about the creator, and metrics such as recall count any grade
    above 0 as relevant. An answer alone may be a no, so it is worth no more than the invitation.
    """

    opened: int = Field(default=0, ge=0, le=HIGHEST_GRADE)
    shortlisted: int = Field(default=1, ge=0, le=HIGHEST_GRADE)
    invited: int = Field(default=2, ge=0, le=HIGHEST_GRADE)
    replied: int = Field(default=2, ge=0, le=HIGHEST_GRADE)
    accepted: int = Field(default=3, ge=0, le=HIGHEST_GRADE)
    delivered: int = Field(default=4, ge=0, le=HIGHEST_GRADE)
    result: int = Field(default=4, ge=0, le=HIGHEST_GRADE)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        for (earlier, low), (later, high) in pairwise([(stage, getattr(self, stage)) for stage in STAGES]):
            if high < low:
                raise ValueError(f"{later} has grade {high}, expected at least that of {earlier}: {low}")
        return self

    def grades(self, reached: Flags) -> Grades:
        """Grades of rows of (rows, STAGES)."""
        by_stage = np.array([getattr(self, stage) for stage in STAGES], np.int32)
        return np.asarray((reached * by_stage).max(axis=1, initial=0), np.int32)


@dataclass(frozen=True)
class Shown(Frame):
    """One row per creator shown for a brief; the rows of a brief stand together, in the shown order."""

    campaign_ids: Ints
    creator_ids: Ints
    positions: Ints
    """1-based."""
    propensities: Floats
    """P(the logging policy shows this creator at this place)."""
    reached_at: Array
    """(rows, STAGES) datetime64: when each stage was reached; NaT where it was not."""
    results: Floats
    """(rows, OBJECTIVES): what the delivery brought, measured as each objective does; NaN where unknown."""

    @property
    def reached(self) -> Flags:
        """(rows, STAGES): whether each stage was reached."""
        return ~np.isnat(self.reached_at)

    def known_at(self, moment: np.datetime64) -> Self:
        """The same as it stood at a moment: without stages reached later, and results not yet final."""
        later = self.reached_at > moment
        return replace(
            self,
            reached_at=np.where(later, np.datetime64("NaT"), self.reached_at),
            results=np.where(later[:, [STAGES.index("result")]], np.nan, self.results),
        )

    def of(self, campaign_id: int) -> "Shown":
        """The rows of one brief; needs rows sorted by campaign, as `read_shown` gives them."""
        first, last = np.searchsorted(self.campaign_ids, [campaign_id, campaign_id + 1])
        return self.take(slice(first, last))

    def has(self, stage: str) -> Flags:
        """Whether each row reached the stage."""
        return ~np.isnat(self.reached_at[:, STAGES.index(stage)])


def read_shown(tables: Tables) -> Shown:
    """The whole of `invitations`, by campaign and place; equal places by creator."""
    rows = tables["invitations"].order_by(["campaign_id", "position", "creator_id"]).to_pyarrow()
    return Shown(
        campaign_ids=_column(rows, "campaign_id"),
        creator_ids=_column(rows, "creator_id"),
        positions=_column(rows, "position"),
        propensities=_column(rows, "propensity"),
        reached_at=np.column_stack([_column(rows, f"{stage}_at") for stage in STAGES]),
        results=np.column_stack([_result(rows, RESULT_COLUMNS[objective]) for objective in OBJECTIVES]),
    )


def _column(rows: pa.Table, name: str) -> Array:
    return np.asarray(rows[name].to_numpy())


def _result(rows: pa.Table, name: str) -> Floats:
    return np.asarray(rows[f"result_{name}"].cast(pa.float64()).to_numpy(), np.float64)
