"""Made factors that look like those of a factorised market: clusters, decaying axes, a few long vectors."""

import numpy as np

from recsys.arrays import Features

CLUSTERS = 200
NOISE = 0.6
"""Of an item, beside the direction of its cluster."""
DECAY = 0.3
"""Axis i has standard deviation i ** -DECAY."""
TAIL = 2.5
"""Of the Pareto distribution of lengths: popular items are long."""
LONGEST = 8.0


def made_factors(items: int, queries: int, width: int, seed: int) -> tuple[Features, Features]:
    """(items, width) and (queries, width) float32 of one world; the same seed gives the same."""
    rng = np.random.default_rng(seed)
    axes = np.arange(1, width + 1) ** -DECAY
    centres = rng.standard_normal((CLUSTERS, width)) * axes
    return _around(centres, axes, items, rng), _around(centres, axes, queries, rng)


def _around(centres: Features, axes: Features, count: int, rng: np.random.Generator) -> Features:
    noise = rng.standard_normal((count, len(axes)), np.float32) * (NOISE * axes).astype(np.float32)
    vectors = centres[rng.integers(CLUSTERS, size=count)].astype(np.float32) + noise
    lengths = np.minimum(0.3 + rng.pareto(TAIL, count), LONGEST).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True) * lengths[:, None], np.float32)
