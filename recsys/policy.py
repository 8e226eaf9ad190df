"""Policies (R1): the marketplace's thresholds as data, by market and by the date they apply from."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from recsys.arrays import Array
from recsys.config import Config
from recsys.errors import ConfigError
from recsys.list_rules import ListRules

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
    """Least share of received samples the creator posted about, whether in the window or not."""
    fulfilment_floor: float = Field(ge=0, le=1)
    """Least share of samples fulfilled; a creator below both floors is left out."""


class Policy(Config):
    """The rules of one market from one day on, until the market's next policy."""

    policy_id: str = Field(min_length=1)
    market: str = Field(min_length=1)
    """Market code, or * for every market without a policy of its own."""
    valid_from: date
    """First UTC day on which the policy applies."""
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
    def _ladder_rises_from_zero(self) -> Self:
        steps = list(self.new_creator_ladder.values())
        if not steps or steps[0] != 0 or any(low >= high for low, high in pairwise(steps)):
            raise ValueError(f"new_creator_ladder must start at 0 and rise, found {steps}")
        return self

    def segments_of(self, shoppable_videos: Array) -> Array:
        """The segments (R28) of creators with these numbers of shoppable videos."""
        names, fewest = zip(*self.new_creator_ladder.items(), strict=True)
        return np.array(names)[np.searchsorted(fewest, shoppable_videos, side="right") - 1]


@dataclass(frozen=True)
class Policies:
    """All policies; ids are unique, and no market has two that start on the same day."""

    policies: tuple[Policy, ...]

    def __post_init__(self) -> None:
        self._refuse_repeated([policy.policy_id for policy in self.policies], "policy_id")
        starts = [f"market {policy.market} from {policy.valid_from}" for policy in self.policies]
        self._refuse_repeated(starts, "policy for")

    def in_force(self, market: str, at: date | datetime) -> Policy:
        """The policy of a market at a moment (naive means UTC): its own latest, else that of "*".

        Raises ConfigError when there is none yet.
        """
        day = _utc_day(at)
        started = [policy for policy in self.policies if policy.valid_from <= day]
        own = [policy for policy in started if policy.market == market]
        general = [policy for policy in started if policy.market == EVERY_MARKET]
        if not own and not general:
            known = [f"{policy.policy_id} ({policy.market}, {policy.valid_from})" for policy in self.policies]
            raise ConfigError(f"no policy is in force in market {market} on {day}; there are {known}")
        return max(own or general, key=lambda policy: policy.valid_from)

    @staticmethod
    def _refuse_repeated(values: list[str], what: str) -> None:
        repeated = [value for value, times in Counter(values).items() if times > 1]
        if repeated:
            raise ConfigError(f"expected one {what} each, found several: {repeated}")


def read_policies(folder: Path) -> Policies:
    """The policies in a folder's `*.yaml` files.

    Raises ConfigError for a folder without any, for an invalid file, and for policies that overlap.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ConfigError(f"there are no policies in {folder}; expected YAML files such as 2023-09.yaml")
    return Policies(tuple(Policy.load(file) for file in files))


def _utc_day(at: date | datetime) -> date:
    if not isinstance(at, datetime):
        return at
    return at.astimezone(UTC).date() if at.tzinfo else at.date()
