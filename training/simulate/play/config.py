"""How a marketplace is played: how long, under which limits, and what the engine learns with."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from recsys.config import Config
from training.simulate.config import SimulateConfig
from training.simulate.play.engine import EngineConfig

WEEK = 7


class LimitConfig(Config):
    """What one week bears (R23), besides each brief's budget and number of creators."""

    open_deals: int = Field(ge=1)
    """Invitations and campaigns a creator can have open at a time; beyond, nobody can invite them."""
    samples_a_week: int = Field(ge=1)
    """Samples of one product that may be promised in a week."""
    invitations_a_week: int = Field(ge=1)
    """Invitations one brand may send in a week."""


class RecommendedConfig(Config):
    """Products and inspiration videos shown to creators beside the briefs; none with 0 of both."""

    creators_a_week: int = Field(ge=1, le=4_000)
    """Creators who look at recommendations in a week, the same under every policy."""
    products: int = Field(ge=0, le=20)
    """Products shown to each of them who sells."""
    videos: int = Field(ge=0, le=20)
    """Videos shown to each of them who is not among the successful whose videos they are."""
    adopt_logit: float
    """P(a clicked product is showcased) as a logit, at a liking of 0."""
    again: float = Field(ge=0, le=1)
    """P(a second video with an adopted product)."""
    post_days: float = Field(gt=0, le=14)
    """Days within which the videos with an adopted product come out."""


class PlayConfig(Config):
    """A play: everything but the policy and the seed."""

    world: Path
    """The world's parameters; relative to the working directory."""
    world_settings: tuple[str, ...]
    """Changes to them, as `a.b=value`."""
    policies: Path
    """Folder of the marketplace policies (R1)."""
    first_seed: int = Field(ge=0)
    warm_up_weeks: int = Field(ge=1)
    """Weeks under the ordinary logging policy: the logs the engine learns its first models from."""
    weeks: int = Field(ge=1)
    """Weeks in which the policy chooses."""
    closing_weeks: int = Field(ge=4)
    """Weeks after them, in which what was chosen can be delivered and counted."""
    briefs_a_week: int = Field(ge=1)
    limits: LimitConfig
    recommended: RecommendedConfig
    exploration: float = Field(ge=0, le=1)
    """P(a place goes to any creator who is free (any item), all alike) under the engine's policy."""
    targets: tuple[str, ...]
    """Policies whose results are estimated from the logs of others."""
    engine: EngineConfig

    @model_validator(mode="after")
    def _snapshots_are_of_week_starts(self) -> Self:
        if self.engine.judgements.snapshot_every_days != WEEK:
            raise ValueError(f"judgements.snapshot_every_days must be {WEEK}: the engine learns once a week")
        return self

    def world_of(self, seed: int) -> SimulateConfig:
        """The world that is played with a seed; raises ConfigError where its parameters are wrong.

        It starts on a snapshot day, so that every week of the play does.
        """
        days = WEEK * (self.warm_up_weeks + self.weeks + self.closing_weeks)
        world = SimulateConfig.load(self.world, [*self.world_settings, f"size.days={days}", f"seed={seed}"])
        in_use = days - world.policy.warm_up_days - WEEK * self.closing_weeks
        return SimulateConfig.model_validate(
            world.model_dump()
            | {
                "size": world.size.model_dump() | {"briefs": self.briefs_a_week * in_use // WEEK},
                "policy": world.policy.model_dump() | {"closing_days": WEEK * self.closing_weeks},
            }
        )
