"""Policies (R1): the marketplace's thresholds as data, by market and by the date they apply from."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from recsys.arrays import Array
from recsys.config import Config
from recsys.errors import ConfigError
from recsys.list_rules import ListRules
from recsys.periods import utc_day

EVERY_MARKET = "*"


class Fulfilment(Config):
    """When a sample counts as fulfilled (R7)."""

    starts: Literal["shipping", "receipt"]
    """What opens the window: the sample's shipping or its receipt."""
    days: int = Field(ge=1)
    """Length of the window."""
    extension_days: int = Field(ge=0)
    """How much longer the window is for a creator who was given the one extension; 0 where there is none."""
    public_days: int = Field(ge=1)
    """Days in a row a video must stay public."""
    live_minutes: int = Field(ge=1)
    """Minutes without a gap for which one livestream must feature the product."""


class Eligibility(Config):
    """Who may stand on a ranking list (R9)."""

    followers_floor: int = Field(ge=0)
    """Fewest followers."""
    active_within_days: int = Field(ge=1)
    """A creator who posted nothing for longer is left out."""
    sample_use_floor: float = Field(ge=0, le=1)
    """Least share of received samples, neither void nor pending, posted about in the window or after it."""
    fulfilment_floor: float = Field(ge=0, le=1)
    """Least share of samples fulfilled; a creator below both floors is left out."""


class Policy(Config):
    """The rules of one market from one day on, until the market's next policy."""

    policy_id: str = Field(min_length=1)
    market: str = Field(min_length=1)
    """Market code, or * for every market without a policy of its own."""
    valid_from: date
    """First UTC day on which the policy applies."""
    valid_until: date | None = None
    """First UTC day on which it no longer applies; without one it applies until the market's next policy."""
    fulfilment: Fulfilment
    eligibility: Eligibility
    lists: ListRules
    new_creator_ladder: dict[str, int]
    """Segments of creators by their fewest shoppable videos (R28), rising from 0; the last is not new."""
    refresh_days: int = Field(ge=1)
    """Days after which a slate is refreshed at the latest (R24)."""
    last_videos: int = Field(ge=1)
    """How many of the latest videos a profile looks at (R14)."""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.valid_until is not None and self.valid_until <= self.valid_from:
            raise ValueError(f"valid_until {self.valid_until} is not after valid_from {self.valid_from}")
        return self

    @field_validator("new_creator_ladder")
    @classmethod
    def _ladder_rises_from_zero(cls, ladder: dict[str, int]) -> dict[str, int]:
        """In rising order, whatever the order in which a file names the segments."""
        steps = sorted(ladder.values())
        if not steps or steps[0] != 0 or any(low == high for low, high in pairwise(steps)):
            raise ValueError(f"new_creator_ladder must start at 0 and rise, found {steps}")
        return dict(sorted(ladder.items(), key=lambda step: step[1]))

    def segments_of(self, shoppable_videos: Array) -> Array:
        """The segments (R28) of creators with these numbers of shoppable videos."""
        names, fewest = zip(*self.new_creator_ladder.items(), strict=True)
        return np.array(names)[np.searchsorted(fewest, shoppable_videos, side="right") - 1]


@dataclass(frozen=True)
class Stretch:
    """Days on which one policy applies to a market."""

    policy: Policy
    first_day: date
    end: date | None
    """First UTC day on which it no longer applies; None where nothing ends it."""

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class Policies:
    """All policies: ids are unique, and those of a market follow each other without overlap or gap.

    A market's last policy may end: from then on the market follows "*" again.
    """

    policies: tuple[Policy, ...]

    def __post_init__(self) -> None:
        self._refuse_repeated([policy.policy_id for policy in self.policies], "policy_id")
        starts = [f"market {policy.market} from {policy.valid_from}" for policy in self.policies]
        self._refuse_repeated(starts, "policy for")
        for market in sorted({policy.market for policy in self.policies}):
            for earlier, later in pairwise(self._own(market)):
                _refuse_overlap_or_gap(earlier, later)

    def in_force(self, market: str, at: date | datetime) -> Policy:
        """The policy of a market at a moment (naive means UTC): its own, without one that of "*".

        Raises ConfigError when there is none.
        """
        day = utc_day(at)
        policy = self._applying(market, day)
        if policy is None:
            known = [f"{policy.policy_id} ({policy.market}, {policy.valid_from})" for policy in self.policies]
            raise ConfigError(f"no policy is in force in market {market} on {day}; there are {known}")
        return policy

    def timeline(self, market: str) -> tuple[Stretch, ...]:
        """Which policy applies to a market when, its own and those of "*", oldest first; () without any."""
        relevant = [policy for policy in self.policies if policy.market in {market, EVERY_MARKET}]
        changes = {policy.valid_from for policy in relevant}
        changes |= {policy.valid_until for policy in relevant if policy.valid_until is not None}
        applying = [(day, self._applying(market, day)) for day in sorted(changes)]
        runs = [next(run) for _, run in groupby(applying, key=itemgetter(1))]
        ends = [*(day for day, _ in runs), None][1:]
        return tuple(
            Stretch(policy, day, end) for (day, policy), end in zip(runs, ends, strict=True) if policy
        )

    def _applying(self, market: str, day: date) -> Policy | None:
        return self._latest(market, day) or self._latest(EVERY_MARKET, day)

    def _latest(self, market: str, day: date) -> Policy | None:
        """The last of the market's own policies that has started, unless it has ended."""
        started = [policy for policy in self._own(market) if policy.valid_from <= day]
        if not started:
            return None
        end = started[-1].valid_until
        return started[-1] if end is None or day < end else None

    def _own(self, market: str) -> list[Policy]:
        own = [policy for policy in self.policies if policy.market == market]
        return sorted(own, key=lambda policy: policy.valid_from)

    @staticmethod
    def _refuse_repeated(values: list[str], what: str) -> None:
        repeated = [value for value, times in Counter(values).items() if times > 1]
        if repeated:
            raise ConfigError(f"expected one {what} each, found several: {repeated}")


def _refuse_overlap_or_gap(earlier: Policy, later: Policy) -> None:
    until = earlier.valid_until
    if until is None or until == later.valid_from:
        return
    fault = "overlap" if until > later.valid_from else "leave a gap"
    raise ConfigError(
        f"market {earlier.market}: policies {earlier.policy_id} and {later.policy_id} {fault}: "
        f"expected {earlier.policy_id} to end where {later.policy_id} starts, on {later.valid_from}; "
        f"found valid_until {until}"
    )


def read_policies(folder: Path) -> Policies:
    """The policies in a folder's `*.yaml` files.

    Raises ConfigError for a folder without any, for an invalid file, and for policies of one market that
    overlap or leave a gap.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ConfigError(f"there are no policies in {folder}; expected YAML files such as 2023-09.yaml")
    return Policies(tuple(Policy.load(file) for file in files))
