"""Random draws on whole arrays, from streams that depend on the seed, the purpose and the block alone."""

import zlib

import numpy as np

from recsys.arrays import Array, Floats, Ints


def stream(seed: int, purpose: str, block: int = 0) -> np.random.Generator:
    """The generator of one purpose and block: adding a purpose or a block changes no other's draws."""
    key = (zlib.crc32(purpose.encode()), block)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def spread(rng: np.random.Generator, sigma: float, shape: int | tuple[int, ...]) -> Floats:
    """Log-normal factors of mean 1, so that noise never moves an expected value."""
    return np.exp(rng.normal(-0.5 * sigma**2, sigma, shape))


def shares(rng: np.random.Generator, weights: Array) -> Floats:
    """Dirichlet draws (rows, groups), each row adding up to 1; rows of `weights` are the concentrations."""
    parts = rng.standard_gamma(np.maximum(weights, 1e-6)) + 1e-12
    return np.asarray(parts / parts.sum(axis=1, keepdims=True))


def choose(rng: np.random.Generator, weights: Array) -> Ints:
    """One group for each row of `weights` (rows, groups), in proportion to its weights."""
    edges = np.cumsum(weights, axis=1)
    points = rng.random(len(weights)) * edges[:, -1]
    return np.asarray(np.minimum((points[:, None] >= edges).sum(axis=1), weights.shape[1] - 1))


def choose_many(rng: np.random.Generator, weights: Array, count: int) -> Ints:
    """`count` different groups for each row, drawn in proportion to the weights (rows, groups)."""
    with np.errstate(divide="ignore"):
        keys = np.log(weights) + rng.gumbel(size=weights.shape)
    return np.argsort(-keys, axis=1, kind="stable")[:, :count]


def from_quantiles(rng: np.random.Generator, levels: Array, values: Array) -> Floats:
    """Draws from the distribution whose quantiles at `levels` are the rows of `values` (rows, levels)."""
    points = rng.random(len(values))
    place = np.clip(np.searchsorted(levels, points, side="right") - 1, 0, len(levels) - 2)
    rows = np.arange(len(values))
    low, high = values[rows, place], values[rows, place + 1]
    share = (points - levels[place]) / (levels[place + 1] - levels[place])
    return np.asarray(low + (high - low) * share)


def within(counts: Array) -> Ints:
    """0, 1, … inside each group of `counts` rows."""
    ends = np.cumsum(counts)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts))


def sigmoid(logits: Array) -> Floats:
    """The logistic function."""
    return np.asarray(1.0 / (1.0 + np.exp(-logits)))
