"""Newcomers' survival: how likely new accounts are to go on posting, given what they earned in a play."""

import numpy as np

from recsys.arrays import Floats, Ints
from recsys.tables import Tables
from training.simulate.cast.survival import weekly_hazard
from training.simulate.clock import DAY
from training.simulate.depth import Survival
from training.simulate.play.config import WEEK
from training.simulate.play.scene import Scene

NEW_DAYS = 60
"""An account is new for so long."""


def survival(scene: Scene, tables: Tables) -> float:
    """Mean chance that an account still posts at the end of the play; NaN without newcomers.

    Of accounts made from 60 days before the play on; from the GMV of each week, all sources, the lower bound
    where it is withheld. It is a figure of the play, with no effect on it: who leaves in the world itself was
    drawn beforehand, the same for every policy.
    """
    made, first = scene.creators.created_at, scene.starts_at(scene.weeks[0])
    rows = np.flatnonzero((made >= first - NEW_DAYS * DAY) & (made < scene.starts_at(scene.weeks[-1] + 1)))
    if not len(rows):
        return float("nan")
    return float(stays(_weekly_gmv(scene, tables)[rows], made[rows], scene).mean())


def stays(gmv: Floats, made: Ints, scene: Scene) -> Floats:
    """P(no week is the last) of each creator; `gmv` is (creators, weeks), weeks before the account none."""
    starts = np.array([scene.starts_at(week) for week in scene.weeks])
    is_new = starts[None, :] < made[:, None] + NEW_DAYS * DAY
    hazard = weekly_hazard(gmv, is_new, _settings(scene))
    return np.asarray(np.where(starts[None, :] >= made[:, None], 1 - hazard, 1.0).prod(axis=1))


def _settings(scene: Scene) -> Survival:
    return scene.cast.config.survival


def _weekly_gmv(scene: Scene, tables: Tables) -> Floats:
    """(creators, weeks of the play): GMV in minor units."""
    daily, first = tables["creator_daily"], scene.cast.clock.first_day
    days = daily.select("creator_id", "day", gmv=daily.gmv.coalesce(daily.gmv_low)).to_pyarrow()
    week = (days["day"].cast("int32").to_numpy() - first) // WEEK - scene.weeks[0]
    played = (week >= 0) & (week < len(scene.weeks))
    creator = days["creator_id"].to_numpy()[played] - scene.creators.ids[0]
    place = creator * len(scene.weeks) + week[played]
    size = len(scene.creators) * len(scene.weeks)
    total = np.bincount(place, weights=days["gmv"].to_numpy()[played], minlength=size)
    return np.asarray(total, np.float64).reshape(len(scene.creators), len(scene.weeks))
