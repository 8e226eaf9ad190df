"""Each trait of a category's videos against matched videos without it, by one measure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import t as student

from recsys.arrays import Flags, Floats
from recsys.lift import Measure
from training.lift.config import LiftConfig
from training.lift.contrasts import against_others, errors_against_others
from training.lift.jackknife import degrees_of, jackknife
from training.lift.matching import Matched, match
from training.lift.reading import CHOSEN, LISTED, Trait, Videos
from training.lift.regression import log_linear, rates

FITS = {"views": log_linear, "engagement": rates, "conversion": rates}
TOLD = ("log_lift", "error", "degrees")
FINEST, WIDEST = 1e-6, 5.0
"""Standard errors (of logarithms) between which something was measured: a word that creators use always or
never has an error of 0 but for rounding."""


@dataclass(frozen=True)
class Contrast:
    """A word against the other words of its facet, or against its absence where a video has any number."""

    trait: Trait
    videos_with: int
    videos_without: int
    log_lift: float = np.nan
    """NaN where there is too little to compare; the next two too."""
    error: float = np.nan
    """Standard error of log_lift."""
    degrees: float = np.nan
    """Of freedom, of the error."""

    @property
    def told(self) -> bool:
        """Whether there was enough to compare."""
        return bool(FINEST < self.error < WIDEST)

    @property
    def p_value(self) -> float:
        """P(a log lift so far from 0 if the word did nothing), two-sided."""
        return float(2 * student.sf(abs(self.log_lift) / self.error, self.degrees))

    def factor(self, share: float) -> float:
        """The lift below which it lies with a confidence of `share`, as a factor."""
        return float(np.exp(self.log_lift + self.error * student.ppf(share, self.degrees)))


def compare(videos: Videos, traits: Sequence[Trait], measure: Measure, config: LiftConfig) -> list[Contrast]:
    """The contrast of each trait, in order; `videos` are of one category."""
    matched = match(videos, measure, config)
    having, lacking = _having(matched, traits)
    contrasts = [
        Contrast(trait, int(with_), int(without))
        for trait, with_, without in zip(traits, having.sum(axis=0), lacking.sum(axis=0), strict=True)
    ]
    places = np.flatnonzero(_enough(matched, having, lacking, config)).tolist()
    if places:
        fit = FITS[measure](matched)
        moves = jackknife(fit, matched.creator, config.groups)
        for facet in (*CHOSEN, *LISTED):
            words = [place for place in places if traits[place].facet == facet]
            told = _told(fit.coefficients[words], moves[:, words], facet, config)
            for place, column in zip(words, told.T.tolist(), strict=True):
                contrasts[place] = replace(contrasts[place], **dict(zip(TOLD, column, strict=True)))
    return contrasts


def _having(matched: Matched, traits: Sequence[Trait]) -> tuple[Flags, Flags]:
    """(videos, traits): which videos have each trait, and which are known to lack it."""
    having = matched.design[:, : len(traits)] > 0
    unknown = matched.design[:, len(traits) : len(traits) + len(CHOSEN)] > 0
    unread = np.zeros_like(having)
    for place, trait in enumerate(traits):
        if trait.facet in CHOSEN:
            unread[:, place] = unknown[:, CHOSEN.index(trait.facet)]
    return having, ~having & ~unread


def _enough(matched: Matched, having: Flags, lacking: Flags, config: LiftConfig) -> Flags:
    """(traits,): whether both sides have the videos and the events, and the trait the creators, asked for."""
    sides = (having, lacking)
    videos = np.minimum(*(side.sum(axis=0) for side in sides))
    events = np.minimum(*(matched.events @ side for side in sides))
    creators = np.array([np.unique(matched.creator[column]).size for column in having.T], np.int64)
    return np.asarray(
        (videos >= config.fewest_videos)
        & (events >= config.fewest_events)
        & (creators >= config.fewest_creators)
    )


def _told(coefficients: Floats, moves: Floats, facet: str, config: LiftConfig) -> Floats:
    """(TOLD, words): log lifts of a facet's words, their standard errors and degrees of freedom."""
    covariance = moves.T @ moves
    if facet in LISTED:
        return np.stack([coefficients, np.sqrt(np.diag(covariance)), degrees_of(moves)])
    if len(coefficients) < 2:
        return np.full((len(TOLD), len(coefficients)), np.nan)
    errors = errors_against_others(coefficients, covariance, config.draws, config.seed)
    apart = moves - moves.mean(axis=1, keepdims=True)
    return np.stack([against_others(coefficients), errors, degrees_of(apart)])
