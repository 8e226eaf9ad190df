"""Regressions within groups: every group of matched videos has a level of its own, all traits act jointly."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Floats, Ints
from training.lift.matching import Matched

ROUNDS = 100
SETTLED = 1e-9
"""Change of the means, as a share of them, at which the fit of rates has settled."""
LONGEST = 3.0
"""The furthest a logarithm moves in a round, so that no outlier throws the fit off."""
RANK = 1e-10
"""Directions with less than this share of the information are not told apart: words of a facet and `unknown`
add up to 1, so that only differences between them can be estimated."""
HALF = 0.5
"""ln(n + ½) of a Poisson count has the mean ln(mean) but for terms of the order of 1 / mean²."""


@dataclass(frozen=True)
class Fit:
    """Coefficients, and what they would be without certain videos."""

    coefficients: Floats
    """(columns,): log factors; of facets with one word each only their differences mean something."""
    design: Floats
    """(videos, columns): less the weighted mean of the video's group."""
    weights: Floats
    """(videos,): information per video."""
    scores: Floats
    """(videos,): weighted residuals; design.T @ scores is 0."""


def log_linear(matched: Matched) -> Fit:
    """Least squares on ln(events + ½) per exposure: the factor on what a typical video gets."""
    weights = np.ones(len(matched))
    return _solved(matched, weights, np.log((matched.events + HALF) / matched.exposure))


def rates(matched: Matched) -> Fit:
    """Overdispersed Poisson regression: the factor on the mean of events per exposure, zeros included.

    Solves the equations of a negative binomial likelihood (variance = mean + spread × mean²) by iteratively
    reweighted least squares; consistent if only the mean is right (Gourieroux, Monfort and Trognon, 1984).
    """
    mean = _even_means(matched)
    for _ in range(ROUNDS):
        weights = 1 / (1 / mean + _spread(matched.events, mean))
        # The logarithm, drawn on in a straight line from the mean: what a step of Newton's method fits.
        target = np.log(mean / matched.exposure) + (matched.events - mean) / mean
        fit = _solved(matched, weights, target)
        fitted = np.log(matched.exposure) + target - fit.scores / weights
        before, mean = mean, mean * np.exp((fitted - np.log(mean)).clip(-LONGEST, LONGEST))
        if np.abs(mean - before).sum() <= SETTLED * mean.sum():
            break
    return fit


def _even_means(matched: Matched) -> Floats:
    """Each video's events if all traits were without effect."""
    exposure = np.bincount(matched.group, matched.exposure)
    return np.asarray(
        (np.bincount(matched.group, matched.events) / exposure)[matched.group] * matched.exposure
    )


def _spread(events: Floats, mean: Floats) -> float:
    """How far means vary beyond the traits, as a squared coefficient of variation: the method of moments."""
    trust = (mean / (1 + mean)) ** 2
    return max(0.0, float(np.average(((events - mean) ** 2 - mean) / mean**2, weights=trust)))


def _solved(matched: Matched, weights: Floats, target: Floats) -> Fit:
    """Weighted least squares within groups."""
    design = _within(matched.design, matched.group, weights)
    centred = _within(target[:, None], matched.group, weights)[:, 0]
    weighted = design * weights[:, None]
    coefficients = inverse(design.T @ weighted) @ (weighted.T @ centred)
    return Fit(coefficients, design, weights, weights * (centred - design @ coefficients))


def _within(values: Floats, group: Ints, weights: Floats) -> Floats:
    """(videos, columns): the values less their group's weighted mean."""
    sums = np.stack([np.bincount(group, weights * column) for column in values.T], axis=1)
    return np.asarray(values - (sums / np.bincount(group, weights)[:, None])[group])


def inverse(information: Floats) -> Floats:
    """Pseudo-inverse of one or many symmetric matrices: directions without information get nothing."""
    return np.asarray(np.linalg.pinv(information, rcond=RANK, hermitian=True))
