"""What a policy is asked, and what it may know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol

from recsys.arrays import Ints
from recsys.policy import Policies
from recsys.snapshot import Snapshot
from recsys.tables import Tables
from training.briefs import LoggedBrief
from training.simulate.play.slots import Limits


@dataclass(frozen=True)
class Question:
    """One brief: whom of its pool should be invited?"""

    row: int
    """Row of the world's briefs; names random streams."""
    logged: LoggedBrief
    creator_ids: Ints
    """The pool; candidates are places in it."""
    limits: Limits


@dataclass(frozen=True, eq=False)
class Observed:
    """What the marketplace has recorded when a week begins."""

    now: datetime
    rules: Policies
    tables: Tables
    """Without any answer to a brief of this or a later week."""
    snapshot_at: Callable[[datetime], Snapshot]
    """Profiles as of a past week's start."""

    @cached_property
    def snapshot(self) -> Snapshot:
        """Profiles as of now."""
        return self.snapshot_at(self.now)


class Policy(Protocol):
    """Chooses creators for briefs; the limits are kept by whoever asks it."""

    @property
    def exploration(self) -> float:
        """P(a place goes to any free candidate, all alike)."""
        ...

    def learn(self, observed: Observed) -> None:
        """A new week begins: this has been seen by now."""
        ...

    def rank(self, question: Question) -> Ints:
        """All candidates, whom to invite first."""
        ...
