"""The lift of each trait: every category by every measure, and which lifts are evidence."""

from collections.abc import Sequence
from datetime import datetime
from itertools import product

import numpy as np

from features.known import Known
from recsys.errors import TableError
from recsys.lift import MEASURES, Measure, TraitLift, TraitLifts, Verdict
from training.lift.compare import Contrast, compare
from training.lift.config import LiftConfig
from training.lift.contrasts import discoveries
from training.lift.reading import Trait, Videos, read_videos


def trait_lifts(known: Known, config: LiftConfig) -> TraitLifts:
    """The lifts of all traits as of the moment of `known`; raises TableError if no video is old enough."""
    videos, traits = read_videos(known, config)
    return estimate(videos, traits, known.as_of, config)


def estimate(videos: Videos, traits: Sequence[Trait], as_of: datetime, config: LiftConfig) -> TraitLifts:
    """The lifts of these traits, in order of category, measure and trait; raises TableError for no videos."""
    if not len(videos):
        raise TableError("videos: expected at least one video to compare, found none")
    where = list(product(np.unique(videos.category).tolist(), MEASURES))
    contrasts = [
        compare(videos.take(videos.category == category), traits, measure, config)
        for category, measure in where
    ]
    p_values = [contrast.p_value for some in contrasts for contrast in some if contrast.told]
    evident = iter(discoveries(np.array(p_values), config.false_discovery_rate).tolist())
    rows = tuple(
        _row(contrast, place, contrast.told and next(evident), config.level)
        for place, some in zip(where, contrasts, strict=True)
        for contrast in some
    )
    return TraitLifts(
        as_of=as_of, level=config.level, false_discovery_rate=config.false_discovery_rate, rows=rows
    )


def _row(contrast: Contrast, where: tuple[str, Measure], evident: bool, level: float) -> TraitLift:
    category, measure = where
    verdict: Verdict = ("raises" if contrast.log_lift > 0 else "lowers") if evident else "no evidence"
    shares = {"lift": 0.5, "low": (1 - level) / 2, "high": (1 + level) / 2}
    return TraitLift(
        facet=contrast.trait.facet,
        word=contrast.trait.word,
        category=category,
        measure=measure,
        videos_with=contrast.videos_with,
        videos_without=contrast.videos_without,
        verdict=verdict,
        **{name: contrast.factor(share) if contrast.told else None for name, share in shares.items()},
    )
