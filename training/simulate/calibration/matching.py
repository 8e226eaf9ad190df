"""Quantile matching: causes are moved by as much as what they bring about is off."""

import numpy as np

from recsys.arrays import Array, Floats

ENDS = 0.005
"""The lowest and highest quantiles are read off this far from the ends, where single rows do not decide."""


def quantiles(values: Array, levels: Array) -> Floats:
    """The values' quantiles at `levels`, with 0 and 1 taken a little inside."""
    return np.asarray(np.quantile(values, np.clip(levels, ENDS, 1 - ENDS)))


def moved(causes: Array, simulated: Array, real: Array, levels: Array, gain: float) -> Floats:
    """The quantiles of a cause, moved by `gain` times the gap between real and simulated quantiles.

    All in the cause's own unit. What else is between the cause and what is seen of it stays where it is, so
    repeating this takes it out of the cause. No cause goes beyond what is really seen: the tails are there
    because of what is between.
    """
    seen = quantiles(real, levels)
    new = np.sort(np.asarray(causes + gain * (seen - quantiles(simulated, levels))))
    return np.clip(new, seen[0], seen[-1])


def as_quantiles(values: Array) -> tuple[float, ...]:
    """As the configuration holds them: plain numbers with four decimals."""
    return tuple(np.round(values, 4).tolist())
