"""What a word is compared with, and which of many comparisons are evidence."""

import numpy as np

from recsys.arrays import Flags, Floats


def against_others(values: Floats) -> Floats:
    """(..., words): each word's value less the median of the other words'; NaN for a word that stands alone.

    The median, because one strong word would drag the mean of the others and make all of them look weak.
    """
    places = range(values.shape[-1])
    if len(places) < 2:
        return np.full_like(values, np.nan)
    return np.stack(
        [values[..., place] - np.median(np.delete(values, place, axis=-1), axis=-1) for place in places],
        axis=-1,
    )


def errors_against_others(values: Floats, covariance: Floats, draws: int, seed: int) -> Floats:
    """(words,): standard errors of `against_others(values)`, from normal draws with this covariance."""
    scales, axes = np.linalg.eigh(covariance)
    normal = np.random.default_rng(seed).normal(size=(draws, len(scales)))
    drawn = values + (normal * np.sqrt(scales.clip(min=0))) @ axes.T
    return np.asarray(against_others(drawn).std(axis=0))


def discoveries(p_values: Floats, rate: float) -> Flags:
    """Which comparisons are evidence: at most `rate` of them are expected to be wrong.

    Benjamini and Hochberg (1995); holds for independent comparisons and for those that rise together.
    """
    order = np.argsort(p_values, kind="stable")
    below = p_values[order] <= rate * np.arange(1, len(order) + 1) / len(order)
    found = np.zeros(len(order), np.bool_)
    found[order[: int(np.flatnonzero(below).max(initial=-1)) + 1]] = True
    return found
