"""Ratios of observed to expected counts, shrunk to 1 by a prior that is fitted to all of them."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Floats, Ints

GRID = np.linspace(-6.0, 6.0, 481)
"""ln growth, in steps of 2.5 %: from a 400th to 400 times."""
SPREADS = np.array([0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2])
"""Standard deviations of ln growth that the prior mixes."""
NORMALS = np.exp(-0.5 * (GRID / SPREADS[:, None]) ** 2)
NORMALS /= NORMALS.sum(axis=1, keepdims=True)
AT_ONCE = 4_096
"""Entities whose likelihood is held at once; the prior is fitted to no more."""
ROUNDS = 50
"""Steps of the EM algorithm."""


@dataclass(frozen=True)
class Quasi:
    """Counts in units of their dispersion: negative binomial with mean growth × expected."""

    observed: Floats
    expected: Floats
    size: Floats
    """How well the expected count is known, as a number of counts it rests on."""

    def __len__(self) -> int:
        return len(self.observed)

    def of(self, rows: Flags | Ints) -> "Quasi":
        """Some of the rows."""
        return Quasi(self.observed[rows], self.expected[rows], self.size[rows])

    def likelihood(self) -> Floats:
        """(rows, grid): of each growth, relative to the likeliest one."""
        size = self.size[:, None]
        logs = self.observed[:, None] * GRID - (self.observed[:, None] + size) * np.log(
            self.expected[:, None] * np.exp(GRID) + size
        )
        return np.asarray(np.exp(logs - logs.max(axis=1, keepdims=True)))


def fit_prior(quasi: Quasi) -> Floats:
    """(grid,): the prior of growth, by maximum likelihood; each normal has one entity that it keeps.

    Entities of which less than one count is expected are left out: that they are there at all, because of
    the one count they had, says that they will have fewer.
    """
    least = min(1.0, quasi.expected.max(initial=0.0))
    part = quasi.of(quasi.expected >= least)
    marginal = part.of(_spread_out(part)).likelihood() @ NORMALS.T
    return np.asarray(_fit_weights(marginal, kept=1) @ NORMALS)


def _spread_out(quasi: Quasi) -> Ints:
    """At most AT_ONCE rows from the smallest to the largest, in an order that comes from their values."""
    order = np.lexsort((quasi.size, quasi.observed, quasi.expected))
    return np.asarray(order[np.linspace(0, len(order) - 1, min(AT_ONCE, len(order))).astype(np.int64)])


def _fit_weights(likelihood: Floats, kept: float) -> Floats:
    """Weights of the columns by the EM algorithm; each has `kept` entities that it never loses."""
    weights = np.full(likelihood.shape[1], 1 / likelihood.shape[1])
    for _ in range(ROUNDS):
        shares = weights / (likelihood @ weights)[:, None]
        sums = (likelihood * shares).sum(axis=0) + kept
        weights = sums / sums.sum()
    return weights


def posterior(quasi: Quasi, prior: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """Median of growth and the ends of its credible interval; more observed never lowers any of the three.

    The median, because the mean of a ratio that nothing is known of lies far above 1.
    """
    parts = [
        _posterior(quasi.of(np.arange(start, min(start + AT_ONCE, len(quasi)))), prior, level)
        for start in range(0, len(quasi), AT_ONCE)
    ]
    if not parts:
        return np.empty(0), np.empty(0), np.empty(0)
    median, low, high = (np.concatenate(each) for each in zip(*parts, strict=True))
    return median, low, high


def _posterior(quasi: Quasi, prior: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    weights = posterior_weights(quasi, prior)
    below = np.cumsum(weights, axis=1)
    tail = (1 - level) / 2
    return _quantile(below, 0.5), _quantile(below, tail), _quantile(below, 1 - tail)


def posterior_weights(quasi: Quasi, prior: Floats) -> Floats:
    """(rows, grid): the posterior probability of each growth; a row adds up to 1."""
    weights = quasi.likelihood() * prior
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _quantile(below: Floats, share: float) -> Floats:
    """Growth below which `share` of each row's posterior lies, interpolated between the points' cells."""
    place = np.clip((below < share).sum(axis=1), 1, len(GRID) - 1)
    rows = np.arange(len(below))
    left, right = below[rows, place - 1], below[rows, place]
    part = np.clip((share - left) / np.maximum(right - left, 1e-300), 0, 1)
    step = GRID[1] - GRID[0]
    return np.asarray(np.exp(GRID[place - 1] + (part + 0.5) * step))


def typical(quasi: Quasi) -> float:
    """The median ratio of observed to expected, chance removed; 1 without entities.

    It is that of the distribution which makes the counts likeliest (Kiefer and Wolfowitz, 1956): the median
    of the ratios as they are is moved by the noise of the small ones.
    """
    if not len(quasi):
        return 1.0
    weights = _fit_weights(quasi.of(_spread_out(quasi)).likelihood(), kept=0)
    return float(_quantile(np.cumsum(weights)[None], 0.5)[0])
