"""Everything a recipe learns from and is measured on, read and computed once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from pydantic import Field

from features.known import known
from features.recommending.surfaces import Surface
from features.snapshot import build_snapshot
from recsys.config import Config
from recsys.errors import TableError
from recsys.interactions.weights import EventWeights
from recsys.policy import read_policies
from recsys.tables import Tables
from training.periods import end_of
from training.recommending.log import Happened, Impressions, OwnVideos
from training.recommending.moments import Moments, MomentsConfig, moments_of
from training.recommending.relevance import Relevance, relevance
from training.recommending.situation import Situation


class PreparationConfig(Config):
    """When creators are looked at, and what counts as a result."""

    moments: MomentsConfig
    result_days: int = Field(ge=1)
    """Days after posting within which what a video brings is counted."""


@dataclass(frozen=True)
class Prepared:
    """A marketplace at the moments of a recipe."""

    surface: Surface
    moments: Moments
    horizon: timedelta
    situations: dict[datetime, Situation]
    relevance: dict[datetime, Relevance]
    happened: Happened
    impressions: Impressions
    videos: OwnVideos
    """Those whose results were known at the end."""

    def after(self, at: datetime) -> tuple[datetime, datetime]:
        """What had to be foreseen at a moment: from when to when."""
        return at, at + self.horizon


def prepare(
    tables: Tables,
    policies: Path,
    surface: Surface,
    config: PreparationConfig,
    weights: EventWeights,
    done: Callable[[int], None],
) -> Prepared:
    """Read the log, then take a snapshot at each moment; `done` hears of every snapshot.

    Raises TableError where the tables are too short for the moments.
    """
    rules, end = read_policies(policies), _moment(end_of(tables))
    log = known(tables, end, rules)
    happened, impressions = Happened.read(log, surface), Impressions.read(log, surface)
    videos = OwnVideos.read(log, config.result_days)
    moments = moments_of(start_of(tables), end, config.moments)
    horizon = timedelta(days=config.moments.horizon_days)
    situations, found = {}, {}
    for at in (*moments.known, *moments.test):
        situations[at] = Situation(at, surface, build_snapshot(tables, at, rules))
        found[at] = relevance(situations[at], happened, videos, at + horizon, weights)
        done(1)
    return Prepared(surface, moments, horizon, situations, found, happened, impressions, videos)


def start_of(tables: Tables) -> datetime:
    """The first day that creators' daily figures know."""
    first = tables["creator_daily"].day.min().to_pyarrow().as_py()
    return _moment(np.datetime64(first, "us"))


def _moment(at: np.datetime64) -> datetime:
    """As Python has it."""
    moment = at.item()
    if not isinstance(moment, datetime):
        raise TableError(f"creator_daily: expected days, found {at}")
    return moment
