"""Which videos are compared with each other, and by what (R32)."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from recsys.lift import Measure
from training.frame import Frame
from training.lift.config import LiftConfig
from training.lift.reading import Videos


@dataclass(frozen=True)
class Matched(Frame):
    """One row per video of a category that has others to be compared with."""

    group: Ints
    """The number of its group of matched videos, 0 …; each has at least two."""
    creator: Ints
    events: Floats
    """Views, engagements or orders."""
    exposure: Floats
    """What the events are counted per: 1, views or product clicks; above 0."""
    design: Floats
    """(videos, traits and controls): 0 and 1; sponsored, shoppable and unknown words are controls."""


def match(videos: Videos, measure: Measure, config: LiftConfig) -> Matched:
    """The videos of a category that can be compared by a measure."""
    controls = np.column_stack([videos.unknown, videos.sponsored, videos.shoppable])
    events, exposure = _counted(videos, measure)
    rows = Matched(
        group=groups_of(videos, config),
        creator=videos.creator,
        events=events.astype(np.float64),
        exposure=exposure.astype(np.float64),
        design=np.concatenate([videos.has, controls], axis=1).astype(np.float64),
    )
    rows = rows.take(rows.exposure > 0)
    rows = rows.take(_comparable(rows, config.fewest_views if measure == "views" else 0.0))
    _, group = np.unique(rows.group, return_inverse=True)
    return Matched(group, rows.creator, rows.events, rows.exposure, rows.design)


def _counted(videos: Videos, measure: Measure) -> tuple[Ints, Ints]:
    """What is counted, and per what."""
    return {
        "views": (videos.views, np.ones_like(videos.views)),
        "engagement": (videos.engagements, videos.views),
        "conversion": (videos.orders, videos.clicks),
    }[measure]


def _comparable(rows: Matched, fewest: float) -> Flags:
    """Videos in groups of two or more with events, and with as many on average as asked for."""
    size = np.bincount(rows.group)
    events = np.bincount(rows.group, rows.events, len(size))
    told = (size > 1) & (events > 0) & (events >= fewest * size)
    return np.asarray(told[rows.group])


def groups_of(videos: Videos, config: LiftConfig) -> Ints:
    """The number of each video's group of matched videos, 0 …; videos of one category are given."""
    keys: dict[str, Array] = {
        "creator": videos.creator,
        "tier": videos.tier,
        "age": age_group(videos.age_days, config),
    }
    chosen = [np.zeros(len(videos), np.int64), *(keys[name] for name in config.matched_by)]
    _, group = np.unique(np.column_stack(chosen), axis=0, return_inverse=True)
    return group.astype(np.int64)


def age_group(age_days: Ints, config: LiftConfig) -> Ints:
    """Videos that are still counted by steps of age; older ones by when they were posted, in longer steps."""
    step, counted = config.age_step_days, config.counted_days
    grown = -(-counted // step) + (age_days - counted) // counted
    return np.asarray(np.where(age_days < counted, age_days // step, grown))
